-- A look for copying over several exams of one set of forms: exam_id 0, body_id 0, the region that holds all of them.
ALTER TABLE forensic_look ADD COLUMN paper_set_id INT8 NOT NULL DEFAULT 0;
CREATE INDEX forensic_look_by_set ON forensic_look (paper_set_id, id);
CREATE INDEX exam_by_set ON exam (paper_set_id, id);

-- Which exams a look spans, and the version of their scores it was made of.
CREATE TABLE forensic_look_exam (
	look_id INT8 NOT NULL,
	exam_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	score_version INT8 NOT NULL,
	PRIMARY KEY (look_id, exam_id)
);
