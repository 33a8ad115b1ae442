-- A look for copying at a scored exam: its figures, the pairs, people and groups that stand out, and the cases opened.

-- Each look is kept: cases point to the one they were opened from.
CREATE TABLE forensic_look (
	id INT8 NOT NULL PRIMARY KEY,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	score_version INT8 NOT NULL,
	n_sittings INT8 NOT NULL,
	n_items INT8 NOT NULL,                   -- with a key
	n_pairs_near INT8 NOT NULL,              -- could see each other
	n_pairs_far INT8 NOT NULL,
	found_near INT8 NOT NULL,
	found_far INT8 NOT NULL,
	alpha FLOAT8 NOT NULL,                   -- expected share of false findings, at most
	single_near FLOAT8 NOT NULL,             -- p a lone finding needs
	single_far FLOAT8 NOT NULL,
	least_near INT8 NOT NULL,                -- copied answers found with 80 %; -1: never
	least_far INT8 NOT NULL,
	n_clusters INT8 NOT NULL,
	worst_misfit FLOAT8 NOT NULL,
	has_times INT8 NOT NULL,
	has_changes INT8 NOT NULL,
	power TEXT NOT NULL,                     -- records (base/stow.h) that pages read
	picture TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX forensic_look_by_exam ON forensic_look (exam_id, id);

CREATE TABLE forensic_pair (
	look_id INT8 NOT NULL,
	rank_no INT8 NOT NULL,                   -- 1: the least likely
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	person_a INT8 NOT NULL,
	sitting_a INT8 NOT NULL,
	person_b INT8 NOT NULL,
	sitting_b INT8 NOT NULL,
	is_near INT8 NOT NULL,
	is_finding INT8 NOT NULL,
	cluster_no INT8 NOT NULL,                -- people joined by findings; 0: none
	n_common INT8 NOT NULL,
	n_right INT8 NOT NULL,                   -- same and right
	n_wrong INT8 NOT NULL,                   -- same and wrong
	expected_right FLOAT8 NOT NULL,
	expected_wrong FLOAT8 NOT NULL,
	p_m4 FLOAT8 NOT NULL,
	p_gbt FLOAT8 NOT NULL,
	p_omega FLOAT8 NOT NULL,
	p_adjusted FLOAT8 NOT NULL,              -- of M4
	omega_ab FLOAT8 NOT NULL,                -- a from b
	omega_ba FLOAT8 NOT NULL,
	evidence TEXT NOT NULL,
	PRIMARY KEY (look_id, rank_no)
);

CREATE TABLE forensic_person (
	look_id INT8 NOT NULL,
	measure TEXT NOT NULL,                   -- fit, changed, fast
	person_id INT8 NOT NULL,
	sitting_id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	n_looked INT8 NOT NULL,
	figure FLOAT8 NOT NULL,
	expected FLOAT8 NOT NULL,
	p_value FLOAT8 NOT NULL,
	p_adjusted FLOAT8 NOT NULL,
	PRIMARY KEY (look_id, person_id, measure)
);

CREATE TABLE forensic_group (
	look_id INT8 NOT NULL,
	group_kind TEXT NOT NULL,                -- venue, proctor, room
	measure TEXT NOT NULL,                   -- paired, score, changed, fit, fast
	group_id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	label TEXT NOT NULL,
	n_people INT8 NOT NULL,
	n_marked INT8 NOT NULL,
	figure FLOAT8 NOT NULL,
	expected FLOAT8 NOT NULL,
	p_value FLOAT8 NOT NULL,
	p_adjusted FLOAT8 NOT NULL,
	PRIMARY KEY (look_id, group_kind, measure, group_id)
);

-- A case is about a pair. It ends without a finding, or is handed over to the procedure that decides.
CREATE TABLE forensic_case (
	id INT8 NOT NULL PRIMARY KEY,
	look_id INT8 NOT NULL,
	rank_no INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- opened, heard, closed_without, closed_with
	reason TEXT NOT NULL,                    -- why it was opened
	statement TEXT NOT NULL,                 -- what the two said
	conclusion TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX forensic_case_once ON forensic_case (look_id, rank_no);
CREATE INDEX forensic_case_by_id ON forensic_case (id, region, body_id, state);
