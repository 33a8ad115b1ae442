-- Leaves of the public log that are not of a certificate: lists frozen, lots drawn.
CREATE TABLE log_fact (
	leaf_id INT8 NOT NULL PRIMARY KEY,
	leaf_kind TEXT NOT NULL,
	subject_id INT8 NOT NULL,                -- the batch, the draw
	fact_version INT8 NOT NULL,
	handle TEXT NOT NULL,                    -- what the log calls the subject
	salt_cipher TEXT NOT NULL,               -- of its commitment, sealed
	at INT8 NOT NULL
);
CREATE UNIQUE INDEX log_fact_by_subject ON log_fact (subject_id, leaf_kind, fact_version);

-- Lots: the seed is committed to before anybody knows who takes part, and shown when it is used.
CREATE TABLE draw (
	id INT8 NOT NULL PRIMARY KEY,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	purpose TEXT NOT NULL,                   -- seating, spot_check
	seed_cipher TEXT NOT NULL,               -- sealed until it is drawn
	seed TEXT NOT NULL,                      -- '' until it is drawn
	digest TEXT NOT NULL,                    -- of what came out
	created_at INT8 NOT NULL,
	drawn_at INT8 NOT NULL
);
CREATE INDEX draw_by_batch ON draw (batch_id, id);

-- The signed marks that a list came from; '' for lists from before.
ALTER TABLE result_list ADD COLUMN marks_hash TEXT NOT NULL DEFAULT '';
