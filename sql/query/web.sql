-- What the pages of the site itself ask: health, jobs.

-- name: job_count_by_state :many
-- column: n int
SELECT state, count(*) AS n FROM job GROUP BY state ORDER BY state;
