-- name: result_insert :exec
INSERT INTO result (person_id, enrolment_id, result_version, batch_id, body_id, region, seq, name, idno_mask, theory, skill,
	review, outcome, line_hash)
VALUES (:person_id, :enrolment_id, :result_version, :batch_id, :body_id, :region, :seq, :name, :idno_mask, :theory, :skill,
	:review, :outcome, :line_hash);

-- name: results_of_version :many
SELECT r.person_id, r.enrolment_id, r.seq, r.name, r.idno_mask, r.theory, r.skill, r.review, r.outcome, r.line_hash,
	e.ticket_no
FROM result r JOIN enrolment e ON e.person_id = r.person_id AND e.id = r.enrolment_id
WHERE r.batch_id = :batch_id AND r.result_version = :result_version
ORDER BY r.seq, r.enrolment_id;

-- name: result_staff_list :list
-- The list as staff see it: with the keys that changes are asked for by.
-- param: find text
-- filter: outcome = :outcome
-- filter: name LIKE :find
-- sort: order = seq, enrolment_id
-- sort: name = name, enrolment_id
SELECT person_id, enrolment_id, seq, name, idno_mask, theory, skill, review, outcome FROM result
WHERE batch_id = :batch_id AND result_version = :result_version AND {scope} {filters}
ORDER BY {sort};

-- name: result_batches_list :list
-- Batches that have been examined, with what became of them.
-- param: find text
-- filter: b.state = :state
-- filter: b.title LIKE :find
-- sort: newest = b.first_at DESC, b.id DESC
-- sort: publicity = b.publicity_to_on DESC, b.id DESC
SELECT b.id, b.title, b.state, b.grade, b.first_at, b.n_accepted, b.n_passed, b.result_version, b.publicity_to_on,
	y.name AS body_name
FROM batch b JOIN body y ON y.id = b.body_id
WHERE b.state IN ('testing', 'marking', 'publicity', 'confirmed', 'certified', 'archived') AND {scope b} {filters}
ORDER BY {sort};

-- name: result_notices_list :list
-- Batches whose results stand publicly today.
-- param: today int
-- param: find text
-- filter: y.name LIKE :find
-- sort: newest = b.publicity_from_on DESC, b.id DESC
SELECT b.id, b.title, b.grade, b.n_accepted, b.publicity_from_on, b.publicity_to_on, o.name AS occupation_name,
	y.name AS body_name
FROM batch b JOIN body y ON y.id = b.body_id JOIN occupation o ON o.id = b.occupation_id
WHERE b.state = 'publicity' AND b.publicity_to_on >= :today {filters}
ORDER BY {sort};

-- name: result_public_list :list
-- The public notice of results: names with masked numbers.
-- param: find text
-- filter: name LIKE :find
-- sort: order = seq, enrolment_id
SELECT seq, name, idno_mask, theory, skill, review, outcome FROM result
WHERE batch_id = :batch_id AND result_version = :result_version {filters}
ORDER BY {sort};

-- name: results_of_enrolment :many
-- Every version of one candidate's result: both stay after a change.
SELECT result_version, theory, skill, review, outcome, line_hash FROM result
WHERE person_id = :person_id AND enrolment_id = :enrolment_id
ORDER BY result_version;

-- name: result_list_insert :exec
INSERT INTO result_list (id, batch_id, body_id, region, result_version, list_hash, marks_hash, n_rows, reason, frozen_by, frozen_at)
VALUES (:id, :batch_id, :body_id, :region, :result_version, :list_hash, :marks_hash, :n_rows, :reason, :frozen_by, :frozen_at);

-- name: result_lists_of :many
SELECT id, batch_id, result_version, list_hash, marks_hash, n_rows, reason, frozen_at FROM result_list
WHERE batch_id = :batch_id
ORDER BY result_version;

-- name: result_list_walk :each
SELECT id, batch_id, result_version, list_hash, n_rows FROM result_list ORDER BY id;

-- name: batch_latest_result :one
SELECT id, result_version, state FROM batch WHERE id = :id;

-- Objections

-- name: objection_insert :exec
INSERT INTO objection (person_id, id, batch_id, body_id, region, state, name, phone_cipher, text, answer, answered_by,
	created_at)
VALUES (:person_id, :id, :batch_id, :body_id, :region, 'received', :name, :phone_cipher, :text, '', 0, :created_at);

-- name: objection_find :one
SELECT o.person_id, o.id, o.batch_id, o.body_id, o.region, o.state, o.name, o.phone_cipher, o.text, o.answer, o.created_at,
	b.title AS batch_title
FROM objection o JOIN batch b ON b.id = o.batch_id
WHERE o.person_id = :person_id AND o.id = :id AND {scope o};

-- name: objection_by_id :one
-- By its id alone, after the receipt number was proven.
SELECT o.id, o.batch_id, o.state, o.text, o.answer, o.created_at, b.title AS batch_title, y.name AS body_name
FROM objection o JOIN batch b ON b.id = o.batch_id JOIN body y ON y.id = o.body_id
WHERE o.id = :id;

-- name: objections_of_batch :many
SELECT person_id, id, state, name, text, answer, created_at FROM objection
WHERE batch_id = :batch_id AND {scope}
ORDER BY id;

-- name: objections_open :many
SELECT id FROM objection WHERE batch_id = :batch_id AND state = 'received' ORDER BY id;

