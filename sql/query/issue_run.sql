-- name: issue_run_insert :exec
INSERT INTO issue_run (id, body_id, region, state, job_id, n_batches, n_people, n_issued, created_by, created_at, ended_at)
VALUES (:id, :body_id, :region, 'running', :job_id, :n_batches, :n_people, 0, :created_by, :created_at, 0);

-- name: issue_run_batch_insert :exec
INSERT INTO issue_run_batch (run_id, seq, batch_id, body_id, region, state, n_people, n_issued, message)
VALUES (:run_id, :seq, :batch_id, :body_id, :region, 'waiting', :n_people, 0, '');

-- name: issue_run_of_batch :many
-- The runs of a batch that are not over.
SELECT r.id FROM issue_run_batch b JOIN issue_run r ON r.id = b.run_id
WHERE b.batch_id = :batch_id AND b.state = 'waiting' AND r.state <> 'done'
ORDER BY r.id LIMIT 1;

-- name: issue_run_find :one
SELECT id, body_id, region, state, job_id, n_batches, n_people, n_issued, created_by, created_at, ended_at FROM issue_run
WHERE id = :id AND {scope};

-- name: issue_run_by_job :one
SELECT id, state, n_people, n_issued FROM issue_run WHERE job_id = :job_id;

-- name: issue_run_list :list
-- filter: state = :state
-- sort: newest = id DESC
SELECT id, body_id, region, state, n_batches, n_people, n_issued, created_at, ended_at FROM issue_run
WHERE {scope} {filters}
ORDER BY {sort};

-- name: issue_run_batches :many
SELECT i.seq, i.batch_id, i.state, i.n_people, i.n_issued, i.message, b.title, b.batch_no
FROM issue_run_batch i JOIN batch b ON b.id = i.batch_id
WHERE i.run_id = :run_id ORDER BY i.seq;

-- name: issue_run_next :one
SELECT seq, batch_id FROM issue_run_batch WHERE run_id = :run_id AND state = 'waiting' ORDER BY seq LIMIT 1;

-- name: issue_run_advance :exec
-- Only while it runs, and for the job that it belongs to: a worker that was given up changes nothing any more.
-- param: more int
UPDATE issue_run SET n_issued = issue_run.n_issued + :more WHERE id = :id AND job_id = :job_id AND state = 'running';

-- name: issue_run_batch_advance :exec
-- param: more int
UPDATE issue_run_batch SET n_issued = issue_run_batch.n_issued + :more, state = :state, message = :message
WHERE run_id = :run_id AND seq = :seq AND state = 'waiting';

-- name: issue_run_move :exec
-- param: from_state text
UPDATE issue_run SET state = :state, ended_at = :ended_at WHERE id = :id AND state = :from_state;

-- name: issue_run_hand :exec
-- To another job, from the one that had it.
-- param: from_job_id int
UPDATE issue_run SET state = 'running', job_id = :job_id, ended_at = 0 WHERE id = :id AND job_id = :from_job_id;

-- name: issue_run_again :exec
UPDATE issue_run_batch SET state = 'waiting', message = '' WHERE run_id = :run_id AND state = 'refused';

-- name: issue_run_job :one
SELECT state, message FROM job WHERE id = :id;

-- name: issue_run_refused :one
-- column: n int
SELECT COUNT(*) AS n FROM issue_run_batch WHERE run_id = :run_id AND state = 'refused';

-- name: batches_to_issue :many
-- Confirmed and in no run that is not over.
SELECT b.id, b.title, b.batch_no, b.n_passed, b.n_certified FROM batch b
WHERE b.state = 'confirmed' AND {scope b} AND NOT EXISTS (SELECT 1 FROM issue_run_batch i
	JOIN issue_run r ON r.id = i.run_id WHERE i.batch_id = b.id AND i.state = 'waiting' AND r.state <> 'done')
ORDER BY b.id LIMIT 500;
