-- Occupations, work types, standard versions, special-skill projects.

CREATE TABLE occupation (
	id INT8 NOT NULL PRIMARY KEY,
	edition TEXT NOT NULL,                   -- 2015, 2022: of the Dictionary of Occupations
	code TEXT NOT NULL,                      -- 6-18-02-04
	name TEXT NOT NULL,
	track TEXT NOT NULL,                     -- level, qualification, special
	digital INT8 NOT NULL,                   -- mark S
	green INT8 NOT NULL,                     -- mark L
	grades TEXT NOT NULL,                    -- grades that exist, "54321"
	state TEXT NOT NULL                      -- active, retired
);
CREATE UNIQUE INDEX occupation_code ON occupation (edition, code, name);
CREATE INDEX occupation_by_name ON occupation (name);

CREATE TABLE work_type (
	id INT8 NOT NULL PRIMARY KEY,
	occupation_id INT8 NOT NULL REFERENCES occupation (id),
	name TEXT NOT NULL,
	state TEXT NOT NULL
);
CREATE UNIQUE INDEX work_type_name ON work_type (occupation_id, name);

CREATE TABLE standard (
	id INT8 NOT NULL PRIMARY KEY,
	occupation_id INT8 NOT NULL REFERENCES occupation (id),
	version TEXT NOT NULL,                   -- "2024年版"
	title TEXT NOT NULL,
	ruleset TEXT NOT NULL,                   -- eligibility-2018, eligibility-2023, …
	effective_on INT8 NOT NULL,
	ends_on INT8 NOT NULL                    -- 0: in force
);
CREATE UNIQUE INDEX standard_version ON standard (occupation_id, version);

-- A rule text that was applied, kept word for word; rules shipped with the program need no row.
CREATE TABLE ruleset (
	name TEXT NOT NULL,
	version TEXT NOT NULL,
	effective_on INT8 NOT NULL,
	text TEXT NOT NULL,
	hash TEXT NOT NULL,
	applied_by INT8 NOT NULL,
	applied_at INT8 NOT NULL,
	PRIMARY KEY (name, version)
);

CREATE TABLE special_project (
	id INT8 NOT NULL PRIMARY KEY,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	occupation_id INT8 NOT NULL,             -- its field: a 细类 of the Dictionary; 0 unknown
	version TEXT NOT NULL,
	approval TEXT NOT NULL,
	minutes INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL
);
CREATE UNIQUE INDEX special_project_code ON special_project (code);
