-- Leaves that are not of a certificate.

-- name: log_fact_insert :exec
INSERT INTO log_fact (leaf_id, leaf_kind, subject_id, fact_version, handle, salt_cipher, at)
VALUES (:leaf_id, :leaf_kind, :subject_id, :fact_version, :handle, :salt_cipher, :at);

-- name: log_fact_find :one
SELECT leaf_id, leaf_kind, subject_id, fact_version, handle, salt_cipher, at FROM log_fact
WHERE subject_id = :subject_id AND leaf_kind = :leaf_kind AND fact_version = :fact_version;

-- name: log_fact_handle :one
SELECT handle, leaf_id FROM log_fact WHERE subject_id = :subject_id ORDER BY leaf_id DESC LIMIT 1;

-- name: log_fact_first :one
SELECT leaf_id, at FROM log_fact ORDER BY leaf_id LIMIT 1;

-- name: log_fact_at :one
-- Whose leaf stands there.
SELECT f.leaf_id, f.leaf_kind FROM log_leaf l JOIN log_fact f ON f.leaf_id = l.id WHERE l.leaf_index = :leaf_index;

-- name: log_fact_walk :each
SELECT leaf_id, leaf_kind, subject_id, fact_version FROM log_fact ORDER BY leaf_id;

-- name: log_facts_lost :many
-- Leaves whose fact has gone.
SELECT f.leaf_id, f.leaf_kind FROM log_fact f
	LEFT JOIN draw d ON d.id = f.subject_id AND f.leaf_kind IN ('draw.committed', 'draw.drawn')
	LEFT JOIN result_list l ON l.batch_id = f.subject_id AND l.result_version = f.fact_version
		AND f.leaf_kind = 'result.frozen'
WHERE d.id IS NULL AND l.id IS NULL ORDER BY f.leaf_id LIMIT 100;

-- Draws

-- name: draw_insert :exec
INSERT INTO draw (id, batch_id, body_id, region, purpose, seed_cipher, seed, digest, created_at, drawn_at)
VALUES (:id, :batch_id, :body_id, :region, :purpose, :seed_cipher, '', '', :created_at, 0);

-- name: draw_open :one
SELECT id, seed_cipher FROM draw WHERE batch_id = :batch_id AND purpose = :purpose AND drawn_at = 0 ORDER BY id LIMIT 1;

-- name: draw_set_drawn :exec
UPDATE draw SET seed = :seed, digest = :digest, drawn_at = :drawn_at WHERE id = :id AND drawn_at = 0;

-- name: draw_walk :each
SELECT id, batch_id, body_id, region, purpose, seed_cipher, seed, digest, created_at, drawn_at FROM draw ORDER BY id;

-- Figures

-- name: figures_publications :many
-- The newest, with where their leaf stands.
-- column: leaf_index int
SELECT p.published_on, p.tree_size, p.leaf_id, p.at, COALESCE(l.leaf_index, -1) AS leaf_index
FROM figures_publication p LEFT JOIN log_leaf l ON l.id = p.leaf_id
ORDER BY p.published_on DESC LIMIT 31;

-- name: figures_publication_walk :each
SELECT published_on, tree_size, leaf_id, at FROM figures_publication ORDER BY published_on;

-- name: figures_publication_at :one
SELECT p.published_on FROM log_leaf l JOIN figures_publication p ON p.leaf_id = l.id WHERE l.leaf_index = :leaf_index;
