-- Banks in work: what goes with a version, readings, near-duplicates, enemies, shared material.

ALTER TABLE bank_point ADD COLUMN items_min INT8 NOT NULL DEFAULT 0;     -- usable items wanted; 0: setting bank.point_items_min
CREATE INDEX bank_point_by_parent ON bank_point (parent_id, seq, id);

-- What goes through the same eyes as the content; the row of item follows when a version is approved.
ALTER TABLE item_version ADD COLUMN item_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE item_version ADD COLUMN point_id INT8 NOT NULL DEFAULT 0;
ALTER TABLE item_version ADD COLUMN difficulty_permille INT8 NOT NULL DEFAULT 0;
ALTER TABLE item_version ADD COLUMN material_id INT8 NOT NULL DEFAULT 0;
ALTER TABLE item_version ADD COLUMN material_no INT8 NOT NULL DEFAULT 0; -- the material's version
CREATE INDEX item_by_point ON item (bank_id, point_id, approved_version_no, state);
CREATE INDEX item_in_work ON item (body_id, state, id);
CREATE INDEX item_by_material ON item (material_id, approved_version_no);

-- Who has read the content of what, when, which version, why. Append only.
CREATE TABLE item_read (
	id INT8 NOT NULL PRIMARY KEY,
	item_id INT8 NOT NULL,                   -- of an item or a material
	version_no INT8 NOT NULL,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	read_kind TEXT NOT NULL,                 -- item, asset, material
	purpose TEXT NOT NULL,
	is_typed INT8 NOT NULL,                  -- 1: the reader gave the reason in his own words
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	role TEXT NOT NULL,
	ip TEXT NOT NULL,
	at INT8 NOT NULL
);
CREATE INDEX item_read_by_item ON item_read (item_id, id);
CREATE INDEX item_read_by_bank ON item_read (bank_id, id);
CREATE INDEX item_read_by_account ON item_read (account_id, item_id, at);

-- A look-alike that somebody has judged to be another item.
CREATE TABLE item_near (
	item_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	other_id INT8 NOT NULL,
	other_version_no INT8 NOT NULL,
	note TEXT NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	at INT8 NOT NULL,
	PRIMARY KEY (item_id, version_no, other_id)
);

-- Items that must not stand in one paper. Both directions are kept.
CREATE TABLE item_enemy (
	item_id INT8 NOT NULL,
	other_id INT8 NOT NULL,
	bank_id INT8 NOT NULL,
	note TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (item_id, other_id)
);
CREATE INDEX item_enemy_by_bank ON item_enemy (bank_id, item_id);

-- Texts and drawings that several items refer to. A change is a new version; items keep theirs.
CREATE TABLE material (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	title TEXT NOT NULL,
	version_no INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX material_by_bank ON material (bank_id, id);

CREATE TABLE material_version (
	material_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	content_cipher TEXT NOT NULL,            -- item_pack() of its text and pictures, sealed
	content_hash TEXT NOT NULL,              -- keyed
	author_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (material_id, version_no)
);
