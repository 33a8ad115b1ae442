-- Witnesses of the public log.

-- name: log_witness_all :many
SELECT id, name, verifier_key, url, known_size, asked_at, signed_at, busy_until_at, failures, witness_problem, created_at
FROM log_witness ORDER BY id;

-- name: log_witness_insert :exec
INSERT INTO log_witness (id, name, verifier_key, url, known_size, asked_at, signed_at, busy_until_at, failures, witness_problem, created_at)
VALUES (:id, :name, :verifier_key, :url, 0, 0, 0, 0, 0, '', :created_at);

-- name: log_witness_delete :one
DELETE FROM log_witness WHERE name = :name RETURNING id;

-- Whoever finds it as it was asks; the others pass on.
-- name: log_witness_claim :exec
-- param: was int
UPDATE log_witness SET busy_until_at = :busy_until_at WHERE id = :id AND busy_until_at = :was;

-- name: log_witness_done :exec
UPDATE log_witness SET known_size = :known_size, asked_at = :asked_at, signed_at = :signed_at, busy_until_at = 0,
	failures = :failures, witness_problem = :witness_problem
WHERE id = :id;

-- name: log_cosignature_put :exec
INSERT INTO log_cosignature (tree_size, witness_id, line, cosigned_at) VALUES (:tree_size, :witness_id, :line, :cosigned_at)
ON CONFLICT (tree_size, witness_id) DO UPDATE SET line = excluded.line, cosigned_at = excluded.cosigned_at;

-- By those who are witnesses now.
-- name: log_cosignature_of :many
SELECT s.witness_id, s.line, s.cosigned_at FROM log_cosignature s JOIN log_witness w ON w.id = s.witness_id
WHERE s.tree_size = :tree_size ORDER BY s.witness_id;

-- The newest checkpoint that at least :least of them have signed.
-- name: log_checkpoint_witnessed :one
-- param: since int
-- param: least int
SELECT c.tree_size, c.root_hex, c.note, c.at FROM log_checkpoint c
WHERE c.at >= :since AND c.tree_size IN (SELECT s.tree_size FROM log_cosignature s JOIN log_witness w ON w.id = s.witness_id
	GROUP BY s.tree_size HAVING count(*) >= :least)
ORDER BY c.tree_size DESC LIMIT 1;

-- Of this witness, those of smaller trees that were signed before then.
-- name: log_cosignature_prune :exec
-- param: before int
DELETE FROM log_cosignature WHERE witness_id = :witness_id AND tree_size < :tree_size
	AND EXISTS (SELECT 1 FROM log_checkpoint c WHERE c.tree_size = log_cosignature.tree_size AND c.at < :before);

-- name: log_cosignature_forget :exec
DELETE FROM log_cosignature WHERE witness_id = :witness_id;

-- name: log_cosignature_walk :each
SELECT s.tree_size, s.witness_id, s.line, s.cosigned_at, w.name, w.verifier_key, c.note
FROM log_cosignature s
	LEFT JOIN log_witness w ON w.id = s.witness_id
	LEFT JOIN log_checkpoint c ON c.tree_size = s.tree_size
ORDER BY s.tree_size, s.witness_id;
