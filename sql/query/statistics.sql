-- Certificates, from the tally that is kept with each of them. Months are yyyymm.

-- name: figures_by_grade :many
-- column: n int
-- column: n_revoked int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_month int
-- param: to_month int
SELECT grade, CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(n_revoked) AS BIGINT) AS n_revoked
FROM certificate_tally
WHERE region >= :scope_lo AND region < :scope_hi AND month >= :from_month AND month <= :to_month
GROUP BY grade ORDER BY grade;

-- name: figures_by_kind :many
-- High: 高级工 and above.
-- column: n int
-- column: n_high int
-- column: n_revoked int
-- column: n_first int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_month int
-- param: to_month int
SELECT body_kind, CAST(SUM(n) AS BIGINT) AS n,
	CAST(SUM(CASE WHEN grade IN (1, 2, 3, 7, 8) THEN n ELSE 0 END) AS BIGINT) AS n_high,
	CAST(SUM(n_revoked) AS BIGINT) AS n_revoked, CAST(SUM(n_first) AS BIGINT) AS n_first
FROM certificate_tally
WHERE region >= :scope_lo AND region < :scope_hi AND month >= :from_month AND month <= :to_month
GROUP BY body_kind ORDER BY body_kind;

-- name: figures_by_place :many
-- A place is the first digits of a region: 4 for cities, 6 for counties.
-- column: place text
-- column: n int
-- column: n_high int
-- column: n_revoked int
-- param: digits int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_month int
-- param: to_month int
SELECT SUBSTR(region, 1, CAST(:digits AS INTEGER)) AS place, CAST(SUM(n) AS BIGINT) AS n,
	CAST(SUM(CASE WHEN grade IN (1, 2, 3, 7, 8) THEN n ELSE 0 END) AS BIGINT) AS n_high,
	CAST(SUM(n_revoked) AS BIGINT) AS n_revoked
FROM certificate_tally
WHERE region >= :scope_lo AND region < :scope_hi AND month >= :from_month AND month <= :to_month
GROUP BY 1 ORDER BY 1;

-- name: figures_by_month :many
-- column: n int
-- column: n_high int
-- column: n_revoked int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_month int
-- param: to_month int
SELECT month, CAST(SUM(n) AS BIGINT) AS n,
	CAST(SUM(CASE WHEN grade IN (1, 2, 3, 7, 8) THEN n ELSE 0 END) AS BIGINT) AS n_high,
	CAST(SUM(n_revoked) AS BIGINT) AS n_revoked
FROM certificate_tally
WHERE region >= :scope_lo AND region < :scope_hi AND month >= :from_month AND month <= :to_month
GROUP BY month ORDER BY month;

-- name: figures_months :one
-- column: first_month int
-- column: last_month int
SELECT MIN(month) AS first_month, MAX(month) AS last_month FROM certificate_tally;

-- Bodies

-- name: figures_bodies :many
-- column: place text
-- column: n int
-- param: digits int
-- param: scope_lo text
-- param: scope_hi text
SELECT SUBSTR(region, 1, CAST(:digits AS INTEGER)) AS place, body_kind, COUNT(*) AS n
FROM body
WHERE state = 'filed' AND region >= :scope_lo AND region < :scope_hi
GROUP BY 1, body_kind ORDER BY 1, body_kind;

-- name: figures_scope :many
-- What the filed bodies of each kind may evaluate.
-- column: n_occupations int
-- column: n_projects int
-- param: on_day int
-- param: scope_lo text
-- param: scope_hi text
SELECT b.body_kind, COUNT(DISTINCT CASE WHEN s.special_project_id = 0 THEN s.occupation_id END) AS n_occupations,
	COUNT(DISTINCT CASE WHEN s.special_project_id > 0 THEN s.special_project_id END) AS n_projects
FROM body b JOIN body_scope s ON s.body_id = b.id
WHERE b.state = 'filed' AND b.region >= :scope_lo AND b.region < :scope_hi AND s.state = 'valid'
	AND s.valid_from_on <= :on_day AND s.valid_to_on >= :on_day
GROUP BY b.body_kind ORDER BY b.body_kind;

-- Batches

