-- The exam room: banks and items, sets of papers, exams and their sittings, answers.

CREATE TABLE bank (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,                   -- 0: kept by an authority (custodian national or province)
	region TEXT NOT NULL,
	custodian TEXT NOT NULL,                 -- national, province, body
	title TEXT NOT NULL,
	occupation_id INT8 NOT NULL,
	work_type_id INT8 NOT NULL,
	grade INT8 NOT NULL,
	standard_id INT8 NOT NULL,
	multiple_rule TEXT NOT NULL,             -- how 多选 is scored; see domain/exam/score.h
	state TEXT NOT NULL,                     -- open, closed
	n_items INT8 NOT NULL,                   -- the last item number given
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX bank_by_id ON bank (id, region, body_id, state);
CREATE INDEX bank_by_body ON bank (body_id, id);

-- The table of assessment points: ranges of three depths, then points.
CREATE TABLE bank_point (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	parent_id INT8 NOT NULL,
	depth INT8 NOT NULL,                     -- 1, 2, 3 鉴定范围; 4 鉴定点
	code TEXT NOT NULL,
	title TEXT NOT NULL,
	importance TEXT NOT NULL,                -- X 核心, Y 一般, Z 辅助; '' for ranges
	weight_permille INT8 NOT NULL,           -- of its parent's whole
	seq INT8 NOT NULL
);
CREATE UNIQUE INDEX bank_point_code ON bank_point (bank_id, code);

CREATE TABLE item (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	item_no INT8 NOT NULL,                   -- within its bank, shown to people
	state TEXT NOT NULL,                     -- draft, submitted, reviewed, approved (in use), retired
	item_kind TEXT NOT NULL,
	point_id INT8 NOT NULL,
	version_no INT8 NOT NULL,                -- the newest
	approved_version_no INT8 NOT NULL,       -- what papers may take; 0: none
	material_id INT8 NOT NULL,               -- 0: none
	difficulty_permille INT8 NOT NULL,       -- share expected to solve it, the author's guess
	near_hash INT8 NOT NULL,                 -- keyed SimHash of the words, for near-duplicates
	exposures INT8 NOT NULL,                 -- sittings that have seen it
	used_on INT8 NOT NULL,                   -- last time in an opened paper
	n_answers INT8 NOT NULL,                 -- behind the figures that follow, once approved
	facility_permille INT8 NOT NULL,
	discrimination_permille INT8 NOT NULL,   -- corrected point-biserial
	irt_a FLOAT8 NOT NULL,                   -- 0: not calibrated
	irt_b FLOAT8 NOT NULL,
	calibrated_on INT8 NOT NULL,
	author_id INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX item_number ON item (bank_id, item_no);
CREATE INDEX item_by_bank ON item (bank_id, id, state, item_kind, point_id);
CREATE INDEX item_by_state ON item (state, region, id);

CREATE TABLE item_version (
	item_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	content_cipher TEXT NOT NULL,            -- item_pack(), sealed
	content_hash TEXT NOT NULL,              -- keyed
	note TEXT NOT NULL,                      -- what changed
	author_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (item_id, version_no)
);

-- A set of equivalent forms.
CREATE TABLE paper_set (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	blueprint_id INT8 NOT NULL,
	body_id INT8 NOT NULL,                   -- who uses it
	region TEXT NOT NULL,
	title TEXT NOT NULL,
	state TEXT NOT NULL,                     -- assembling, assembled, approved, sealed, opened, withdrawn
	seed TEXT NOT NULL,
	n_forms INT8 NOT NULL,
	open_from_at INT8 NOT NULL,              -- the time window for opening
	open_to_at INT8 NOT NULL,
	opened_at INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX paper_set_by_id ON paper_set (id, region, body_id, state);
CREATE INDEX paper_set_by_body ON paper_set (body_id, id);

CREATE TABLE paper_form (
	id INT8 NOT NULL PRIMARY KEY,
	paper_set_id INT8 NOT NULL,
	form_no INT8 NOT NULL,
	form_state TEXT NOT NULL,                -- sealed (by custodians), opened
	n_items INT8 NOT NULL,
	score_centi INT8 NOT NULL,
	content_cipher TEXT NOT NULL,
	content_hash TEXT NOT NULL               -- SM3 of form_pack()
);
CREATE UNIQUE INDEX paper_form_no ON paper_form (paper_set_id, form_no);

-- Which item stood where; written when the set is opened.
CREATE TABLE paper_form_item (
	form_id INT8 NOT NULL,
	item_no INT8 NOT NULL,
	item_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	item_kind TEXT NOT NULL,
	score_centi INT8 NOT NULL,
	PRIMARY KEY (form_id, item_no)
);
CREATE INDEX paper_form_item_by_item ON paper_form_item (item_id, form_id);

-- The computer exam of one part of a batch.
CREATE TABLE exam (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	part INT8 NOT NULL,                      -- 1 theory
	title TEXT NOT NULL,
	state TEXT NOT NULL,                     -- preparing, ready, running, closed, scored, void
	paper_set_id INT8 NOT NULL,
	duration_seconds INT8 NOT NULL,
	late_seconds INT8 NOT NULL,              -- nobody begins later than this after the start
	stay_seconds INT8 NOT NULL,              -- nobody hands in earlier than this after the start
	layout TEXT NOT NULL,                    -- one, all: items on a page
	shuffle INT8 NOT NULL,                   -- bits: 1 options, 2 items within a section
	seb_mode TEXT NOT NULL,                  -- off, required
	seb_key TEXT NOT NULL,                   -- Config Key, hex; '' when off
	starts_at INT8 NOT NULL,
	ends_at INT8 NOT NULL,
	n_sittings INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX exam_of_batch ON exam (batch_id, part);
CREATE INDEX exam_by_id ON exam (id, region, body_id, state);
CREATE INDEX exam_by_body ON exam (body_id, id);
CREATE INDEX exam_by_start ON exam (starts_at);

CREATE TABLE exam_room (
	exam_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	room_state TEXT NOT NULL,                -- waiting, admitting, running, closed
	started_at INT8 NOT NULL,
	extra_seconds INT8 NOT NULL,             -- given to the whole room
	entry_code TEXT NOT NULL,                -- spoken by the invigilator, asked at check-in; '' for none
	PRIMARY KEY (exam_id, batch_room_id)
);

-- One person's sitting. deadline_at holds all extra time given so far; what an answer is judged by.
CREATE TABLE sitting (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	enrolment_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	seat INT8 NOT NULL,
	ticket_no TEXT NOT NULL,
	name TEXT NOT NULL,
	form_id INT8 NOT NULL,                   -- 0 until the set is opened
	order_seed INT8 NOT NULL,                -- 32 bits
	state TEXT NOT NULL,                     -- waiting, admitted, running, paused, handed_in, forced, absent, void
	epoch INT8 NOT NULL,                     -- counts up with every page that takes the sitting over
	begun_at INT8 NOT NULL,
	deadline_at INT8 NOT NULL,               -- 0 until begun
	extra_seconds INT8 NOT NULL,             -- given to this person
	paused_at INT8 NOT NULL,                 -- 0: not paused
	last_seq INT8 NOT NULL,                  -- at hand-in; while running max(seq) of its answers
	n_answered INT8 NOT NULL,
	seen_at INT8 NOT NULL,                   -- last sign of life, kept at least every 15 s
	device TEXT NOT NULL,
	photo_file_id INT8 NOT NULL,             -- taken at check-in
	ended_at INT8 NOT NULL,
	ended_why TEXT NOT NULL,
	answers_hash TEXT NOT NULL,              -- SM3 over the final answers; see receipt.h
	receipt TEXT NOT NULL,                   -- signed
	score_centi INT8 NOT NULL,
	score_version INT8 NOT NULL,             -- 0: not scored
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX sitting_once ON sitting (person_id, exam_id);
CREATE INDEX sitting_by_room ON sitting (exam_id, batch_room_id, seat);
CREATE INDEX sitting_by_ticket ON sitting (ticket_no, exam_id);

-- Every save of an answer, never changed: the last seq of an item is its answer.
CREATE TABLE answer (
	person_id INT8 NOT NULL,
	sitting_id INT8 NOT NULL,
	seq INT8 NOT NULL,                       -- from the page, counting up from 1 within the sitting
	item_no INT8 NOT NULL,
	response TEXT NOT NULL,                  -- see domain/exam/item.h; '' takes an answer back
	epoch INT8 NOT NULL,
	saved_at INT8 NOT NULL,                  -- server's clock, epoch milliseconds
	spent_ms INT8 NOT NULL,                  -- on this item since the page last told, as the page says
	PRIMARY KEY (person_id, sitting_id, seq)
);
