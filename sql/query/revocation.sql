-- name: revocation_insert :exec
INSERT INTO revocation (person_id, id, certificate_id, open_mark, body_id, region, state, number, name, reason_kind, reason,
	file_id, recall_id, until_on, opened_by, opened_name, noticed_by, noticed_at, notice_no, notice_text, notice_means,
	notice_until_on, notice_read_at, statement, statement_file_id, stated_at, hearing_asked_at, hearing_text, heard_by,
	heard_at, decided_by, decided_name, decided_at, decision_no, decision_text, served_by, served_at, served_means,
	served_until_on, served_read_at, review_text, review_asked_at, reviewed_by, reviewed_at, review_no, review_decision,
	closed_at, created_at)
VALUES (:person_id, :id, :certificate_id, 0, :body_id, :region, 'opened', :number, :name, :reason_kind, :reason,
	:file_id, :recall_id, 0, :opened_by, :opened_name, 0, 0, '', '', '', 0, 0, '', 0, 0, 0, '', 0, 0, 0, '', 0, '', '', 0, 0,
	'', 0, 0, '', 0, 0, 0, '', '', 0, :created_at);

-- name: revocation_find :one
SELECT r.person_id, r.id, r.certificate_id, r.body_id, r.region, r.state, r.number, r.name, r.reason_kind, r.reason,
	r.file_id, r.recall_id, r.until_on, r.opened_by, r.opened_name, r.noticed_by, r.noticed_at, r.notice_no, r.notice_text,
	r.notice_means, r.notice_until_on, r.notice_read_at, r.statement, r.statement_file_id, r.stated_at, r.hearing_asked_at,
	r.opinion_kind, r.opinion, r.opinion_file_id, r.opinion_name, r.opinion_at,
	r.hearing_text, r.heard_by, r.heard_at, r.decided_by, r.decided_name, r.decided_at, r.decision_no, r.decision_text,
	r.served_by, r.served_at, r.served_means, r.served_until_on, r.served_read_at, r.review_text, r.review_asked_at,
	r.reviewed_by, r.reviewed_at, r.review_no, r.review_decision, r.closed_at, r.created_at,
	k.state AS certificate_state, k.occupation_id, k.occupation_name, k.work_type_name, k.grade, k.body_name, k.issued_on
-- column: certificate_state text
FROM revocation r JOIN certificate k ON k.person_id = r.person_id AND k.id = r.certificate_id
WHERE r.person_id = :person_id AND r.id = :id AND {scope r};

-- name: revocation_open_of :one
-- The open case of a certificate.
SELECT id, state FROM revocation WHERE person_id = :person_id AND certificate_id = :certificate_id AND open_mark = 0;

-- name: revocations_of_certificate :many
SELECT id, state, reason_kind, recall_id, created_at, closed_at FROM revocation
WHERE person_id = :person_id AND certificate_id = :certificate_id ORDER BY id;

-- name: revocations_of_person :many
-- What was served on the holder: a case that is still being looked into is not his to read.
SELECT id, certificate_id, state, number, reason_kind, until_on, notice_no, noticed_at, notice_read_at, decided_at,
	served_at, closed_at
FROM revocation WHERE person_id = :person_id AND noticed_at > 0 ORDER BY id DESC;

-- name: revocations_waiting :one
-- Cases in which the holder's answer is awaited.
-- column: n int
-- param: today int
SELECT count(*) AS n FROM revocation
WHERE person_id = :person_id AND state IN ('noticed', 'served') AND until_on >= :today;

-- name: revocation_list :list
-- filter: state = :state
-- filter: recall_id = :recall_id
-- filter: name = :name
-- filter: number = :number
-- sort: newest = id DESC
-- sort: oldest = id
SELECT person_id, id, number, name, state, reason_kind, recall_id, until_on, body_id, region, created_at
FROM revocation WHERE {scope} {filters}
ORDER BY {sort};

-- name: revocation_due :many
-- Terms that ended without a word, oldest first.
-- param: today int
-- param: most int
SELECT person_id, id, state FROM revocation WHERE state IN ('noticed', 'served') AND until_on > 0 AND until_on < :today
ORDER BY until_on, id LIMIT :most;

