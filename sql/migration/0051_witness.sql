-- Who vouches that the public log only grows (core/log_witness.h), and what each has signed.

CREATE TABLE log_witness (
	id INT8 NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,                      -- of its key: what stands in its signatures
	verifier_key TEXT NOT NULL,
	url TEXT NOT NULL,                       -- the submission prefix
	known_size INT8 NOT NULL,                -- the tree it signed last, as far as is known here
	asked_at INT8 NOT NULL,
	signed_at INT8 NOT NULL,                 -- when it last gave a signature; 0: never
	busy_until_at INT8 NOT NULL,             -- a process is asking it, at most until then
	failures INT8 NOT NULL,                  -- in a row
	witness_problem TEXT NOT NULL,           -- code of the last failure; '' when there was none since
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX log_witness_by_name ON log_witness (name);

CREATE TABLE log_cosignature (
	tree_size INT8 NOT NULL,
	witness_id INT8 NOT NULL,
	line TEXT NOT NULL,                      -- the line of the note
	cosigned_at INT8 NOT NULL,               -- by the witness's clock
	PRIMARY KEY (tree_size, witness_id)
);
