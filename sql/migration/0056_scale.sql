-- Issuing at scale: runs over many batches, and who holds a certificate through which kind of body.

-- Somebody's first graded certificate through a kind of body: workers are counted by it, where certificates count
-- person-times. Kept in the transaction of the certificate.
CREATE TABLE certificate_holder (
	person_id INT8 NOT NULL,
	body_kind TEXT NOT NULL,
	certificate_id INT8 NOT NULL,
	PRIMARY KEY (person_id, body_kind)
);
INSERT INTO certificate_holder (person_id, body_kind, certificate_id)
SELECT person_id, body_kind, MIN(id) FROM certificate WHERE grade > 0 GROUP BY person_id, body_kind;

-- How many of n were somebody's first through that kind of body.
ALTER TABLE certificate_tally ADD COLUMN n_first INT8 NOT NULL DEFAULT 0;
-- A day number as yyyymm: days are moved to 0000-03-01, so that the leap day ends a year.
UPDATE certificate_tally SET n_first = (
	SELECT COUNT(*) FROM (
		SELECT region, body_kind, grade, CASE WHEN mp < 10 THEN y * 100 + mp + 3 ELSE (y + 1) * 100 + mp - 9 END AS month
		FROM (
			SELECT region, body_kind, grade, y, (5 * doy + 2) / 153 AS mp FROM (
				SELECT region, body_kind, grade, era * 400 + yoe AS y, doe - (365 * yoe + yoe / 4 - yoe / 100) AS doy FROM (
					SELECT region, body_kind, grade, era, doe,
						(doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe FROM (
						SELECT c.region, c.body_kind, c.grade, (c.issued_on + 719468) / 146097 AS era,
							(c.issued_on + 719468) % 146097 AS doe
						FROM certificate_holder h JOIN certificate c ON c.person_id = h.person_id AND c.id = h.certificate_id
					) d1
				) d2
			) d3
		) d4
	) f
	WHERE f.region = certificate_tally.region AND f.body_kind = certificate_tally.body_kind
		AND f.grade = certificate_tally.grade AND f.month = certificate_tally.month);

-- One order to issue to several batches. The job goes through them; whoever may issue can stop it and let it go on.
CREATE TABLE issue_run (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- running, paused, done
	job_id INT8 NOT NULL,
	n_batches INT8 NOT NULL,
	n_people INT8 NOT NULL,                  -- who were to get a certificate when it began
	n_issued INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	ended_at INT8 NOT NULL                   -- 0: not over
);
CREATE INDEX issue_run_by_id ON issue_run (id, region, body_id, state);
CREATE INDEX issue_run_by_body ON issue_run (body_id, id);

CREATE TABLE issue_run_batch (
	run_id INT8 NOT NULL,
	seq INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- waiting, done, refused
	n_people INT8 NOT NULL,
	n_issued INT8 NOT NULL,
	message TEXT NOT NULL,                   -- why it was refused
	PRIMARY KEY (run_id, seq)
);
CREATE UNIQUE INDEX issue_run_batch_once ON issue_run_batch (run_id, batch_id);
CREATE INDEX issue_run_batch_by_batch ON issue_run_batch (batch_id, run_id);

-- How far a simulation got; one row, and only in a database that is one.
CREATE TABLE simulation (
	id INT8 NOT NULL PRIMARY KEY,            -- 1
	seed TEXT NOT NULL,
	scale_ppm INT8 NOT NULL,                 -- of the published figures, in millionths
	n_bodies INT8 NOT NULL,                  -- made so far
	n_days INT8 NOT NULL,                    -- days of issue that are complete
	n_people INT8 NOT NULL,
	n_certificates INT8 NOT NULL
);