-- name: revocation_move :exec
-- param: from_state text
UPDATE revocation SET state = :state, until_on = :until_on WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: revocation_set_notice :exec
UPDATE revocation SET noticed_by = :noticed_by, noticed_at = :noticed_at, notice_no = :notice_no, notice_text = :notice_text,
	notice_means = :notice_means, notice_until_on = :notice_until_on, until_on = :notice_until_on
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_notice_read :exec
UPDATE revocation SET notice_read_at = :notice_read_at WHERE person_id = :person_id AND id = :id AND notice_read_at = 0;

-- name: revocation_set_served_read :exec
UPDATE revocation SET served_read_at = :served_read_at WHERE person_id = :person_id AND id = :id AND served_read_at = 0;

-- name: revocation_set_statement :exec
UPDATE revocation SET statement = :statement, statement_file_id = :statement_file_id, stated_at = :stated_at
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_opinion :exec
UPDATE revocation SET opinion_kind = :opinion_kind, opinion = :opinion, opinion_file_id = :opinion_file_id,
	opinion_name = :opinion_name, opinion_at = :opinion_at
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_hearing_asked :exec
UPDATE revocation SET hearing_asked_at = :hearing_asked_at WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_heard :exec
UPDATE revocation SET hearing_text = :hearing_text, heard_by = :heard_by, heard_at = :heard_at
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_decision :exec
UPDATE revocation SET decided_by = :decided_by, decided_name = :decided_name, decided_at = :decided_at,
	decision_no = :decision_no, decision_text = :decision_text
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_served :exec
UPDATE revocation SET served_by = :served_by, served_at = :served_at, served_means = :served_means,
	served_until_on = :served_until_on, until_on = :served_until_on
WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_review_asked :exec
UPDATE revocation SET review_text = :review_text, review_asked_at = :review_asked_at WHERE person_id = :person_id AND id = :id;

-- name: revocation_set_reviewed :exec
UPDATE revocation SET reviewed_by = :reviewed_by, reviewed_at = :reviewed_at, review_no = :review_no,
	review_decision = :review_decision
WHERE person_id = :person_id AND id = :id;

-- name: revocation_close :exec
UPDATE revocation SET open_mark = revocation.id, closed_at = :closed_at WHERE person_id = :person_id AND id = :id;

-- name: paper_serial_next :one
INSERT INTO paper_serial (prefix, last) VALUES (:prefix, 1)
ON CONFLICT (prefix) DO UPDATE SET last = paper_serial.last + 1
RETURNING last;

-- For `luban check`

-- name: life_revoked :each
-- Revoked certificates and the last final case of each: '' when there is none.
SELECT k.person_id, k.id, k.number, k.state, k.corrected, k.in_review, k.created_at FROM certificate k
WHERE k.state = 'revoked' OR k.corrected > 0 OR k.in_review > 0 ORDER BY k.person_id, k.id;

-- name: life_cases_of :many
SELECT id, state, open_mark FROM revocation WHERE person_id = :person_id AND certificate_id = :certificate_id ORDER BY id;

-- name: life_corrected :one
-- column: n int
SELECT count(*) AS n FROM certificate_change
WHERE person_id = :person_id AND certificate_id = :certificate_id AND change_kind = 'correct' AND state = 'approved';

-- name: life_final :each
-- Final cases whose certificate is not revoked.
SELECT r.person_id, r.id, r.number, r.state, k.state AS certificate_state
-- column: certificate_state text
FROM revocation r JOIN certificate k ON k.person_id = r.person_id AND k.id = r.certificate_id
WHERE (r.state = 'final' AND k.state <> 'revoked') OR (r.state = 'reviewing' AND k.in_review = 0)
ORDER BY r.person_id, r.id;

-- Suspensions that one person made and nobody confirmed

-- name: suspension_due :many
-- param: today int
-- param: most int
SELECT d.subject_id FROM deadline d
WHERE d.closed_at = 0 AND d.name = 'certificate.confirm_wd' AND d.due_on < :today ORDER BY d.due_on, d.id LIMIT :most;

-- name: certificate_place :one
-- Where a certificate lies, for the clock.
SELECT person_id, id, state FROM certificate WHERE id = :id;