-- name: objection_list :list
-- filter: o.state = :state
-- sort: oldest = o.id
-- sort: newest = o.id DESC
SELECT o.person_id, o.id, o.batch_id, o.state, o.name, o.text, o.created_at, b.title AS batch_title
FROM objection o JOIN batch b ON b.id = o.batch_id
WHERE {scope o} {filters}
ORDER BY {sort};

-- name: objection_move :exec
-- param: from_state text
UPDATE objection SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: objection_set_answer :exec
UPDATE objection SET answer = :answer, answered_by = :answered_by WHERE person_id = :person_id AND id = :id;

-- Changes after the freeze

-- name: result_change_insert :exec
INSERT INTO result_change (person_id, id, enrolment_id, batch_id, body_id, region, part, state, old_state, old_centi,
	new_state, new_centi, reason, file_id, requested_by, first_approver_id, second_approver_id, created_at)
VALUES (:person_id, :id, :enrolment_id, :batch_id, :body_id, :region, :part, 'requested', :old_state, :old_centi,
	:new_state, :new_centi, :reason, :file_id, :requested_by, 0, 0, :created_at);

-- name: result_change_find :one
SELECT c.person_id, c.id, c.enrolment_id, c.batch_id, c.body_id, c.region, c.part, c.state, c.old_state, c.old_centi,
	c.new_state, c.new_centi, c.reason, c.file_id, c.requested_by, c.first_approver_id, c.second_approver_id,
	c.created_at, e.name, b.title AS batch_title
FROM result_change c JOIN enrolment e ON e.person_id = c.person_id AND e.id = c.enrolment_id
	JOIN batch b ON b.id = c.batch_id
WHERE c.person_id = :person_id AND c.id = :id AND {scope c};

-- name: result_changes_of_batch :many
SELECT c.person_id, c.id, c.enrolment_id, c.part, c.state, c.old_state, c.old_centi, c.new_state, c.new_centi, c.reason,
	c.created_at, e.name
FROM result_change c JOIN enrolment e ON e.person_id = c.person_id AND e.id = c.enrolment_id
WHERE c.batch_id = :batch_id AND {scope c}
ORDER BY c.id;

-- name: result_changes_open :many
SELECT id, enrolment_id, part FROM result_change WHERE batch_id = :batch_id AND state IN ('requested', 'approved_once') ORDER BY id;

-- name: result_change_list :list
-- filter: c.state = :state
-- sort: oldest = c.id
-- sort: newest = c.id DESC
SELECT c.person_id, c.id, c.batch_id, c.part, c.state, c.reason, c.created_at, b.title AS batch_title
FROM result_change c JOIN batch b ON b.id = c.batch_id
WHERE {scope c} {filters}
ORDER BY {sort};

-- name: result_change_move :exec
-- param: from_state text
UPDATE result_change SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: result_change_set_first :exec
UPDATE result_change SET first_approver_id = :first_approver_id WHERE person_id = :person_id AND id = :id;

-- name: result_change_set_second :exec
UPDATE result_change SET second_approver_id = :second_approver_id WHERE person_id = :person_id AND id = :id;

-- name: result_notices_open :many
-- Every batch under notice, with its days.
SELECT id, region, publicity_from_on, publicity_to_on FROM batch WHERE state = 'publicity' ORDER BY id;

-- name: results_to_confirm :many
-- Notices that have ended.
-- param: today int
-- param: most int
SELECT b.id, b.title, b.publicity_to_on, y.name AS body_name FROM batch b JOIN body y ON y.id = b.body_id
WHERE b.state = 'publicity' AND b.publicity_to_on < :today AND {scope b}
ORDER BY b.publicity_to_on, b.id LIMIT :most;

-- name: result_changes_waiting :many
-- param: most int
SELECT c.person_id, c.id, c.state, c.requested_by, c.first_approver_id, c.created_at, b.title AS batch_title, e.name
FROM result_change c JOIN batch b ON b.id = c.batch_id
	JOIN enrolment e ON e.person_id = c.person_id AND e.id = c.enrolment_id
WHERE c.state IN ('requested', 'approved_once') AND {scope c}
ORDER BY c.id LIMIT :most;

-- name: objections_waiting :many
-- param: most int
SELECT o.person_id, o.id, o.name, o.created_at, b.title AS batch_title FROM objection o JOIN batch b ON b.id = o.batch_id
WHERE o.state = 'received' AND {scope o}
ORDER BY o.id LIMIT :most;

-- name: result_list_version :one
-- With how many of its lines passed.
-- column: n_passed int
SELECT l.id, l.batch_id, l.body_id, l.region, l.result_version, l.list_hash, l.marks_hash, l.n_rows, l.reason, l.frozen_by, l.frozen_at,
	(SELECT CAST(COUNT(*) AS BIGINT) FROM result r WHERE r.batch_id = l.batch_id
		AND r.result_version = l.result_version AND r.outcome = 'passed') AS n_passed
FROM result_list l WHERE l.batch_id = :batch_id AND l.result_version = :result_version;

-- name: marks_of_batch_walk :each
SELECT person_id, enrolment_id, part, marker_id, round, flag, score_centi, signed_at, signature, note FROM mark
WHERE batch_id = :batch_id AND signed_at > 0 ORDER BY enrolment_id, part, marker_id;
