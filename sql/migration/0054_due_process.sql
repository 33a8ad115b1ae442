-- What becomes of a certificate after issue: corrections and reissues by two people, revocation after a case, employers who
-- are told, and the recall of many certificates at once.

-- How often the face was corrected, and whether a decision to revoke is being reviewed: the public look-up says both.
ALTER TABLE certificate ADD COLUMN corrected INT8 NOT NULL DEFAULT 0;
ALTER TABLE certificate ADD COLUMN in_review INT8 NOT NULL DEFAULT 0;
UPDATE certificate SET corrected = (SELECT COUNT(*) FROM certificate_change c WHERE c.person_id = certificate.person_id
	AND c.certificate_id = certificate.id AND c.change_kind = 'correct' AND c.state = 'approved')
WHERE EXISTS (SELECT 1 FROM certificate_change c WHERE c.person_id = certificate.person_id
	AND c.certificate_id = certificate.id AND c.change_kind = 'correct' AND c.state = 'approved');

-- A new photo that is asked for, and the words of the decision.
ALTER TABLE certificate_change ADD COLUMN photo_file_id INT8 NOT NULL DEFAULT 0;
ALTER TABLE certificate_change ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE certificate_change ADD COLUMN decided_at INT8 NOT NULL DEFAULT 0;

