-- The public log (core/tlog.h): leaves get their place in one order, tiles never change but grow.

-- Written in the transaction of the fact; waits for its place. Taken away when it has one.
CREATE TABLE log_pending (
	id INT8 NOT NULL PRIMARY KEY,
	entry BYTEA NOT NULL,
	at INT8 NOT NULL
);

-- Where it stands; what it says is in the bundle. Append only.
CREATE TABLE log_leaf (
	id INT8 NOT NULL PRIMARY KEY,            -- that of log_pending
	leaf_index INT8 NOT NULL
);
CREATE UNIQUE INDEX log_leaf_by_index ON log_leaf (leaf_index);

-- Tiles of C2SP tlog-tiles, each as wide as it is by now: a narrower one is its beginning.
CREATE TABLE log_tile (
	tile_level INT8 NOT NULL,                -- -1: entries
	tile_index INT8 NOT NULL,
	tile_width INT8 NOT NULL,                -- 1 to 256
	tile_bytes BYTEA NOT NULL,
	PRIMARY KEY (tile_level, tile_index)
);

-- One row: how many leaves have their place. Whoever gives places holds it.
CREATE TABLE log_head (
	id INT8 NOT NULL PRIMARY KEY,            -- 1
	tree_size INT8 NOT NULL,
	run_no INT8 NOT NULL
);

-- What was signed and may be known outside. Append only.
CREATE TABLE log_checkpoint (
	tree_size INT8 NOT NULL PRIMARY KEY,
	root_hex TEXT NOT NULL,
	note TEXT NOT NULL,                      -- the signed note
	at INT8 NOT NULL
);
