-- Statements of the demo province.

-- name: demo_mark :exec
UPDATE platform SET demo = 1, clock_offset_s = :clock_offset_s WHERE id = 1;

-- name: demo_bodies :one
-- column: n int
SELECT COUNT(*) AS n FROM body;

-- name: demo_certificates :many
-- What the generator has issued, oldest first: some of them are reissued, corrected, suspended, revoked.
SELECT c.person_id, c.id, c.body_id, c.region, c.name FROM certificate c ORDER BY c.id;
