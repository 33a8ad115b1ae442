-- A schema of its own, so that the tests of the store do not move with the program's; a ; here ends nothing.
CREATE TABLE shelf (
	id INT8 NOT NULL PRIMARY KEY,
	title TEXT NOT NULL UNIQUE
);
CREATE TABLE thing (
	id INT8 NOT NULL PRIMARY KEY, /* it's; */
	region TEXT NOT NULL,
	body_id INT8 NOT NULL,
	name TEXT NOT NULL,
	picture BYTEA NOT NULL,
	weight FLOAT8 NOT NULL,
	amount INT8 NOT NULL,
	state TEXT NOT NULL DEFAULT 'a;b'
);
CREATE UNIQUE INDEX thing_by_name ON thing (name);
CREATE INDEX thing_by_region ON thing (region, body_id);
CREATE TABLE placed (
	shelf_id INT8 NOT NULL REFERENCES shelf (id),
	id INT8 NOT NULL,
	PRIMARY KEY (shelf_id, id)
);
INSERT INTO shelf (id, title) VALUES (1, 'it''s; the first');
