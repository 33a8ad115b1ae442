-- name: signer_key_put :exec
INSERT INTO signer_key (key_id, key_use, public_key, created_at) VALUES (:key_id, :key_use, :public_key, :created_at)
ON CONFLICT (key_id) DO NOTHING;

-- name: signer_key_find :one
SELECT key_id, key_use, public_key, created_at FROM signer_key WHERE key_id = :key_id;

-- name: signer_keys :many
SELECT key_id, key_use, public_key, created_at FROM signer_key ORDER BY created_at, key_id;
