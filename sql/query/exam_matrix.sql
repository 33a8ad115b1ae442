-- name: matrix_forms :many
-- The forms that were sat.
SELECT DISTINCT form_id FROM sitting WHERE exam_id = :exam_id AND form_id <> 0 ORDER BY form_id;

-- name: matrix_count :one
-- column: n int
SELECT CAST(count(*) AS BIGINT) AS n FROM sitting_score WHERE exam_id = :exam_id AND score_version = :score_version;

-- name: matrix_sittings :many
-- param: after_id int
-- param: most int
SELECT s.person_id, s.id, s.enrolment_id, s.batch_room_id, s.seat, s.form_id, s.score_centi, s.name, s.ticket_no, p.detail
FROM sitting s JOIN sitting_score p ON p.person_id = s.person_id AND p.sitting_id = s.id AND p.score_version = :score_version
WHERE s.exam_id = :exam_id AND s.id > :after_id ORDER BY s.id LIMIT :most;

-- name: matrix_answers :many
-- Every save of a sitting, in order.
SELECT item_no, response, spent_ms FROM answer
WHERE person_id = :person_id AND sitting_id = :sitting_id ORDER BY seq;
