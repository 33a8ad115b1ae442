-- Certificates handed over to look-ups outside, certificates that others issued, and files of rows about both.

-- A certificate that a person holds and that was not issued here: never shown as one of ours.
CREATE TABLE held_certificate (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	name TEXT NOT NULL,                      -- of the holder, as recorded
	number TEXT NOT NULL,                    -- 22, 16 digits (old), 000 and 13 digits (Shanghai), or '' when declared without
	number_form TEXT NOT NULL,               -- level, special, old, shanghai, ''
	label TEXT NOT NULL,                     -- as the person calls it
	occupation_id INT8 NOT NULL,             -- 0: none of the catalogue, then it is related to nothing
	occupation_name TEXT NOT NULL,
	work_type_name TEXT NOT NULL,
	grade INT8 NOT NULL,
	issued_on INT8 NOT NULL,
	issuer TEXT NOT NULL,
	state TEXT NOT NULL,                     -- claimed, accepted, refused
	source TEXT NOT NULL,                    -- declared by the person himself, clerk, sheet
	recorder TEXT NOT NULL,                  -- body or office, public
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	checker TEXT NOT NULL,                   -- body or office that checked it
	checked_by INT8 NOT NULL,
	checked_on INT8 NOT NULL,
	checked_against TEXT NOT NULL,           -- original, national, issuer, archive
	reason TEXT NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX held_certificate_by_id ON held_certificate (id, region, body_id, state);
CREATE INDEX held_certificate_by_body ON held_certificate (body_id, id);
CREATE INDEX held_certificate_by_state ON held_certificate (state, id);

CREATE TABLE held_number (
	number TEXT NOT NULL,
	held_id INT8 NOT NULL,
	found_person_id INT8 NOT NULL,
	PRIMARY KEY (number, held_id)
);

-- What people had declared so far. A number is found only once it was recorded with its form.
INSERT INTO held_certificate (person_id, id, name, number, number_form, label, occupation_id, occupation_name,
	work_type_name, grade, issued_on, issuer, state, source, recorder, body_id, region, created_by, created_at, checker,
	checked_by, checked_on, checked_against, reason)
SELECT f.person_id, f.id, p.name, f.number, '', f.label, f.occupation_id, COALESCE(o.name, ''), '',
	CASE f.level WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 3 WHEN '4' THEN 4 WHEN '5' THEN 5 ELSE 0 END,
	f.from_on, '', CASE f.source WHEN 'declared' THEN 'claimed' ELSE 'accepted' END, 'declared', '', 0, p.region, 0,
	f.created_at, '', 0, 0, '', ''
FROM person_fact f JOIN person p ON p.person_id = f.person_id LEFT JOIN occupation o ON o.id = f.occupation_id
WHERE f.fact_kind = 'certificate';
DELETE FROM person_fact WHERE fact_kind = 'certificate';

-- A file of rows (core/import.h): held certificates (held), answers of a look-up (answer).
CREATE TABLE sheet_import (
	id INT8 NOT NULL PRIMARY KEY,
	import_kind TEXT NOT NULL,
	subject_id INT8 NOT NULL,                -- package of an answer; 0
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	file_id INT8 NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	n_rows INT8 NOT NULL,
	n_good INT8 NOT NULL,
	n_same INT8 NOT NULL,
	n_bad INT8 NOT NULL,
	job_id INT8 NOT NULL,
	message TEXT NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX sheet_import_by_kind ON sheet_import (import_kind, subject_id, id);

CREATE TABLE sheet_import_row (
	import_id INT8 NOT NULL,
	row_no INT8 NOT NULL,
	verdict TEXT NOT NULL,
	name TEXT NOT NULL,
	number TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	verdict_text TEXT NOT NULL,
	row_cipher TEXT NOT NULL,                -- the row's values, sealed
	PRIMARY KEY (import_id, row_no)
);
CREATE INDEX sheet_import_row_by_verdict ON sheet_import_row (import_id, verdict, row_no);

-- Layouts that a province put in place of those shipped with the program.
CREATE TABLE handover_layout (
	name TEXT NOT NULL,
	version TEXT NOT NULL,
	target TEXT NOT NULL,
	effective_on INT8 NOT NULL,
	text TEXT NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (name, version)
);

-- One file, or several in a zip, for one look-up.
CREATE TABLE handover_package (
	id INT8 NOT NULL PRIMARY KEY,
	title TEXT NOT NULL,
	target TEXT NOT NULL,                    -- national, province
	layout TEXT NOT NULL,
	layout_version TEXT NOT NULL,
	state TEXT NOT NULL,                     -- collecting, ready, empty, sending, sent, answered, withdrawn
	body_id INT8 NOT NULL,                   -- whose package: a body's, or 0 for an office's
	region TEXT NOT NULL,                    -- and of which region
	of_body_id INT8 NOT NULL,                -- only certificates of this body; 0: all of the region
	from_on INT8 NOT NULL,
	to_on INT8 NOT NULL,
	phase INT8 NOT NULL,                     -- of the work of collecting, and how far it got
	upto_id INT8 NOT NULL,
	n_rows INT8 NOT NULL,
	n_missing INT8 NOT NULL,
	n_accepted INT8 NOT NULL,
	n_refused INT8 NOT NULL,
	file_id INT8 NOT NULL,
	file_sha256 TEXT NOT NULL,
	job_id INT8 NOT NULL,
	sent_on INT8 NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX handover_package_by_region ON handover_package (region, id);
CREATE INDEX handover_package_by_body ON handover_package (body_id, id);

-- What was left out of a package, and why.
CREATE TABLE handover_missing (
	package_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	person_id INT8 NOT NULL,
	number TEXT NOT NULL,
	name TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (person_id, package_id, certificate_id)
);
CREATE INDEX handover_missing_by_package ON handover_missing (package_id, certificate_id);

-- One record about a certificate for one look-up: the certificate itself, a correction, a revocation.
CREATE TABLE handover (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	target TEXT NOT NULL,
	record_kind TEXT NOT NULL,               -- new, change, revoke
	state TEXT NOT NULL,                     -- waiting, prepared, sent, accepted, refused, mended
	number TEXT NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	package_id INT8 NOT NULL,                -- the last one it was in
	attempts INT8 NOT NULL,                  -- how often it was sent
	sent_on INT8 NOT NULL,
	answered_on INT8 NOT NULL,
	reason TEXT NOT NULL,                    -- of a refusal
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
-- Two packages that are collected at once cannot both take a certificate: one of them is told, and tries again.
CREATE UNIQUE INDEX handover_once ON handover (person_id, certificate_id, target) WHERE record_kind = 'new';
CREATE INDEX handover_by_certificate ON handover (certificate_id, id);
CREATE INDEX handover_by_package ON handover (package_id, id);
CREATE INDEX handover_by_state ON handover (state, region, id);
CREATE INDEX handover_by_body ON handover (body_id, state, id);
CREATE INDEX handover_by_sent ON handover (state, sent_on, id);
