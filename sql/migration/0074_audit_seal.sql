-- The trail is sealed (core/audit_seal.h): each row, and the number of those that came. Rows from before have no seal.
ALTER TABLE audit ADD COLUMN seal TEXT NOT NULL DEFAULT '';
CREATE TABLE audit_count (
	audit_no INT8 NOT NULL PRIMARY KEY,      -- from 1 without gaps
	first_id INT8 NOT NULL,                  -- the first row that had a seal
	upto_id INT8 NOT NULL,                   -- the last row counted, behind that of the count before
	n_rows INT8 NOT NULL,
	counted_at INT8 NOT NULL,
	seal TEXT NOT NULL
);

-- Nothing was ever deleted by it.
DELETE FROM setting_value WHERE name = 'audit.months';
