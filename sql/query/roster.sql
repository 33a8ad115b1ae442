-- name: roster_insert :exec
INSERT INTO roster (id, batch_id, body_id, region, file_id, name, state, n_rows, n_good, n_same, n_bad, job_id, message,
	created_by, created_at)
VALUES (:id, :batch_id, :body_id, :region, :file_id, :name, 'uploaded', 0, 0, 0, 0, :job_id, '', :created_by,
	:created_at);

-- name: roster_find :one
SELECT r.id, r.batch_id, r.body_id, r.region, r.file_id, r.name, r.state, r.n_rows, r.n_good, r.n_same, r.n_bad, r.job_id,
	r.message, r.created_by, r.created_at, b.title AS batch_title, b.state AS batch_state
FROM roster r JOIN batch b ON b.id = r.batch_id
WHERE r.id = :id AND {scope r};

-- name: rosters_of_batch :many
SELECT id, name, state, n_rows, n_good, n_same, n_bad, job_id, message, created_at FROM roster
WHERE batch_id = :batch_id AND {scope}
ORDER BY id DESC;

-- name: roster_move :exec
-- param: from_state text
UPDATE roster SET state = :state WHERE id = :id AND state = :from_state;

-- name: roster_set_job :exec
-- param: from_job_id int
UPDATE roster SET job_id = :job_id WHERE id = :id AND job_id = :from_job_id;

-- name: roster_set_counts :exec
UPDATE roster SET n_rows = :n_rows, n_good = :n_good, n_same = :n_same, n_bad = :n_bad WHERE id = :id;

-- name: roster_end :exec
-- param: from_state text
UPDATE roster SET state = :state, message = :message WHERE id = :id AND state = :from_state;

-- name: roster_row_upsert :exec
INSERT INTO roster_row (roster_id, row_no, verdict, name, idno_mask, unit, clause, verdict_text, row_cipher)
VALUES (:roster_id, :row_no, :verdict, :name, :idno_mask, :unit, :clause, :verdict_text, :row_cipher)
ON CONFLICT (roster_id, row_no) DO UPDATE SET verdict = excluded.verdict, name = excluded.name,
	idno_mask = excluded.idno_mask, unit = excluded.unit, clause = excluded.clause,
	verdict_text = excluded.verdict_text, row_cipher = excluded.row_cipher;

-- name: roster_row_list :list
-- filter: verdict = :verdict
-- sort: row = row_no
SELECT row_no, verdict, name, idno_mask, unit, clause, verdict_text FROM roster_row
WHERE roster_id = :roster_id {filters}
ORDER BY {sort};

-- name: roster_rows_good :many
-- param: after_row int
-- param: most int
SELECT row_no, row_cipher FROM roster_row
WHERE roster_id = :roster_id AND verdict = 'good' AND row_no > :after_row
ORDER BY row_no LIMIT :most;

-- name: roster_row_walk :each
SELECT row_no, verdict, verdict_text, row_cipher FROM roster_row WHERE roster_id = :roster_id ORDER BY row_no;

-- name: roster_row_set :exec
UPDATE roster_row SET verdict = :verdict, verdict_text = :verdict_text
WHERE roster_id = :roster_id AND row_no = :row_no;

-- name: roster_rows_saved :exec
-- What a chunk has saved, in the chunk's own transaction: a run that was broken off goes on behind it.
-- param: after_row int
-- param: upto_row int
UPDATE roster_row SET verdict = 'saved'
WHERE roster_id = :roster_id AND verdict = 'good' AND row_no > :after_row AND row_no <= :upto_row;

-- name: roster_counts :many
-- column: n int
SELECT verdict, COUNT(*) AS n FROM roster_row WHERE roster_id = :roster_id GROUP BY verdict ORDER BY verdict;

-- name: batch_by_no :one
SELECT id FROM batch WHERE batch_no = :batch_no;
