-- What happens in an examination room: incidents, heads counted, papers withdrawn, rooms away at a venue without a line.

CREATE TABLE incident (
	person_id INT8 NOT NULL,                 -- 0: of the room, not of one candidate
	id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	sitting_id INT8 NOT NULL,
	seat INT8 NOT NULL,                      -- as it was then; 0: of the room
	name TEXT NOT NULL,
	incident_kind TEXT NOT NULL,             -- see incident.h
	note TEXT NOT NULL,
	photo_file_id INT8 NOT NULL,             -- 0: none
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX incident_by_room ON incident (exam_id, batch_room_id, id);

-- The invigilator's own count of heads, beside what the system knows; -1: not counted.
ALTER TABLE exam_room ADD COLUMN counted_in INT8 NOT NULL DEFAULT -1;
ALTER TABLE exam_room ADD COLUMN counted_out INT8 NOT NULL DEFAULT -1;
-- Where the room is run: '' here; venue: packed for a machine without a line; returned: its results are here.
ALTER TABLE exam_room ADD COLUMN place TEXT NOT NULL DEFAULT '';

-- A form taken out of an exam that is under way. Two people: one asks, which pauses those who sit it; another decides.
CREATE TABLE withdrawal (
	id INT8 NOT NULL PRIMARY KEY,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	form_id INT8 NOT NULL,
	other_form_id INT8 NOT NULL,             -- what is sat instead; 0: none, the exam is void
	withdrawal_state TEXT NOT NULL,          -- asked, done, dropped
	reason TEXT NOT NULL,
	n_sittings INT8 NOT NULL,
	asked_by INT8 NOT NULL,
	asked_name TEXT NOT NULL,
	asked_at INT8 NOT NULL,
	decided_by INT8 NOT NULL,
	decided_name TEXT NOT NULL,
	decided_at INT8 NOT NULL
);
CREATE INDEX withdrawal_by_exam ON withdrawal (exam_id, id);

-- Rooms of an exam that went out to a venue in one package.
CREATE TABLE venue_pack (
	id INT8 NOT NULL PRIMARY KEY,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	rooms TEXT NOT NULL,                     -- batch_room ids with commas
	verify_key TEXT NOT NULL,                -- Ed25519, hex: what comes back is signed for it
	return_cipher TEXT NOT NULL,             -- the key that seals what comes back
	start_cipher TEXT NOT NULL,              -- the code that opens the forms
	pack_hash TEXT NOT NULL,                 -- SM3 of the file
	n_sittings INT8 NOT NULL,
	told_by INT8 NOT NULL,                   -- who asked for the start code last
	told_at INT8 NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX venue_pack_by_exam ON venue_pack (exam_id, id);

-- What came back, once for each room.
CREATE TABLE venue_return (
	pack_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	room_hash TEXT NOT NULL,                 -- SM3 of the room's part of the file
	n_sittings INT8 NOT NULL,
	n_answers INT8 NOT NULL,
	n_conflicts INT8 NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (pack_id, batch_room_id)
);
CREATE INDEX venue_return_by_exam ON venue_return (exam_id, batch_room_id);

-- A sitting that ran here and at the venue: people decide which one counts.
CREATE TABLE venue_conflict (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,                        -- of the sitting
	pack_id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	record_cipher TEXT NOT NULL,             -- the venue's sitting with its answers
	here_cipher TEXT NOT NULL,               -- the one of here, once it has given way
	here_state TEXT NOT NULL,
	here_answers INT8 NOT NULL,
	venue_state TEXT NOT NULL,
	venue_answers INT8 NOT NULL,
	conflict_state TEXT NOT NULL,            -- open, here, venue
	reason TEXT NOT NULL,
	decided_by INT8 NOT NULL,
	decided_name TEXT NOT NULL,
	decided_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX venue_conflict_by_exam ON venue_conflict (exam_id, conflict_state);

-- At the venue: which package this machine runs.
CREATE TABLE venue_here (
	id INT8 NOT NULL PRIMARY KEY,            -- of the package
	exam_id INT8 NOT NULL,
	title TEXT NOT NULL,
	secret_cipher TEXT NOT NULL,             -- what signs and seals the results
	forms_cipher TEXT NOT NULL,              -- sealed with the start code as well
	opens_at INT8 NOT NULL,                  -- no earlier than this
	opened_at INT8 NOT NULL,                 -- 0: not yet
	created_at INT8 NOT NULL
);
