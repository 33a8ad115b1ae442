-- Evaluating bodies, their filings and scope, venues, rooms, staff and cards.

CREATE TABLE body (
	id INT8 NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	uscc TEXT NOT NULL,                      -- unified social credit code, GB 32100
	body_kind TEXT NOT NULL,                 -- enterprise, social, school, special
	body_code TEXT NOT NULL,                 -- 13 characters once filed, else ''
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- registered, filed, suspended, rectifying, withdrawn, removed
	legal_person TEXT NOT NULL,
	address TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,                     -- the office's, public
	website TEXT NOT NULL,
	filed_on INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX body_by_region ON body (region, id);
CREATE INDEX body_by_state ON body (state, id);
CREATE INDEX body_by_name ON body (name);

CREATE TABLE body_uscc (
	uscc TEXT NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL
);
CREATE TABLE body_code (
	body_code TEXT NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL
);
-- The next sequence number of body codes, per province and city digits.
CREATE TABLE body_serial (
	prefix TEXT NOT NULL PRIMARY KEY,        -- letter + 0000 + 37 + 10
	last INT8 NOT NULL
);

CREATE TABLE filing (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	filing_kind TEXT NOT NULL,               -- initial, extension, change, renewal, withdrawal
	state TEXT NOT NULL,
	note TEXT NOT NULL,                      -- what the body says
	change_text TEXT NOT NULL,               -- of a change: field=value lines, applied when filed
	mend TEXT NOT NULL,                      -- what the authority wants mended
	publicity_from_on INT8 NOT NULL,
	publicity_to_on INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	submitted_at INT8 NOT NULL,
	decided_at INT8 NOT NULL
);
CREATE INDEX filing_by_body ON filing (body_id, id);
CREATE INDEX filing_by_state ON filing (state, region, id);

CREATE TABLE filing_scope (
	id INT8 NOT NULL PRIMARY KEY,
	filing_id INT8 NOT NULL REFERENCES filing (id),
	body_id INT8 NOT NULL,
	occupation_id INT8 NOT NULL,
	work_type_id INT8 NOT NULL,              -- 0: the whole occupation
	special_project_id INT8 NOT NULL,        -- of special-skill bodies, else 0
	grades TEXT NOT NULL                     -- "543"; '' for special skills
);
CREATE UNIQUE INDEX filing_scope_item ON filing_scope (filing_id, occupation_id, work_type_id, special_project_id);

-- What each check found, point by point.
CREATE TABLE filing_check (
	id INT8 NOT NULL PRIMARY KEY,
	filing_id INT8 NOT NULL REFERENCES filing (id),
	stage TEXT NOT NULL,                     -- formal, site, expert
	item TEXT NOT NULL,
	verdict TEXT NOT NULL,                   -- good, mend, bad
	note TEXT NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	at INT8 NOT NULL
);
CREATE INDEX filing_check_by_filing ON filing_check (filing_id, id);

-- Scope in force: one row per occupation, work type and grade.
CREATE TABLE body_scope (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL REFERENCES body (id),
	occupation_id INT8 NOT NULL,
	work_type_id INT8 NOT NULL,
	special_project_id INT8 NOT NULL,
	grade INT8 NOT NULL,                     -- 5…1; 0 for special skills
	valid_from_on INT8 NOT NULL,
	valid_to_on INT8 NOT NULL,
	state TEXT NOT NULL,                     -- valid, suspended, ended
	filing_id INT8 NOT NULL
);
CREATE UNIQUE INDEX body_scope_item ON body_scope (body_id, occupation_id, work_type_id, special_project_id, grade);
CREATE INDEX body_scope_by_occupation ON body_scope (occupation_id, grade, body_id);

CREATE TABLE attachment (
	id INT8 NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,                      -- filing, batch, …: a flow's kind
	subject_id INT8 NOT NULL,
	item TEXT NOT NULL,                      -- of the list of materials
	file_id INT8 NOT NULL,
	name TEXT NOT NULL,
	size INT8 NOT NULL,
	region TEXT NOT NULL,
	body_id INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX attachment_by_subject ON attachment (subject_id, kind, id);

CREATE TABLE venue (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL REFERENCES body (id),
	region TEXT NOT NULL,
	name TEXT NOT NULL,
	address TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	equipment TEXT NOT NULL,
	state TEXT NOT NULL                      -- active, closed
);
CREATE INDEX venue_by_body ON venue (body_id, id);

CREATE TABLE room (
	id INT8 NOT NULL PRIMARY KEY,
	venue_id INT8 NOT NULL REFERENCES venue (id),
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	name TEXT NOT NULL,
	part INT8 NOT NULL,                      -- 1 theory, 2 skill, 4 review; may be added up
	seats INT8 NOT NULL,                     -- seats, or stations of a skill room
	per_row INT8 NOT NULL,                   -- seats per row of the plan
	state TEXT NOT NULL
);
CREATE UNIQUE INDEX room_name ON room (venue_id, name);
CREATE INDEX room_by_body ON room (body_id, id);

CREATE TABLE staff (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL REFERENCES body (id),
	region TEXT NOT NULL,
	name TEXT NOT NULL,
	idno_cipher TEXT NOT NULL,
	idno_index TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	phone_cipher TEXT NOT NULL,
	phone_index TEXT NOT NULL,
	phone_mask TEXT NOT NULL,
	employer TEXT NOT NULL,
	duties INT8 NOT NULL,                    -- bits: 1 proctor, 2 examiner, 4 inner supervisor, 8 manager, 16 item writer
	account_id INT8 NOT NULL,
	state TEXT NOT NULL                      -- active, left
);
CREATE UNIQUE INDEX staff_idno ON staff (body_id, idno_index);
CREATE INDEX staff_by_index ON staff (idno_index);
CREATE INDEX staff_by_account ON staff (account_id);

CREATE TABLE staff_card (
	id INT8 NOT NULL PRIMARY KEY,
	staff_id INT8 NOT NULL REFERENCES staff (id),
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	number TEXT NOT NULL,
	card_kind TEXT NOT NULL,                 -- examiner, senior_examiner, inner_supervisor, outer_supervisor
	occupation_id INT8 NOT NULL,             -- 0: any (supervisors)
	grade_top INT8 NOT NULL,                 -- the highest grade the holder may examine
	valid_from_on INT8 NOT NULL,
	valid_to_on INT8 NOT NULL,
	state TEXT NOT NULL                      -- valid, suspended, revoked
);
CREATE UNIQUE INDEX staff_card_number ON staff_card (number);
CREATE INDEX staff_card_by_staff ON staff_card (staff_id);

-- Declared relations that call for avoidance (回避).
CREATE TABLE staff_relation (
	id INT8 NOT NULL PRIMARY KEY,
	staff_id INT8 NOT NULL REFERENCES staff (id),
	idno_index TEXT NOT NULL,
	relation TEXT NOT NULL                   -- relative, teacher, master, colleague
);
CREATE UNIQUE INDEX staff_relation_item ON staff_relation (staff_id, idno_index);
