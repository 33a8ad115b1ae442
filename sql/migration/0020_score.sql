-- Scores of computer exams: versions of them, what each sitting got under each, essays marked by people.

-- Version 1 is the scoring itself; each later one is a decision about keys, rules or the cut, first only computed
-- (proposed), then applied by two people or refused. Nothing of an older version is changed.
CREATE TABLE score_version (
	id INT8 NOT NULL PRIMARY KEY,
	exam_id INT8 NOT NULL,
	score_version INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- computing, proposed, approved_once, applied, refused
	reason TEXT NOT NULL,
	rulings TEXT NOT NULL,                   -- all that hold in this version, see domain/exam/replay.h
	multiple_rule TEXT NOT NULL,             -- '': each form's own
	pass_centi INT8 NOT NULL,                -- the cut; of 10000
	n_sittings INT8 NOT NULL,
	n_up INT8 NOT NULL,                      -- against the version applied when it was computed
	n_down INT8 NOT NULL,
	n_newly_passed INT8 NOT NULL,
	n_newly_failed INT8 NOT NULL,
	against_version INT8 NOT NULL,
	requested_by INT8 NOT NULL,
	first_approver_id INT8 NOT NULL,
	second_approver_id INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX score_version_no ON score_version (exam_id, score_version);
CREATE INDEX score_version_by_id ON score_version (id, region, body_id, state);

-- A row per sitting and version. detail: per item its verdict letter and points, see domain/exam/sheet.h.
CREATE TABLE sitting_score (
	person_id INT8 NOT NULL,
	sitting_id INT8 NOT NULL,
	score_version INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	raw_centi INT8 NOT NULL,                 -- points of the form
	score_centi INT8 NOT NULL,               -- of 10000
	n_pending INT8 NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (person_id, sitting_id, score_version)
);
CREATE INDEX sitting_score_by_exam ON sitting_score (exam_id, score_version, sitting_id);

-- Essays are marked blind: by two, by a third when those are apart. A row is taken by one marker, then given points.
CREATE TABLE essay_mark (
	person_id INT8 NOT NULL,
	sitting_id INT8 NOT NULL,
	item_no INT8 NOT NULL,
	round INT8 NOT NULL,                     -- 1, 2; 3 when they are apart; 4 the moderator's word
	exam_id INT8 NOT NULL,
	form_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	marker_id INT8 NOT NULL,                 -- 0: waits for one
	marker_name TEXT NOT NULL,
	score_centi INT8 NOT NULL,
	full_centi INT8 NOT NULL,
	note TEXT NOT NULL,
	taken_at INT8 NOT NULL,
	marked_at INT8 NOT NULL,                 -- 0: not yet
	PRIMARY KEY (person_id, sitting_id, item_no, round)
);
CREATE INDEX essay_mark_by_exam ON essay_mark (exam_id, marked_at, marker_id);

ALTER TABLE exam ADD COLUMN score_version INT8 NOT NULL DEFAULT 0;  -- the one that counts; 0: not scored
ALTER TABLE exam ADD COLUMN pass_centi INT8 NOT NULL DEFAULT 0;     -- the cut of that version; 0: the setting
CREATE INDEX sitting_by_exam ON sitting (exam_id, id);

-- Statistics of a scored exam; computed anew they replace the old ones until somebody has taken them into the bank.
CREATE TABLE exam_stat (
	exam_id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	score_version INT8 NOT NULL,
	n_sittings INT8 NOT NULL,
	n_items INT8 NOT NULL,
	forms TEXT NOT NULL,                     -- per form: n, mean, sd, alpha, SEM; see domain/exam/exam_statistics.h
	irt_model TEXT NOT NULL,                 -- '', rasch, 2pl
	curve TEXT NOT NULL,                     -- test information by ability
	taken_by INT8 NOT NULL,                  -- 0: not written back to the bank
	taken_at INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE TABLE item_stat (
	exam_id INT8 NOT NULL,
	item_id INT8 NOT NULL,
	version_no INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	item_kind TEXT NOT NULL,
	places TEXT NOT NULL,                    -- "A12 B7"
	n_answers INT8 NOT NULL,
	n_omitted INT8 NOT NULL,
	facility_permille INT8 NOT NULL,
	discrimination_permille INT8 NOT NULL,   -- corrected point-biserial
	upper_lower_permille INT8 NOT NULL,
	seconds FLOAT8 NOT NULL,                 -- mean time on it; 0 unknown
	irt_state TEXT NOT NULL,                 -- '', fitted, few, all_right, all_wrong, flat
	irt_a FLOAT8 NOT NULL,
	irt_b FLOAT8 NOT NULL,
	irt_se_b FLOAT8 NOT NULL,
	fit_p FLOAT8 NOT NULL,                   -- of S-X2; -1: none
	advice TEXT NOT NULL,                    -- what catches the eye, by codes
	options TEXT NOT NULL,                   -- per category: label, n, item-rest, by fifths of the candidates
	PRIMARY KEY (exam_id, item_id, version_no)
);