-- A case against one certificate. Texts that were served never change; the papers are drawn from them.
CREATE TABLE revocation (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	open_mark INT8 NOT NULL,                 -- 0 while open, then the id: one open case for a certificate
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,
	number TEXT NOT NULL,                    -- of the certificate, and its holder, as the case was opened
	name TEXT NOT NULL,
	reason_kind TEXT NOT NULL,
	reason TEXT NOT NULL,                    -- what was found
	file_id INT8 NOT NULL,                   -- evidence
	recall_id INT8 NOT NULL,                 -- 0: a case of its own
	until_on INT8 NOT NULL,                  -- last day of the holder's term; 0 when none runs
	opened_by INT8 NOT NULL,
	opened_name TEXT NOT NULL,
	noticed_by INT8 NOT NULL,
	noticed_at INT8 NOT NULL,
	notice_no TEXT NOT NULL,
	notice_text TEXT NOT NULL,
	notice_means TEXT NOT NULL,
	notice_until_on INT8 NOT NULL,           -- the term the notice names
	notice_read_at INT8 NOT NULL,            -- the holder's page was opened
	statement TEXT NOT NULL,
	statement_file_id INT8 NOT NULL,
	stated_at INT8 NOT NULL,
	hearing_asked_at INT8 NOT NULL,
	hearing_text TEXT NOT NULL,              -- the record of the hearing, or of what was said
	heard_by INT8 NOT NULL,
	heard_at INT8 NOT NULL,
	decided_by INT8 NOT NULL,
	decided_name TEXT NOT NULL,
	decided_at INT8 NOT NULL,
	decision_no TEXT NOT NULL,
	decision_text TEXT NOT NULL,
	served_by INT8 NOT NULL,
	served_at INT8 NOT NULL,
	served_means TEXT NOT NULL,
	served_until_on INT8 NOT NULL,           -- until when a review may be asked for
	served_read_at INT8 NOT NULL,
	review_text TEXT NOT NULL,               -- why the holder asks for it
	review_asked_at INT8 NOT NULL,
	reviewed_by INT8 NOT NULL,
	reviewed_at INT8 NOT NULL,
	review_no TEXT NOT NULL,
	review_decision TEXT NOT NULL,
	closed_at INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX revocation_once ON revocation (person_id, certificate_id, open_mark);
CREATE INDEX revocation_by_id ON revocation (id, region, body_id, state);
CREATE INDEX revocation_by_term ON revocation (state, until_on);
CREATE INDEX revocation_by_recall ON revocation (recall_id, state, id);

-- Numbers of papers: by kind, year and region.
CREATE TABLE paper_serial (
	prefix TEXT NOT NULL PRIMARY KEY,
	last INT8 NOT NULL
);

-- An employer watches a certificate whose number and name he knew. region and body_id are the employer's.
CREATE TABLE certificate_follow (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	body_name TEXT NOT NULL,
	state TEXT NOT NULL,                     -- active, objected (by the holder), ended (by the employer)
	purpose TEXT NOT NULL,
	until_on INT8 NOT NULL,                  -- ends by itself after this day
	change_kind TEXT NOT NULL,               -- the last change told: suspended, revoked…
	changed_at INT8 NOT NULL,
	seen_at INT8 NOT NULL,                   -- when the employer took note
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	ended_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX certificate_follow_once ON certificate_follow (person_id, certificate_id, body_id);
CREATE INDEX certificate_follow_by_body ON certificate_follow (body_id, id);

-- Many certificates at once.
CREATE TABLE recall (
	id INT8 NOT NULL PRIMARY KEY,
	body_id INT8 NOT NULL,                   -- 0: the authority's own matter
	region TEXT NOT NULL,
	title TEXT NOT NULL,
	state TEXT NOT NULL,
	pick_kind TEXT NOT NULL,                 -- body, batch, examiner, case
	picked_id INT8 NOT NULL,
	pick_text TEXT NOT NULL,                 -- what was picked, in words
	from_on INT8 NOT NULL,                   -- days of issue; 0: no bound
	to_on INT8 NOT NULL,
	reason_kind TEXT NOT NULL,
	reason TEXT NOT NULL,
	file_id INT8 NOT NULL,
	is_suspending INT8 NOT NULL,             -- 1: certificates are suspended while the cases run
	is_offering INT8 NOT NULL,               -- 1: whoever loses his certificate may be assessed again
	list_digest TEXT NOT NULL,               -- SHA-256 over the frozen list
	frozen_by INT8 NOT NULL,
	frozen_at INT8 NOT NULL,
	approved_by INT8 NOT NULL,
	approved_name TEXT NOT NULL,
	approved_at INT8 NOT NULL,
	decided_by INT8 NOT NULL,
	decided_name TEXT NOT NULL,
	decision_text TEXT NOT NULL,
	job_id INT8 NOT NULL,                    -- the last one
	created_by INT8 NOT NULL,
	created_name TEXT NOT NULL,
	created_at INT8 NOT NULL,
	closed_at INT8 NOT NULL
);
CREATE INDEX recall_by_id ON recall (id, region, body_id, state);

CREATE TABLE recall_item (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	recall_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- listed, out (taken out), skipped (revoked or in a case already), opened
	number TEXT NOT NULL,
	name TEXT NOT NULL,
	idno_mask TEXT NOT NULL,
	occupation_name TEXT NOT NULL,
	grade INT8 NOT NULL,
	issued_on INT8 NOT NULL,
	n_followers INT8 NOT NULL,               -- employers who watch it
	n_later INT8 NOT NULL,                   -- later certificates whose eligibility named it
	later_numbers TEXT NOT NULL,
	out_reason TEXT NOT NULL,
	out_by INT8 NOT NULL,
	revocation_id INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX recall_item_once ON recall_item (person_id, recall_id, certificate_id);
CREATE INDEX recall_item_by_recall ON recall_item (recall_id, certificate_id, state);

-- Whoever lost a certificate through no proven fault of his own may be assessed again in a later batch.
CREATE TABLE reassessment (
	person_id INT8 NOT NULL,
	id INT8 NOT NULL,
	recall_id INT8 NOT NULL,
	revocation_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,                     -- offered, taken, declined
	number TEXT NOT NULL,
	occupation_id INT8 NOT NULL,
	occupation_name TEXT NOT NULL,
	work_type_name TEXT NOT NULL,
	grade INT8 NOT NULL,
	until_on INT8 NOT NULL,
	enrolment_id INT8 NOT NULL,              -- the one it was taken up with
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE UNIQUE INDEX reassessment_once ON reassessment (person_id, revocation_id);
CREATE INDEX reassessment_by_recall ON reassessment (recall_id, state, id);
