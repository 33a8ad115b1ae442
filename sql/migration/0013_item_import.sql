-- Items brought in files: uploaded, judged, saved as drafts.

CREATE TABLE item_import (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	file_id INT8 NOT NULL,
	name TEXT NOT NULL,                      -- of the file
	format TEXT NOT NULL,                    -- see doc/item_exchange.h
	point_id INT8 NOT NULL,                  -- of items that name none; 0: they are refused
	state TEXT NOT NULL,                     -- uploaded, judging, judged, saving, saved, refused
	n_rows INT8 NOT NULL,
	n_good INT8 NOT NULL,
	n_same INT8 NOT NULL,                    -- in the bank already
	n_bad INT8 NOT NULL,
	job_id INT8 NOT NULL,
	message TEXT NOT NULL,
	created_by INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX item_import_by_bank ON item_import (bank_id, id);

-- One for each item of the file, and for each place where an item could not be read. No content.
CREATE TABLE item_import_row (
	import_id INT8 NOT NULL,
	row_no INT8 NOT NULL,                    -- in the order of the file, from 1
	bank_id INT8 NOT NULL,
	entry_no INT8 NOT NULL,                  -- which item of the file, from 1; 0: could not be read
	verdict TEXT NOT NULL,                   -- good, same, bad, saved
	place TEXT NOT NULL,                     -- line, row or file of a package
	name TEXT NOT NULL,
	item_kind TEXT NOT NULL,
	verdict_text TEXT NOT NULL,
	source_hash TEXT NOT NULL,               -- keyed, of content and pictures
	item_id INT8 NOT NULL,                   -- once saved; 0
	PRIMARY KEY (import_id, row_no)
);
CREATE INDEX item_import_row_by_verdict ON item_import_row (import_id, verdict, row_no);
CREATE INDEX item_import_row_by_source ON item_import_row (bank_id, source_hash, item_id);

CREATE TABLE item_import_material (
	import_id INT8 NOT NULL,
	code TEXT NOT NULL,
	material_id INT8 NOT NULL,
	PRIMARY KEY (import_id, code)
);

CREATE INDEX item_version_by_content ON item_version (bank_id, content_hash);
