-- Certificates: the number, the face, changes, and the counts that figures are made of.

CREATE TABLE certificate (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	number TEXT NOT NULL,
	state TEXT NOT NULL,                     -- valid, suspended, revoked
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	batch_id INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,
	route TEXT NOT NULL,                     -- exam, contest, appointment, probation, special
	name TEXT NOT NULL,                      -- the face, as at issue
	id_type TEXT NOT NULL,
	idno_cipher TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	occupation_id INT8 NOT NULL,
	occupation_name TEXT NOT NULL,
	occupation_code TEXT NOT NULL,
	work_type_name TEXT NOT NULL,
	grade INT8 NOT NULL,
	body_name TEXT NOT NULL,
	body_code TEXT NOT NULL,
	body_kind TEXT NOT NULL,
	theory TEXT NOT NULL,
	skill TEXT NOT NULL,
	review TEXT NOT NULL,
	photo_file_id INT8 NOT NULL,
	issued_on INT8 NOT NULL,
	visible_on INT8 NOT NULL,                -- from this day the public look-up knows it
	reissued INT8 NOT NULL,                  -- how often paper was issued again
	state_reason TEXT NOT NULL,              -- public words for suspended and revoked
	face_hash TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
-- Lists go by id, newest first, and filter on the way; a capped count reads this index alone. An index by region
-- would tempt planners to sort a whole province for the first page.
CREATE INDEX certificate_by_id ON certificate (id, region, body_id, state, grade, body_kind);
CREATE INDEX certificate_by_body ON certificate (body_id, id);
CREATE INDEX certificate_by_batch ON certificate (batch_id, id);
CREATE INDEX certificate_by_name ON certificate (name, id);

CREATE TABLE certificate_number (
	number TEXT NOT NULL PRIMARY KEY,
	found_person_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL
);

-- The last serial used, per body code, year and grade letter: no gaps, no reuse.
CREATE TABLE certificate_serial (
	prefix TEXT NOT NULL PRIMARY KEY,        -- the number's first 16 characters
	last INT8 NOT NULL
);

CREATE TABLE certificate_change (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	change_kind TEXT NOT NULL,               -- correct, reissue, suspend, resume, revoke
	state TEXT NOT NULL,                     -- requested, approved, refused
	before_text TEXT NOT NULL,
	after_text TEXT NOT NULL,
	reason TEXT NOT NULL,
	file_id INT8 NOT NULL,
	requested_by INT8 NOT NULL,
	approved_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX certificate_change_by_certificate ON certificate_change (certificate_id, id);
CREATE INDEX certificate_change_by_state ON certificate_change (state, region, id);

-- Kept in the same transaction as each certificate; `luban check` recounts it.
CREATE TABLE certificate_tally (
	region TEXT NOT NULL,
	body_kind TEXT NOT NULL,
	grade INT8 NOT NULL,
	month INT8 NOT NULL,                     -- yyyymm of issue
	n INT8 NOT NULL,
	n_revoked INT8 NOT NULL,
	PRIMARY KEY (region, body_kind, grade, month)
);

CREATE TABLE lookup (
	id INT8 NOT NULL PRIMARY KEY,
	at INT8 NOT NULL,
	ip TEXT NOT NULL,
	lookup_kind TEXT NOT NULL,               -- number, idno
	outcome TEXT NOT NULL,
	certificate_id INT8 NOT NULL
);
CREATE INDEX lookup_by_at ON lookup (at);
