-- Files of rows: held certificates, answers of a look-up.

-- name: sheet_import_insert :exec
INSERT INTO sheet_import (id, import_kind, subject_id, body_id, region, file_id, name, state, n_rows, n_good, n_same, n_bad,
	job_id, message, created_by, actor_name, created_at)
VALUES (:id, :import_kind, :subject_id, :body_id, :region, :file_id, :name, 'uploaded', 0, 0, 0, 0, 0, '', :created_by,
	:actor_name, :created_at);

-- name: sheet_import_find :one
SELECT id, import_kind, subject_id, body_id, region, file_id, name, state, n_rows, n_good, n_same, n_bad, job_id, message,
	created_by, actor_name, created_at
FROM sheet_import WHERE id = :id AND import_kind = :import_kind AND {scope};

-- name: sheet_import_list :list
-- sort: newest = id DESC
SELECT id, name, state, n_rows, n_good, n_same, n_bad, actor_name, created_at FROM sheet_import
WHERE import_kind = :import_kind AND subject_id = :subject_id AND {scope}
ORDER BY {sort};

-- name: sheet_import_set_job :exec
-- param: from_job_id int
UPDATE sheet_import SET job_id = :job_id WHERE id = :id AND job_id = :from_job_id;

-- name: sheet_import_move :exec
-- param: from_state text
UPDATE sheet_import SET state = :state WHERE id = :id AND state = :from_state;

-- name: sheet_import_set_counts :exec
UPDATE sheet_import SET n_rows = :n_rows, n_good = :n_good, n_same = :n_same, n_bad = :n_bad WHERE id = :id;

-- name: sheet_import_end :exec
-- param: from_state text
UPDATE sheet_import SET state = :state, message = :message WHERE id = :id AND state = :from_state;

-- name: sheet_import_counts :many
-- column: n int
SELECT verdict, COUNT(*) AS n FROM sheet_import_row WHERE import_id = :import_id GROUP BY verdict ORDER BY verdict;

-- name: sheet_import_row_put :exec
INSERT INTO sheet_import_row (import_id, row_no, verdict, name, number, idno_mask, verdict_text, row_cipher)
VALUES (:import_id, :row_no, :verdict, :name, :number, :idno_mask, :verdict_text, :row_cipher)
ON CONFLICT (import_id, row_no) DO UPDATE SET verdict = excluded.verdict, name = excluded.name, number = excluded.number,
	idno_mask = excluded.idno_mask, verdict_text = excluded.verdict_text, row_cipher = excluded.row_cipher;

-- name: sheet_import_row_set :exec
UPDATE sheet_import_row SET verdict = :verdict, verdict_text = :verdict_text
WHERE import_id = :import_id AND row_no = :row_no;

-- name: sheet_import_rows_good :many
-- param: after_row int
-- param: most int
SELECT row_no, row_cipher, verdict_text FROM sheet_import_row
WHERE import_id = :import_id AND verdict = 'good' AND row_no > :after_row
ORDER BY row_no LIMIT :most;

-- name: sheet_import_row_list :list
-- filter: verdict = :verdict
-- sort: row = row_no
SELECT row_no, verdict, name, number, idno_mask, verdict_text FROM sheet_import_row
WHERE import_id = :import_id {filters}
ORDER BY {sort};

-- name: sheet_import_row_walk :each
SELECT row_no, verdict, verdict_text, row_cipher FROM sheet_import_row WHERE import_id = :import_id ORDER BY row_no;
