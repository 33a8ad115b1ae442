-- Sittings: how people come in, who holds which seat, and the public halves of the signing keys.

ALTER TABLE exam ADD COLUMN photo_mode TEXT NOT NULL DEFAULT 'asked';   -- off, asked (where there is a camera)
ALTER TABLE exam ADD COLUMN admit_mode TEXT NOT NULL DEFAULT 'each';    -- each: by the invigilator; code: whoever knows the room's code
ALTER TABLE exam ADD COLUMN open_seconds INT8 NOT NULL DEFAULT 1800;    -- check-in opens so long before the start
ALTER TABLE exam ADD COLUMN arranged_hash TEXT NOT NULL DEFAULT '';     -- of the seating that the sittings follow
ALTER TABLE exam ADD COLUMN seb_quit_cipher TEXT NOT NULL DEFAULT '';   -- password that ends Safe Exam Browser, sealed

-- A room's own time: rooms of one exam may sit one after the other.
ALTER TABLE exam_room ADD COLUMN starts_at INT8 NOT NULL DEFAULT 0;
ALTER TABLE exam_room ADD COLUMN ends_at INT8 NOT NULL DEFAULT 0;
ALTER TABLE exam_room ADD COLUMN per_row INT8 NOT NULL DEFAULT 0;

ALTER TABLE sitting ADD COLUMN checked_in_at INT8 NOT NULL DEFAULT 0;
ALTER TABLE sitting ADD COLUMN seb_waiver TEXT NOT NULL DEFAULT '';     -- why this person sits without Safe Exam Browser
ALTER TABLE sitting ADD COLUMN seb_epoch INT8 NOT NULL DEFAULT 0;      -- the page that has shown the Config Key by script
ALTER TABLE sitting ADD COLUMN receipt_code TEXT NOT NULL DEFAULT '';   -- what the receipt is found by
CREATE INDEX sitting_by_deadline ON sitting (state, deadline_at);

-- Nobody sits at another's place: a seat is claimed by inserting it.
CREATE TABLE exam_seat (
	exam_id INT8 NOT NULL,
	batch_room_id INT8 NOT NULL,
	seat INT8 NOT NULL,
	found_person_id INT8 NOT NULL,
	sitting_id INT8 NOT NULL,
	PRIMARY KEY (exam_id, batch_room_id, seat)
);

-- What signatures are checked with. The private halves are in the signer's key file alone.
CREATE TABLE signer_key (
	key_id TEXT NOT NULL PRIMARY KEY,
	key_use TEXT NOT NULL,
	public_key TEXT NOT NULL,                -- 64 hex digits, Ed25519
	created_at INT8 NOT NULL
);