-- name: figures_batches :many
-- column: n int
-- param: scope_lo text
-- param: scope_hi text
SELECT state, COUNT(*) AS n FROM batch
WHERE region >= :scope_lo AND region < :scope_hi
GROUP BY state ORDER BY state;

-- name: figures_passed_by_place :many
-- Of batches with confirmed results whose first sitting lies in the period.
-- column: place text
-- column: n_batches int
-- column: n_accepted int
-- column: n_passed int
-- param: digits int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_at int
-- param: to_at int
SELECT SUBSTR(region, 1, CAST(:digits AS INTEGER)) AS place, COUNT(*) AS n_batches,
	CAST(SUM(n_accepted) AS BIGINT) AS n_accepted, CAST(SUM(n_passed) AS BIGINT) AS n_passed
FROM batch
WHERE state IN ('confirmed', 'certified', 'archived') AND region >= :scope_lo AND region < :scope_hi
	AND first_at >= :from_at AND first_at < :to_at
GROUP BY 1 ORDER BY 1;

-- name: figures_passed_by_occupation :many
-- column: n_batches int
-- column: n_accepted int
-- column: n_passed int
-- param: scope_lo text
-- param: scope_hi text
-- param: from_at int
-- param: to_at int
SELECT b.occupation_id, o.code AS occupation_code, o.name AS occupation_name, COUNT(*) AS n_batches,
	CAST(SUM(b.n_accepted) AS BIGINT) AS n_accepted, CAST(SUM(b.n_passed) AS BIGINT) AS n_passed
FROM batch b JOIN occupation o ON o.id = b.occupation_id
WHERE b.state IN ('confirmed', 'certified', 'archived') AND b.region >= :scope_lo AND b.region < :scope_hi
	AND b.first_at >= :from_at AND b.first_at < :to_at
GROUP BY b.occupation_id, o.code, o.name
ORDER BY n_accepted DESC, o.code LIMIT 30;

-- The recount

-- name: recount_batches :each
SELECT id, batch_no, n_enrolled, n_accepted, n_passed, n_certified FROM batch ORDER BY id;

-- name: recount_enrolments :many
-- column: n_enrolled int
-- column: n_accepted int
-- column: n_passed int
SELECT batch_id, CAST(SUM(CASE WHEN state <> 'withdrawn' THEN 1 ELSE 0 END) AS BIGINT) AS n_enrolled,
	CAST(SUM(CASE WHEN state IN ('accepted', 'passed', 'failed', 'certified') THEN 1 ELSE 0 END) AS BIGINT) AS n_accepted,
	CAST(SUM(CASE WHEN state IN ('passed', 'certified') THEN 1 ELSE 0 END) AS BIGINT) AS n_passed
FROM enrolment GROUP BY batch_id ORDER BY batch_id;

-- name: recount_certificates :many
-- column: n int
SELECT batch_id, COUNT(*) AS n FROM certificate GROUP BY batch_id ORDER BY batch_id;

-- Figures in the public log

-- name: figures_publication_find :one
SELECT tree_size, leaf_id, at FROM figures_publication WHERE published_on = :published_on;

-- name: figures_publication_insert :exec
INSERT INTO figures_publication (published_on, tree_size, leaf_id, at) VALUES (:published_on, :tree_size, :leaf_id, :at);

-- Everything in one statement, so that all of it is of one moment. is_late: certificates of before the log have no leaf yet.
-- name: figures_of_log :many
-- column: n_certificates int
-- column: n_all_revoked int
-- column: year int
-- column: place text
-- column: n_waiting int
-- column: size_now int
-- column: is_done int
SELECT SUBSTR(t.region, 1, 4) AS place, t.body_kind, t.grade, t.month / 100 AS year,
	CAST(SUM(t.n) AS BIGINT) AS n_certificates, CAST(SUM(t.n_revoked) AS BIGINT) AS n_all_revoked,
	(SELECT COUNT(*) FROM (SELECT id FROM log_pending LIMIT 1) p) AS n_waiting,
	(SELECT h.tree_size FROM log_head h WHERE h.id = 1) AS size_now,
	(SELECT b.is_done FROM certificate_backfill b WHERE b.id = 1) AS is_done
FROM certificate_tally t GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;
