-- Logs that were closed when another was begun over the same leaves (core/tlog_begin.h).
CREATE TABLE log_closed (
	closed_no INT8 NOT NULL PRIMARY KEY,     -- from 1 without gaps
	origin TEXT NOT NULL,
	tree_size INT8 NOT NULL,                 -- of the last checkpoint that is known here
	root_hex TEXT NOT NULL,
	note TEXT NOT NULL,                      -- that checkpoint, with its cosignatures
	signed_size INT8 NOT NULL,               -- the largest tree its keys signed, as the signer remembers; 0: it does not
	reason TEXT NOT NULL,
	closed_at INT8 NOT NULL,
	seal TEXT NOT NULL
);
CREATE UNIQUE INDEX log_closed_by_origin ON log_closed (origin);
