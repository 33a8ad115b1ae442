-- Which key file belongs to this database: told apart from a wrong one before anything is written.

CREATE TABLE key_check (
	id INT8 NOT NULL PRIMARY KEY,            -- always 1
	key_mark TEXT NOT NULL,                  -- blind index of a constant
	created_at INT8 NOT NULL
);
