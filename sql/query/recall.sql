-- name: recall_insert :exec
INSERT INTO recall (id, body_id, region, title, state, pick_kind, picked_id, pick_text, from_on, to_on, reason_kind, reason,
	file_id, is_suspending, is_offering, list_digest, frozen_by, frozen_at, approved_by, approved_name, approved_at,
	decided_by, decided_name, decision_text, job_id, created_by, created_name, created_at, closed_at)
VALUES (:id, 0, :region, :title, 'listing', :pick_kind, :picked_id, :pick_text, :from_on, :to_on, :reason_kind, :reason,
	:file_id, :is_suspending, :is_offering, '', 0, 0, 0, '', 0, 0, '', '', 0, :created_by, :created_name, :created_at, 0);

-- name: recall_find :one
SELECT id, body_id, region, title, state, pick_kind, picked_id, pick_text, from_on, to_on, reason_kind, reason, file_id,
	is_suspending, is_offering, list_digest, frozen_by, frozen_at, approved_by, approved_name, approved_at, decided_by,
	decided_name, decision_text, job_id, created_by, created_name, created_at, closed_at
FROM recall WHERE id = :id AND {scope};

-- name: recall_freezer :one
-- Who froze the list that counts.
SELECT actor_name FROM event WHERE person_id = 0 AND subject_id = :subject_id AND kind = 'recall' AND action = 'freeze'
ORDER BY at DESC, id DESC LIMIT 1;

-- name: recall_list :list
-- filter: state = :state
-- sort: newest = id DESC
SELECT id, title, state, pick_kind, pick_text, region, created_name, created_at FROM recall WHERE {scope} {filters}
ORDER BY {sort};

-- name: recall_move :exec
-- param: from_state text
UPDATE recall SET state = :state WHERE id = :id AND state = :from_state;

-- name: recall_set_job :exec
UPDATE recall SET job_id = :job_id WHERE id = :id;

-- name: recall_set_frozen :exec
UPDATE recall SET list_digest = :list_digest, frozen_by = :frozen_by, frozen_at = :frozen_at WHERE id = :id;

-- name: recall_set_approved :exec
UPDATE recall SET approved_by = :approved_by, approved_name = :approved_name, approved_at = :approved_at WHERE id = :id;

-- name: recall_set_decision :exec
UPDATE recall SET decided_by = :decided_by, decided_name = :decided_name, decision_text = :decision_text WHERE id = :id;

-- name: recall_set_closed :exec
UPDATE recall SET closed_at = :closed_at WHERE id = :id;

-- Picking: certificates that stand, by id, a page at a time

-- name: recall_pick_body :many
-- param: after_id int
-- param: most int
SELECT person_id, id FROM certificate
WHERE body_id = :body_id AND id > :after_id AND issued_on >= :from_on AND issued_on <= :to_on AND state <> 'revoked' AND {scope}
-- param: from_on int
-- param: to_on int
ORDER BY id LIMIT :most;

-- name: recall_pick_batch :many
-- param: after_id int
-- param: most int
SELECT person_id, id FROM certificate WHERE batch_id = :batch_id AND id > :after_id AND state <> 'revoked' AND {scope}
ORDER BY id LIMIT :most;

-- name: recall_batches_of_staff :many
-- Batches in which this person was examiner, whichever body had him on its list.
SELECT DISTINCT batch_id FROM batch_staff
WHERE idno_index = :idno_index AND idno_index <> '' AND duty IN ('examiner', 'leader')
ORDER BY batch_id;

-- name: recall_staff :one
SELECT id, name, idno_index FROM staff WHERE id = :id AND {scope};

-- name: recall_case :one
-- The two of a case of the look for copying, when it was handed over to be dealt with.
SELECT c.id, e.title, p.person_a, a.batch_id AS batch_a, p.person_b, b.batch_id AS batch_b
FROM forensic_case c JOIN forensic_pair p ON p.look_id = c.look_id AND p.rank_no = c.rank_no JOIN exam e ON e.id = c.exam_id
	JOIN sitting a ON a.person_id = p.person_a AND a.id = p.sitting_a
	JOIN sitting b ON b.person_id = p.person_b AND b.id = p.sitting_b
WHERE c.id = :id AND c.state = 'closed_with' AND {scope c};

