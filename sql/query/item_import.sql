-- Items brought in files.

-- name: item_import_insert :exec
INSERT INTO item_import (id, bank_id, body_id, region, file_id, name, format, point_id, state, n_rows, n_good, n_same,
	n_bad, job_id, message, created_by, actor_name, created_at)
VALUES (:id, :bank_id, :body_id, :region, :file_id, :name, :format, :point_id, 'uploaded', 0, 0, 0, 0, :job_id, '',
	:created_by, :actor_name, :created_at);

-- name: item_import_find :one
SELECT i.id, i.bank_id, i.body_id, i.region, i.file_id, i.name, i.format, i.point_id, i.state, i.n_rows, i.n_good,
	i.n_same, i.n_bad, i.job_id, i.message, i.created_by, i.actor_name, i.created_at, b.title AS bank_title
FROM item_import i JOIN bank b ON b.id = i.bank_id
WHERE i.id = :id AND {scope i};

-- name: item_imports_of :many
SELECT id, name, format, state, n_rows, n_good, n_same, n_bad, actor_name, created_at FROM item_import
WHERE bank_id = :bank_id AND {scope}
ORDER BY id DESC LIMIT 200;

-- name: item_import_move :exec
-- param: from_state text
UPDATE item_import SET state = :state WHERE id = :id AND state = :from_state;

-- name: item_import_set_job :exec
-- param: from_job_id int
UPDATE item_import SET job_id = :job_id WHERE id = :id AND job_id = :from_job_id;

-- name: item_import_set_counts :exec
UPDATE item_import SET n_rows = :n_rows, n_good = :n_good, n_same = :n_same, n_bad = :n_bad WHERE id = :id;

-- name: item_import_end :exec
-- param: from_state text
UPDATE item_import SET state = :state, message = :message WHERE id = :id AND state = :from_state;

-- name: item_import_row_put :exec
INSERT INTO item_import_row (import_id, row_no, bank_id, entry_no, verdict, place, name, item_kind, verdict_text,
	source_hash, item_id, words_cipher)
VALUES (:import_id, :row_no, :bank_id, :entry_no, :verdict, :place, '', :item_kind, '', :source_hash, 0, :words_cipher)
ON CONFLICT (import_id, row_no) DO UPDATE SET verdict = excluded.verdict, words_cipher = excluded.words_cipher;

-- name: item_import_row_set :exec
UPDATE item_import_row SET verdict = :verdict, words_cipher = :words_cipher, item_id = :item_id
WHERE import_id = :import_id AND row_no = :row_no;

-- name: item_import_row_list :list
-- filter: verdict = :verdict
-- sort: row = row_no
SELECT row_no, verdict, place, name, item_kind, verdict_text, item_id, words_cipher FROM item_import_row
WHERE import_id = :import_id {filters}
ORDER BY {sort};

-- name: item_import_rows :many
-- param: after_row int
-- param: most int
SELECT row_no, entry_no, verdict, place, name, item_kind, verdict_text, source_hash, item_id, words_cipher FROM item_import_row
WHERE import_id = :import_id AND row_no > :after_row
ORDER BY row_no LIMIT :most;

-- name: item_import_counts :many
-- column: n int
SELECT verdict, COUNT(*) AS n FROM item_import_row WHERE import_id = :import_id GROUP BY verdict ORDER BY verdict;

-- name: item_import_known :one
-- An item of this bank that came from the same source, or has the very same content and material.
-- param: source_hash text
-- param: content_hash text
-- param: material_hash text
SELECT i.id, i.item_no FROM item i
WHERE i.bank_id = :bank_id AND i.state <> 'retired' AND (
	i.id IN (SELECT r.item_id FROM item_import_row r WHERE r.bank_id = :bank_id AND r.source_hash = :source_hash
		AND r.item_id > 0)
	OR i.id IN (SELECT v.item_id FROM item_version v LEFT JOIN material_version m ON m.material_id = v.material_id
			AND m.version_no = v.material_no
		WHERE v.bank_id = :bank_id AND v.content_hash = :content_hash AND COALESCE(m.content_hash, '') = :material_hash))
ORDER BY i.id LIMIT 1;

-- name: item_import_bank_lock :exec
-- Two imports into one bank take turns.
UPDATE bank SET n_items = n_items WHERE id = :id AND state = 'open';

-- name: item_import_material_find :one
SELECT material_id FROM item_import_material WHERE import_id = :import_id AND code = :code;

-- name: item_import_material_put :exec
INSERT INTO item_import_material (import_id, code, material_id) VALUES (:import_id, :code, :material_id);

-- name: item_export_list :many
-- What an export takes, by number; state '' all but the retired.
-- param: wanted_state text
-- param: most int
-- column: point_code text
SELECT i.id, i.item_no, i.state, i.version_no, i.approved_version_no, COALESCE(p.code, '') AS point_code
FROM item i LEFT JOIN bank_point p ON p.id = i.point_id
WHERE i.bank_id = :bank_id AND {scope i} AND ((:wanted_state = '' AND i.state <> 'retired') OR i.state = :wanted_state)
ORDER BY i.item_no LIMIT :most;
