-- Persons, batches, enrolments, arrangement, marks, results, objections, archive.

CREATE TABLE person (
	person_id INT8 NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	sex TEXT NOT NULL,                       -- GB/T 2261.1: 1, 2, 9
	birth_on INT8 NOT NULL,
	id_type TEXT NOT NULL,                   -- idno, residence (港澳台居民居住证), foreign, passport, …
	idno_cipher TEXT NOT NULL,
	idno_index TEXT NOT NULL,                -- a copy of person_idno's key, for comparing; not for finding
	idno_mask TEXT NOT NULL,
	phone_cipher TEXT NOT NULL,
	phone_mask TEXT NOT NULL,
	nation TEXT NOT NULL,                    -- GB/T 3304
	education TEXT NOT NULL,                 -- GB/T 4658
	employer TEXT NOT NULL,
	address_cipher TEXT NOT NULL,
	region TEXT NOT NULL,
	photo_file_id INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE TABLE person_idno (
	idno_index TEXT NOT NULL PRIMARY KEY,
	found_person_id INT8 NOT NULL
);

-- What is known of a person that rules ask for: work, schooling, titles, certificates from elsewhere.
CREATE TABLE person_fact (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	fact_kind TEXT NOT NULL,                 -- work, education, title, certificate
	label TEXT NOT NULL,                     -- employer, school, name of the title, name of the occupation
	level TEXT NOT NULL,                     -- education kind, title level, certificate grade
	related INT8 NOT NULL,                   -- to the occupation it was declared for
	occupation_id INT8 NOT NULL,
	from_on INT8 NOT NULL,
	to_on INT8 NOT NULL,                     -- 0: still
	number TEXT NOT NULL,                    -- certificate number, diploma number
	source TEXT NOT NULL,                    -- declared, roster, verified
	file_id INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);

CREATE TABLE batch (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	batch_no TEXT NOT NULL,                  -- body code + yyyymm + nn, shown to people
	title TEXT NOT NULL,
	occupation_id INT8 NOT NULL,
	work_type_id INT8 NOT NULL,
	special_project_id INT8 NOT NULL,
	grade INT8 NOT NULL,
	standard_id INT8 NOT NULL,               -- the version it began under
	ruleset TEXT NOT NULL,
	ruleset_version TEXT NOT NULL,
	parts INT8 NOT NULL,                     -- bits: 1 theory, 2 skill, 4 review
	state TEXT NOT NULL,
	enrol_from_on INT8 NOT NULL,
	enrol_to_on INT8 NOT NULL,
	quota INT8 NOT NULL,
	fee_fen INT8 NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	notice TEXT NOT NULL,
	first_at INT8 NOT NULL,                  -- start of its first sitting
	last_at INT8 NOT NULL,                   -- end of its last sitting
	seed TEXT NOT NULL,                      -- of the arrangement; '' until arranged
	arranged_hash TEXT NOT NULL,
	result_version INT8 NOT NULL,            -- 0: not frozen
	publicity_from_on INT8 NOT NULL,
	publicity_to_on INT8 NOT NULL,
	n_enrolled INT8 NOT NULL,
	n_accepted INT8 NOT NULL,
	n_passed INT8 NOT NULL,
	n_certified INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	filed_at INT8 NOT NULL
);
CREATE INDEX batch_by_body ON batch (body_id, id);
CREATE INDEX batch_by_state ON batch (state, region, id);
CREATE INDEX batch_by_region ON batch (region, id);
CREATE INDEX batch_by_first ON batch (first_at);
CREATE UNIQUE INDEX batch_number ON batch (batch_no);

-- When and where each part is held, a row per room and time.
CREATE TABLE batch_room (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	part INT8 NOT NULL,
	room_id INT8 NOT NULL,
	venue_id INT8 NOT NULL,
	starts_at INT8 NOT NULL,
	ends_at INT8 NOT NULL,
	capacity INT8 NOT NULL
);
CREATE INDEX batch_room_by_batch ON batch_room (batch_id, part, id);
CREATE INDEX batch_room_by_room ON batch_room (room_id, starts_at);
CREATE INDEX batch_room_by_start ON batch_room (starts_at);

CREATE TABLE batch_staff (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	batch_room_id INT8 NOT NULL,
	part INT8 NOT NULL,
	staff_id INT8 NOT NULL,
	idno_index TEXT NOT NULL,                -- a person may be staff of several bodies
	duty TEXT NOT NULL,                      -- proctor, examiner, leader, supervisor
	starts_at INT8 NOT NULL,
	ends_at INT8 NOT NULL
);
CREATE UNIQUE INDEX batch_staff_item ON batch_staff (batch_room_id, staff_id);
CREATE INDEX batch_staff_by_batch ON batch_staff (batch_id, part, id);
CREATE INDEX batch_staff_by_person ON batch_staff (idno_index, starts_at);

CREATE TABLE enrolment (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,
	source TEXT NOT NULL,                    -- self, roster
	seq INT8 NOT NULL,                       -- order in the batch
	name TEXT NOT NULL,                      -- as at enrolment
	idno_mask TEXT NOT NULL,
	unit TEXT NOT NULL,
	clause_declared TEXT NOT NULL,
	verdict TEXT NOT NULL,                   -- met, not_met, unknown
	clause TEXT NOT NULL,                    -- the one that held
	verdict_text TEXT NOT NULL,
	met_on INT8 NOT NULL,
	facts TEXT NOT NULL,                     -- the facts judged, as JSON
	ruleset TEXT NOT NULL,
	ruleset_version TEXT NOT NULL,
	judged_at INT8 NOT NULL,
	consent_at INT8 NOT NULL,                -- when the person agreed to the handling of personal data
	spot_check TEXT NOT NULL,                -- '', drawn, good, bad
	photo_file_id INT8 NOT NULL,
	ticket_no TEXT NOT NULL,
	certificate_id INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX enrolment_once ON enrolment (person_id, batch_id);
CREATE INDEX enrolment_by_batch ON enrolment (batch_id, seq);
CREATE INDEX enrolment_by_body ON enrolment (body_id, id);
-- For lists and capped counts; see certificate_by_id.
CREATE INDEX enrolment_by_id ON enrolment (id, region, body_id, state, verdict, spot_check, batch_id);

CREATE TABLE enrolment_part (
	person_id INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,
	part INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	attempt TEXT NOT NULL,                   -- new, resit, kept (a pass carried over)
	batch_room_id INT8 NOT NULL,             -- 0 until arranged
	seat INT8 NOT NULL,                      -- seat, or station drawn by lot
	part_state TEXT NOT NULL,                -- pending, scored, absent, void
	score_centi INT8 NOT NULL,
	explained TEXT NOT NULL,                 -- how the score came about
	kept_from_id INT8 NOT NULL,              -- the enrolment a kept pass comes from
	kept_until_on INT8 NOT NULL,             -- how long this pass may be kept
	PRIMARY KEY (person_id, enrolment_id, part)
);
CREATE INDEX enrolment_part_by_room ON enrolment_part (batch_room_id, seat);
CREATE INDEX enrolment_part_by_batch ON enrolment_part (batch_id, part);

-- A mark is one marker's own, signed, never overwritten by another.
CREATE TABLE mark (
	person_id INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,
	part INT8 NOT NULL,
	marker_id INT8 NOT NULL,                 -- account
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	marker_name TEXT NOT NULL,
	round INT8 NOT NULL,                     -- theory: 1 first entry, 2 second entry; else 0
	flag TEXT NOT NULL,                      -- score, absent, void
	score_centi INT8 NOT NULL,
	note TEXT NOT NULL,
	entered_at INT8 NOT NULL,
	signed_at INT8 NOT NULL,
	signature TEXT NOT NULL,                 -- HMAC over the mark and its marker
	PRIMARY KEY (person_id, enrolment_id, part, marker_id)
);
CREATE INDEX mark_by_batch ON mark (batch_id, part, marker_id);

CREATE TABLE result (
	person_id INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,
	result_version INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	seq INT8 NOT NULL,
	name TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	theory TEXT NOT NULL,                    -- "87.50", 缺考, 违纪, 免考(保留), '' when there is no such part
	skill TEXT NOT NULL,
	review TEXT NOT NULL,
	outcome TEXT NOT NULL,                   -- passed, failed
	line_hash TEXT NOT NULL,
	PRIMARY KEY (person_id, enrolment_id, result_version)
);
CREATE INDEX result_by_batch ON result (batch_id, result_version, seq);

CREATE TABLE result_list (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	result_version INT8 NOT NULL,
	list_hash TEXT NOT NULL,
	n_rows INT8 NOT NULL,
	reason TEXT NOT NULL,                    -- why this version; '' for the first
	frozen_by INT8 NOT NULL,
	frozen_at INT8 NOT NULL
);
CREATE UNIQUE INDEX result_list_version ON result_list (batch_id, result_version);

CREATE TABLE result_change (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	part INT8 NOT NULL,
	state TEXT NOT NULL,                     -- requested, approved_once, applied, refused
	old_state TEXT NOT NULL,
	old_centi INT8 NOT NULL,
	new_state TEXT NOT NULL,
	new_centi INT8 NOT NULL,
	reason TEXT NOT NULL,
	file_id INT8 NOT NULL,
	requested_by INT8 NOT NULL,
	first_approver_id INT8 NOT NULL,
	second_approver_id INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX result_change_by_batch ON result_change (batch_id, id);

CREATE TABLE objection (
	person_id INT8 NOT NULL,                 -- 0: from the public
	id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- received, answered, refused
	name TEXT NOT NULL,
	phone_cipher TEXT NOT NULL,
	text TEXT NOT NULL,
	answer TEXT NOT NULL,
	answered_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX objection_by_batch ON objection (batch_id, id);
CREATE INDEX objection_by_id ON objection (id);

CREATE TABLE roster (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	file_id INT8 NOT NULL,
	name TEXT NOT NULL,                      -- of the file
	state TEXT NOT NULL,                     -- uploaded, judging, judged, saving, saved, refused
	n_rows INT8 NOT NULL,
	n_good INT8 NOT NULL,
	n_same INT8 NOT NULL,                    -- already enrolled, nothing to change
	n_bad INT8 NOT NULL,
	job_id INT8 NOT NULL,
	message TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX roster_by_batch ON roster (batch_id, id);

CREATE TABLE roster_row (
	roster_id INT8 NOT NULL,
	row_no INT8 NOT NULL,                    -- as the spreadsheet shows it
	verdict TEXT NOT NULL,                   -- good, same, warn, bad
	name TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	unit TEXT NOT NULL,
	clause TEXT NOT NULL,
	verdict_text TEXT NOT NULL,
	row_cipher TEXT NOT NULL,                -- the row's values, sealed, for saving
	PRIMARY KEY (roster_id, row_no)
);
CREATE INDEX roster_row_by_verdict ON roster_row (roster_id, verdict, row_no);

CREATE TABLE archive (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	file_id INT8 NOT NULL,
	package_hash TEXT NOT NULL,
	paper_until_on INT8 NOT NULL,
	electronic_until_on INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX archive_by_batch ON archive (batch_id, id);

CREATE TABLE archive_read (
	id INT8 NOT NULL PRIMARY KEY,
	archive_id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	purpose TEXT NOT NULL,
	witness TEXT NOT NULL,
	at INT8 NOT NULL
);
CREATE INDEX archive_read_by_archive ON archive_read (archive_id, id);
