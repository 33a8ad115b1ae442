-- Statements of the command line: setting up and looking after an installation.

-- name: key_check_find :one
SELECT key_mark FROM key_check WHERE id = :id;

-- name: key_check_put :exec
INSERT INTO key_check (id, key_mark, created_at) VALUES (:id, :key_mark, :created_at)
ON CONFLICT (id) DO UPDATE SET key_mark = excluded.key_mark, created_at = excluded.created_at;

-- name: account_count_of_role :one
-- column: n int
SELECT count(*) AS n FROM account WHERE role = :role AND state = :state;

-- name: job_stuck :many
SELECT id, kind, beat_at FROM job WHERE state = 'running' AND beat_at < :beat_at ORDER BY id;

-- name: deadline_lost :many
-- An open deadline twice for the same thing: only one can be what the thing waits for.
-- column: n int
SELECT kind, subject_id, count(*) AS n FROM deadline WHERE closed_at = 0
GROUP BY kind, subject_id HAVING count(*) > 1 ORDER BY kind, subject_id;

-- name: file_walk :each
SELECT person_id, id, created_at FROM file ORDER BY person_id, id;

-- Accounts whose role is not among those that may log in, or whose state is neither.
-- name: account_walk :each
SELECT id, login, role, region, body_id, linked_person_id, state FROM account ORDER BY id;
