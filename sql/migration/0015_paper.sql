-- Blueprints, sets of forms from their assembly to their opening, custodians, prints.

CREATE TABLE blueprint (
	id INT8 NOT NULL PRIMARY KEY,
	bank_id INT8 NOT NULL,
	body_id INT8 NOT NULL,                   -- who assembles by it
	region TEXT NOT NULL,
	title TEXT NOT NULL,
	version_no INT8 NOT NULL,                -- the newest
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX blueprint_by_id ON blueprint (id, region, body_id);
CREATE INDEX blueprint_by_body ON blueprint (body_id, id);

-- A version is changed until a set is assembled by it; then the next change makes a new one.
CREATE TABLE blueprint_version (
	blueprint_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	is_used INT8 NOT NULL,
	n_forms INT8 NOT NULL,
	overlap INT8 NOT NULL,                   -- items that two forms may share
	target_permille INT8 NOT NULL,           -- expected share of the points; 0: none wished
	slack_permille INT8 NOT NULL,            -- the target is met within
	apart_centi INT8 NOT NULL,               -- expected scores of forms differ by at most, hundredths of a point
	spread_permille INT8 NOT NULL,           -- their spreads differ by at most
	exposure_limit INT8 NOT NULL,            -- only items seen by fewer people; 0: any
	rest_months INT8 NOT NULL,               -- not used at this body for so long; 0: any
	note TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (blueprint_id, version_no)
);

CREATE TABLE blueprint_section (
	blueprint_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	item_kind TEXT NOT NULL,
	items INT8 NOT NULL,
	score_centi INT8 NOT NULL,               -- of one item
	PRIMARY KEY (blueprint_id, version_no, item_kind)
);

CREATE TABLE blueprint_wish (
	id INT8 NOT NULL PRIMARY KEY,
	blueprint_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	wish_kind TEXT NOT NULL,                 -- items, points (sums); must, never (one item)
	point_id INT8 NOT NULL,                  -- 0: any
	item_kind TEXT NOT NULL,                 -- '': any
	facility_from INT8 NOT NULL,             -- per mille; 0 and 0: any
	facility_to INT8 NOT NULL,
	least_centi INT8 NOT NULL,               -- hundredths of an item or a point; -1: no bound
	most_centi INT8 NOT NULL,
	item_no INT8 NOT NULL                    -- of the bank, for must and never
);
CREATE INDEX blueprint_wish_of ON blueprint_wish (blueprint_id, version_no, id);

ALTER TABLE paper_set ADD COLUMN blueprint_version INT8 NOT NULL DEFAULT 0;
ALTER TABLE paper_set ADD COLUMN job_id INT8 NOT NULL DEFAULT 0;
ALTER TABLE paper_set ADD COLUMN draft_cipher TEXT NOT NULL DEFAULT '';     -- which items, until it is sealed
ALTER TABLE paper_set ADD COLUMN report TEXT NOT NULL DEFAULT '';           -- see domain/exam/paper_report.h; names no item
ALTER TABLE paper_set ADD COLUMN sealed_at INT8 NOT NULL DEFAULT 0;
-- Opening outside the window: asked with a reason, allowed by the manager, for a while.
ALTER TABLE paper_set ADD COLUMN early_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE paper_set ADD COLUMN early_by INT8 NOT NULL DEFAULT 0;
ALTER TABLE paper_set ADD COLUMN early_until_at INT8 NOT NULL DEFAULT 0;    -- 0: not allowed yet

-- Any two of them open the set together.
CREATE TABLE paper_custodian (
	paper_set_id INT8 NOT NULL,
	custodian_no INT8 NOT NULL,              -- 1, 2, and 3 when there is a spare
	account_id INT8 NOT NULL,
	name TEXT NOT NULL,
	salt TEXT NOT NULL,
	share_cipher TEXT NOT NULL,              -- under the custodian's own code; '' until he has taken it
	given_cipher TEXT NOT NULL,              -- the share until the set is sealed, and once given until the other comes
	given_at INT8 NOT NULL,
	tries INT8 NOT NULL,                     -- wrong codes in a row
	tried_at INT8 NOT NULL,
	PRIMARY KEY (paper_set_id, custodian_no)
);
CREATE INDEX paper_custodian_by_account ON paper_custodian (account_id, paper_set_id);

-- The content's key under the shares of two custodians together.
CREATE TABLE paper_wrap (
	paper_set_id INT8 NOT NULL,
	one_no INT8 NOT NULL,
	other_no INT8 NOT NULL,
	key_cipher TEXT NOT NULL,
	PRIMARY KEY (paper_set_id, one_no, other_no)
);

-- Each print of a paper or a key sheet; mark stands in small letters on every page of it.
CREATE TABLE paper_print (
	id INT8 NOT NULL PRIMARY KEY,
	paper_set_id INT8 NOT NULL,
	form_id INT8 NOT NULL,
	print_kind TEXT NOT NULL,                -- paper, key
	venue TEXT NOT NULL,
	mark TEXT NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	at INT8 NOT NULL
);
CREATE INDEX paper_print_of_set ON paper_print (paper_set_id, id);
CREATE UNIQUE INDEX paper_print_mark ON paper_print (mark);
