-- Accounts, sessions, API tokens.

-- name: account_insert :exec
INSERT INTO account (id, login, name, role, region, body_id, linked_person_id, state, password_hash, must_change,
	totp_cipher, totp_step, failed, locked_until_at, created_at, password_at, seen_at)
VALUES (:id, :login, :name, :role, :region, :body_id, :linked_person_id, 'active', :password_hash, :must_change,
	:totp_cipher, 0, 0, 0, :created_at, :password_at, 0);

-- name: account_login_insert :exec
INSERT INTO account_login (login_key, account_id) VALUES (:login_key, :account_id);

-- name: account_login_find :one
SELECT account_id FROM account_login WHERE login_key = :login_key;

-- name: account_find :one
SELECT id, login, name, role, region, body_id, linked_person_id, state, password_hash, must_change, totp_cipher,
	totp_step, failed, locked_until_at, created_at, password_at, seen_at
FROM account WHERE id = :id;

-- name: account_set_name :exec
UPDATE account SET name = :name WHERE id = :id;

-- name: account_list :list
-- filter: role = :role
-- filter: state = :state
-- filter: body_id = :body_id
-- filter: region = :region
-- filter: login = :login
-- filter: name = :name
-- sort: newest = id DESC
-- sort: login = login, id
-- sort: seen = seen_at DESC, id
SELECT id, login, name, role, region, body_id, state, must_change, failed, locked_until_at, created_at, password_at,
	seen_at
FROM account WHERE 1 = 1 {filters} ORDER BY {sort};

-- Nobody else changes it, or what is decided about it, until the transaction ends.
-- name: account_take :exec
UPDATE account SET state = state WHERE id = :id;

-- A try is charged before the secret is looked at, so that tries at the same moment cannot share one.
-- name: account_charge :exec
-- param: failed_before int
-- param: locked_before int
UPDATE account SET failed = :failed, locked_until_at = :locked_until_at
WHERE id = :id AND failed = :failed_before AND locked_until_at = :locked_before;

-- name: account_unlock :exec
UPDATE account SET failed = 0, locked_until_at = 0 WHERE id = :id;

-- name: account_seen :exec
UPDATE account SET failed = 0, locked_until_at = 0, seen_at = :seen_at WHERE id = :id;

-- name: account_set_password :exec
UPDATE account SET password_hash = :password_hash, must_change = :must_change, password_at = :password_at
WHERE id = :id;

-- name: account_rehash :exec
-- param: hash_before text
UPDATE account SET password_hash = :password_hash WHERE id = :id AND password_hash = :hash_before;

-- name: account_set_totp :exec
UPDATE account SET totp_cipher = :totp_cipher, totp_step = :totp_step WHERE id = :id;

-- A code counts once: whoever comes second changes no row.
-- name: account_use_step :exec
UPDATE account SET totp_step = :totp_step WHERE id = :id AND totp_step < :totp_step;

-- name: account_set_state :exec
UPDATE account SET state = :state WHERE id = :id;

-- name: account_set_role :exec
UPDATE account SET role = :role, region = :region, body_id = :body_id, linked_person_id = :linked_person_id
WHERE id = :id;

-- Other administrator roles this account was ever given.
-- name: account_admin_grants :many
SELECT action FROM event
WHERE person_id = 0 AND subject_id = :subject_id AND kind = 'account' AND action LIKE 'grant_admin%';

-- name: session_insert :exec
INSERT INTO session (token_hash, account_id, stage, csrf_secret, ip, agent, created_at, seen_at, expires_at)
VALUES (:token_hash, :account_id, :stage, :csrf_secret, :ip, :agent, :created_at, :seen_at, :expires_at);

-- name: session_find :one
SELECT account_id, stage, csrf_secret, ip, agent, created_at, seen_at, expires_at FROM session
WHERE token_hash = :token_hash;

-- name: session_touch :exec
UPDATE session SET seen_at = :seen_at WHERE token_hash = :token_hash;

-- name: session_delete :exec
DELETE FROM session WHERE token_hash = :token_hash;

-- name: session_delete_others :exec
DELETE FROM session WHERE account_id = :account_id AND token_hash <> :token_hash;

-- name: session_delete_expired :exec
-- param: now_at int
-- param: idle_at int
DELETE FROM session WHERE expires_at <= :now_at OR seen_at <= :idle_at;

-- name: session_of_account :many
SELECT token_hash, stage, ip, agent, created_at, seen_at, expires_at FROM session
WHERE account_id = :account_id ORDER BY seen_at DESC;

-- name: token_insert :exec
INSERT INTO api_token (token_hash, id, account_id, name, scopes, created_at, expires_at, revoked_at, used_at)
VALUES (:token_hash, :id, :account_id, :name, :scopes, :created_at, :expires_at, 0, 0);

-- name: token_find :one
SELECT id, account_id, name, scopes, created_at, expires_at, revoked_at, used_at FROM api_token
WHERE token_hash = :token_hash;

-- name: token_of_account :many
SELECT id, name, scopes, created_at, expires_at, revoked_at, used_at FROM api_token
WHERE account_id = :account_id ORDER BY id DESC;

-- name: token_list :list
-- filter: account_id = :account_id
-- sort: newest = id DESC
SELECT id, account_id, (SELECT a.login FROM account a WHERE a.id = api_token.account_id) AS login, name, scopes, created_at,
  expires_at, revoked_at, used_at FROM api_token
WHERE 1 = 1 {filters} ORDER BY {sort};

-- name: token_touch :exec
UPDATE api_token SET used_at = :used_at WHERE token_hash = :token_hash;

-- name: token_revoke :exec
UPDATE api_token SET revoked_at = :revoked_at WHERE id = :id AND revoked_at = 0;

-- name: token_revoke_all :exec
UPDATE api_token SET revoked_at = :revoked_at WHERE account_id = :account_id AND revoked_at = 0;
