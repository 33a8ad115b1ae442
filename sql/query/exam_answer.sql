-- What a write is judged by; the row stays as it is until the transaction ends.
-- name: answer_judge :one
SELECT s.state, s.epoch, s.deadline_at, s.seen_at, f.n_items
FROM sitting s LEFT JOIN paper_form f ON f.id = s.form_id
WHERE s.person_id = :person_id AND s.id = :id {share s}

-- name: answer_insert :exec
INSERT INTO answer (person_id, sitting_id, seq, item_no, response, epoch, saved_at, spent_ms)
VALUES (:person_id, :sitting_id, :seq, :item_no, :response, :epoch, :saved_at, :spent_ms)
ON CONFLICT (person_id, sitting_id, seq) DO NOTHING

-- name: answer_at :one
SELECT item_no, response, saved_at FROM answer
WHERE person_id = :person_id AND sitting_id = :sitting_id AND seq = :seq

-- name: answer_seen :exec
UPDATE sitting SET seen_at = :seen_at WHERE person_id = :person_id AND id = :id AND seen_at < :seen_at

-- name: answer_current :many
SELECT a.item_no, a.seq, a.saved_at, a.response
FROM answer a JOIN (SELECT item_no, max(seq) AS last_seq FROM answer
	WHERE person_id = :person_id AND sitting_id = :sitting_id GROUP BY item_no) l ON a.seq = l.last_seq
WHERE a.person_id = :person_id AND a.sitting_id = :sitting_id AND a.response <> ''
ORDER BY a.item_no
