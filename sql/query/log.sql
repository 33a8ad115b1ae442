-- The public log.

-- name: log_pending_insert :exec
INSERT INTO log_pending (id, entry, at) VALUES (:id, :entry, :at);

-- name: log_pending_first :many
-- param: most int
SELECT id, entry FROM log_pending ORDER BY id LIMIT :most;

-- name: log_pending_any :one
SELECT id FROM log_pending ORDER BY id LIMIT 1;

-- name: log_pending_delete :exec
DELETE FROM log_pending WHERE id = :id;

-- name: log_leaf_insert :exec
INSERT INTO log_leaf (id, leaf_index) VALUES (:id, :leaf_index);

-- name: log_leaf_find :one
SELECT leaf_index FROM log_leaf WHERE id = :id;

-- Holds the row until the end of the transaction: one at a time gives places.
-- name: log_head_hold :one
INSERT INTO log_head (id, tree_size, run_no, checkpoint_no) VALUES (1, 0, 1, 0)
ON CONFLICT (id) DO UPDATE SET run_no = log_head.run_no + 1
RETURNING tree_size;

-- name: log_head_move :exec
-- param: was int
UPDATE log_head SET tree_size = :tree_size WHERE id = 1 AND tree_size = :was;

-- name: log_head_find :one
SELECT tree_size, checkpoint_no FROM log_head WHERE id = 1;

-- name: log_tile_put :exec
INSERT INTO log_tile (tile_level, tile_index, tile_width, tile_bytes)
VALUES (:tile_level, :tile_index, :tile_width, :tile_bytes)
ON CONFLICT (tile_level, tile_index) DO UPDATE SET tile_width = excluded.tile_width, tile_bytes = excluded.tile_bytes;

-- name: log_tile_find :one
SELECT tile_width, tile_bytes FROM log_tile WHERE tile_level = :tile_level AND tile_index = :tile_index;

-- name: log_checkpoint_insert :exec
INSERT INTO log_checkpoint (tree_size, root_hex, note, at, checkpoint_no, seal)
VALUES (:tree_size, :root_hex, :note, :at, :checkpoint_no, :seal);

-- Holds the row until the end of the transaction: one at a time keeps a checkpoint.
-- name: log_checkpoint_next :one
INSERT INTO log_head (id, tree_size, run_no, checkpoint_no) VALUES (1, 0, 1, 1)
ON CONFLICT (id) DO UPDATE SET checkpoint_no = log_head.checkpoint_no + 1
RETURNING checkpoint_no;

-- name: log_checkpoint_last :one
SELECT tree_size, root_hex, note, at FROM log_checkpoint ORDER BY tree_size DESC LIMIT 1;

-- Name and keys

-- name: log_origin_find :one
SELECT origin FROM log_origin WHERE id = 1;

-- name: log_origin_put :exec
INSERT INTO log_origin (id, origin) VALUES (1, :origin) ON CONFLICT (id) DO UPDATE SET origin = excluded.origin;

-- name: log_key_put :exec
INSERT INTO log_key (id, verifier_key, key_state, created_at, ended_at)
VALUES (:id, :verifier_key, 'current', :created_at, 0)
ON CONFLICT (verifier_key) DO NOTHING;

-- Keys of a log that has not signed yet; what is said of issuers stays.
-- name: log_key_clear :exec
DELETE FROM log_key WHERE verifier_key NOT LIKE 'issuer %';

-- name: log_keys :many
SELECT id, verifier_key, key_state, created_at, ended_at FROM log_key ORDER BY id DESC;

-- name: log_key_end :exec
UPDATE log_key SET key_state = :key_state, ended_at = :ended_at WHERE verifier_key = :verifier_key AND key_state <> 'lost';

-- What `luban check` reads

-- name: log_pending_find :one
SELECT entry, at FROM log_pending WHERE id = :id;

-- name: log_pending_walk :each
SELECT id, entry FROM log_pending ORDER BY id;

-- name: log_leaf_walk :each
SELECT id, leaf_index FROM log_leaf ORDER BY leaf_index;

-- name: log_tile_count :one
-- column: n int
SELECT CAST(COUNT(*) AS BIGINT) AS n FROM log_tile;

-- name: log_checkpoint_walk :each
SELECT tree_size, root_hex, note, at, checkpoint_no, seal FROM log_checkpoint ORDER BY tree_size;

-- name: log_checkpoint_after :one
-- param: after_size int
SELECT tree_size, root_hex FROM log_checkpoint WHERE tree_size > :after_size ORDER BY tree_size LIMIT 1;