-- name: recall_pick_person :many
SELECT person_id, id FROM certificate
WHERE person_id = :person_id AND batch_id = :batch_id AND state <> 'revoked' AND {scope} ORDER BY id;

-- name: recall_batch :one
SELECT b.id, b.title, y.name AS body_name FROM batch b JOIN body y ON y.id = b.body_id WHERE b.id = :id AND {scope b};

-- What people type to pick something

-- name: recall_body_typed :one
-- param: code text
-- param: lo text
-- param: hi text
SELECT id, name FROM body WHERE (body_code = :code OR name = :code) AND region >= :lo AND region < :hi ORDER BY id LIMIT 1;

-- name: recall_batch_typed :one
SELECT id FROM batch WHERE batch_no = :batch_no AND {scope} ORDER BY id LIMIT 1;

-- name: recall_staff_typed :many
SELECT id, name, idno_mask, idno_index FROM staff WHERE name = :name AND {scope} ORDER BY id;

-- name: recall_body :one
-- param: lo text
-- param: hi text
SELECT id, name FROM body WHERE id = :id AND region >= :lo AND region < :hi;

-- The list

-- name: recall_item_insert :exec
INSERT INTO recall_item (person_id, id, recall_id, certificate_id, body_id, region, state, number, name, idno_mask,
	occupation_name, grade, issued_on, n_followers, n_later, later_numbers, out_reason, out_by, revocation_id)
VALUES (:person_id, :id, :recall_id, :certificate_id, :body_id, :region, :state, :number, :name, :idno_mask,
	:occupation_name, :grade, :issued_on, :n_followers, :n_later, :later_numbers, '', 0, 0)
ON CONFLICT (person_id, recall_id, certificate_id) DO NOTHING;

-- name: recall_item_last :one
-- column: last_id int
SELECT COALESCE(MAX(certificate_id), 0) AS last_id FROM recall_item WHERE recall_id = :recall_id;

-- name: recall_item_find :one
SELECT person_id, id, recall_id, certificate_id, state, number, name, revocation_id FROM recall_item
WHERE person_id = :person_id AND id = :id AND recall_id = :recall_id;

-- name: recall_item_out :exec
UPDATE recall_item SET state = 'out', out_reason = :out_reason, out_by = :out_by
WHERE person_id = :person_id AND id = :id AND state = 'listed';

-- name: recall_item_back :exec
UPDATE recall_item SET state = 'listed', out_reason = '', out_by = 0
WHERE person_id = :person_id AND id = :id AND state = 'out' AND revocation_id = 0;

-- name: recall_item_opened :exec
UPDATE recall_item SET state = 'opened', revocation_id = :revocation_id
WHERE person_id = :person_id AND id = :id AND state = 'listed';

-- name: recall_item_skipped :exec
UPDATE recall_item SET state = 'skipped', out_reason = :out_reason WHERE person_id = :person_id AND id = :id AND state = 'listed';

-- name: recall_items_waiting :many
-- param: after_id int
-- param: most int
SELECT person_id, id, certificate_id, number, name FROM recall_item
WHERE recall_id = :recall_id AND certificate_id > :after_id AND state = 'listed' ORDER BY certificate_id LIMIT :most;

-- name: recall_frozen_walk :each
SELECT certificate_id, state, number, out_reason FROM recall_item WHERE recall_id = :recall_id ORDER BY certificate_id;

-- name: recall_items :list
-- The list with where each case stands; '' when there is none yet.
-- param: case_state text
-- filter: i.state = :state
-- filter: COALESCE(r.state, '') = :case_state
-- filter: i.name = :name
-- filter: i.number = :number
-- sort: listed = i.certificate_id
-- column: case_state text
-- column: has_statement int
SELECT i.person_id, i.id, i.certificate_id, i.state, i.number, i.name, i.idno_mask, i.occupation_name, i.grade, i.issued_on,
	i.n_followers, i.n_later, i.later_numbers, i.out_reason, i.revocation_id, COALESCE(r.state, '') AS case_state,
	CASE WHEN r.stated_at > 0 OR r.hearing_asked_at > 0 OR r.opinion_at > 0 THEN 1 ELSE 0 END AS has_statement
FROM recall_item i LEFT JOIN revocation r ON r.person_id = i.person_id AND r.id = i.revocation_id
WHERE i.recall_id = :recall_id {filters}
ORDER BY {sort};

