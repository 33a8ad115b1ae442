-- The log closed and another begun.

-- name: log_closed_all :many
SELECT closed_no, origin, tree_size, root_hex, note, signed_size, reason, closed_at, seal FROM log_closed ORDER BY closed_no;

-- name: log_closed_at :one
SELECT origin, tree_size, root_hex, note FROM log_closed WHERE closed_no = :closed_no;

-- name: log_closed_find :one
SELECT closed_no FROM log_closed WHERE origin = :origin;

-- name: log_closed_last :one
SELECT closed_no, closed_at FROM log_closed ORDER BY closed_no DESC LIMIT 1;

-- name: log_closed_insert :exec
INSERT INTO log_closed (closed_no, origin, tree_size, root_hex, note, signed_size, reason, closed_at, seal)
VALUES (:closed_no, :origin, :tree_size, :root_hex, :note, :signed_size, :reason, :closed_at, :seal);

-- name: log_checkpoint_clear :exec
DELETE FROM log_checkpoint;

-- name: log_checkpoint_restart :exec
UPDATE log_head SET checkpoint_no = 0 WHERE id = 1;

-- name: log_cosignature_clear :exec
DELETE FROM log_cosignature;

-- name: log_witness_restart :exec
UPDATE log_witness SET known_size = 0, asked_at = 0, signed_at = 0, failures = 0, witness_problem = '';

-- name: log_key_retire_all :exec
UPDATE log_key SET key_state = 'retired', ended_at = :ended_at WHERE key_state = 'current';
