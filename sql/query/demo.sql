-- Statements of the demo province.

-- name: demo_mark :exec
UPDATE platform SET demo = 1, clock_offset_s = :clock_offset_s WHERE id = 1;

-- name: demo_bodies :one
-- column: n int
SELECT COUNT(*) AS n FROM body;

-- name: demo_certificates :many
-- What the generator has issued by now, oldest first.
SELECT c.person_id, c.id, c.body_id, c.region, c.name, c.number FROM certificate c ORDER BY c.id;

-- name: demo_paper_set :exec
-- Opened already: for the demo and for tests.
INSERT INTO paper_set (id, bank_id, blueprint_id, body_id, region, title, state, seed, n_forms, open_from_at, open_to_at,
	opened_at, created_by, created_at)
VALUES (:id, :bank_id, 0, :body_id, :region, :title, 'opened', '', :n_forms, :open_from_at, :open_to_at, :opened_at,
	:created_by, :created_at);

-- name: demo_item_figures :exec
-- What exams have shown of an item, made up.
UPDATE item SET exposures = :exposures, used_on = :used_on, n_answers = :n_answers, facility_permille = :facility_permille,
	discrimination_permille = :discrimination_permille, irt_a = :irt_a, irt_b = :irt_b, calibrated_on = :calibrated_on
WHERE id = :id;

-- name: demo_slot_capacity :exec
-- As if some of the machines were out of order.
UPDATE batch_room SET capacity = :capacity WHERE id = :id;

-- name: demo_candidates :many
-- Who may sit today's exam and has not come yet.
-- param: now int
SELECT s.person_id, s.ticket_no, s.seat, s.name, r.starts_at FROM sitting s
	JOIN exam_room r ON r.exam_id = s.exam_id AND r.batch_room_id = s.batch_room_id
WHERE s.state = 'waiting' AND s.checked_in_at = 0 AND r.starts_at > :now - 1800 AND r.starts_at < :now + 86400
ORDER BY r.starts_at, s.seat LIMIT 3;