-- name: recall_exceptions :list
-- Who took whom out of the list, or in again, and why.
-- sort: newest = id DESC
SELECT id, at, actor_name, action, reason FROM event
WHERE person_id = 0 AND subject_id = :subject_id AND kind = 'recall_item'
ORDER BY {sort};

-- name: recall_item_counts :many
-- column: n int
-- column: n_followers int
-- column: n_later int
SELECT state, count(*) AS n, CAST(SUM(n_followers) AS BIGINT) AS n_followers, CAST(SUM(n_later) AS BIGINT) AS n_later
FROM recall_item WHERE recall_id = :recall_id GROUP BY state ORDER BY state;

-- name: recall_case_counts :many
-- column: n int
SELECT state, count(*) AS n FROM revocation WHERE recall_id = :recall_id GROUP BY state ORDER BY state;

-- name: recall_spoken_count :one
-- Cases ready for a decision in which the holder or the body spoke: those are decided one by one.
-- column: n int
SELECT count(*) AS n FROM revocation
WHERE recall_id = :recall_id AND state = 'heard' AND (stated_at > 0 OR hearing_asked_at > 0 OR opinion_at > 0);

-- name: recall_cases_silent :many
-- Ready for a decision, and neither holder nor body said anything.
-- param: after_id int
-- param: most int
SELECT person_id, id FROM revocation
WHERE recall_id = :recall_id AND recall_id > 0 AND state = 'heard' AND stated_at = 0 AND hearing_asked_at = 0 AND opinion_at = 0
	AND id > :after_id
ORDER BY id LIMIT :most;

-- name: recall_cases_decided :many
-- param: after_id int
-- param: most int
SELECT person_id, id FROM revocation WHERE recall_id = :recall_id AND recall_id > 0 AND state = 'decided' AND id > :after_id
ORDER BY id LIMIT :most;

-- What rests on a certificate

-- name: recall_later :many
-- Higher certificates of the same occupation and person, issued afterwards, with what their eligibility was judged by.
SELECT k.id, k.number, e.facts FROM certificate k JOIN enrolment e ON e.person_id = k.person_id AND e.id = k.enrolment_id
WHERE k.person_id = :person_id AND k.id <> :id AND k.occupation_id = :occupation_id AND k.issued_on >= :issued_on
	AND k.state <> 'revoked'
ORDER BY k.id;

-- To be assessed again

-- name: reassessment_insert :exec
INSERT INTO reassessment (person_id, id, recall_id, revocation_id, certificate_id, body_id, region, state, number,
	occupation_id, occupation_name, work_type_name, grade, until_on, enrolment_id, created_at)
VALUES (:person_id, :id, :recall_id, :revocation_id, :certificate_id, :body_id, :region, 'offered', :number, :occupation_id,
	:occupation_name, :work_type_name, :grade, :until_on, 0, :created_at)
ON CONFLICT (person_id, revocation_id) DO NOTHING;

-- name: reassessments_of_person :many
SELECT id, recall_id, revocation_id, certificate_id, state, number, occupation_id, occupation_name, work_type_name, grade,
	until_on, enrolment_id, created_at
FROM reassessment WHERE person_id = :person_id ORDER BY id DESC;

-- name: reassessment_find :one
SELECT id, state, occupation_id, grade, until_on, created_at FROM reassessment WHERE person_id = :person_id AND id = :id;

-- name: reassessment_take :exec
UPDATE reassessment SET state = 'taken', enrolment_id = :enrolment_id
WHERE person_id = :person_id AND id = :id AND state = 'offered';

-- name: reassessment_decline :exec
UPDATE reassessment SET state = 'declined' WHERE person_id = :person_id AND id = :id AND state = 'offered';

-- name: reassessment_counts :many
-- column: n int
SELECT state, count(*) AS n FROM reassessment WHERE recall_id = :recall_id GROUP BY state ORDER BY state;

-- name: reassessment_enrolments :many
-- Enrolments of the person that an offer could be taken up with: same occupation and grade, made since.
SELECT e.id, b.title FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id AND e.created_at >= :created_at AND b.occupation_id = :occupation_id AND b.grade = :grade
ORDER BY e.id DESC;
