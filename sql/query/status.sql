-- What became of certificates, out of the public log, and the lists that say so.

-- name: log_status_hold :one
-- Holds the row until the end of the transaction: one at a time reads leaves.
INSERT INTO log_status_head (id, tree_size, changed_size, run_no) VALUES (1, 0, 0, 1)
ON CONFLICT (id) DO UPDATE SET run_no = log_status_head.run_no + 1
RETURNING tree_size, changed_size;

-- name: log_status_head :one
SELECT tree_size, changed_size FROM log_status_head WHERE id = 1;

-- name: log_status_move :exec
UPDATE log_status_head SET tree_size = :tree_size, changed_size = :changed_size WHERE id = 1;

-- name: log_status_state :exec
INSERT INTO log_status (handle, state, face_version) VALUES (:handle, :state, 0)
ON CONFLICT (handle) DO UPDATE SET state = excluded.state;

-- name: log_status_version :exec
INSERT INTO log_status (handle, state, face_version) VALUES (:handle, '', :face_version)
ON CONFLICT (handle) DO UPDATE SET face_version = excluded.face_version;

-- name: log_status_entries :many
-- param: most int
SELECT handle, state, face_version FROM log_status WHERE state <> '' OR face_version > 0 LIMIT :most;

-- name: status_snapshot_put :exec
INSERT INTO status_snapshot (made_on, tree_size, n_entries, file_text, at)
VALUES (:made_on, :tree_size, :n_entries, :file_text, :at)
ON CONFLICT (made_on) DO UPDATE SET tree_size = excluded.tree_size, n_entries = excluded.n_entries,
	file_text = excluded.file_text, at = excluded.at;

-- name: status_snapshot_last :one
SELECT made_on, tree_size, n_entries, at FROM status_snapshot ORDER BY made_on DESC LIMIT 1;

-- name: status_snapshot_newest :one
SELECT made_on, tree_size, n_entries, file_text, at FROM status_snapshot ORDER BY made_on DESC LIMIT 1;

-- name: status_snapshot_of :one
SELECT made_on, tree_size, n_entries, file_text, at FROM status_snapshot WHERE made_on = :made_on;

-- Status lists of verifiable credentials

-- name: vc_slot_of :one
SELECT list_no, list_index FROM vc_slot WHERE certificate_id = :certificate_id;

-- name: vc_slot_put :exec
INSERT INTO vc_slot (list_no, list_index, found_person_id, certificate_id)
VALUES (:list_no, :list_index, :found_person_id, :certificate_id)
ON CONFLICT DO NOTHING;

-- name: vc_list_last :one
-- column: list_no int
-- column: n int
SELECT list_no, CAST(COUNT(*) AS BIGINT) AS n FROM vc_slot
WHERE list_no = (SELECT COALESCE(MAX(list_no), 0) FROM vc_slot) GROUP BY list_no;

-- name: vc_list_states :many
-- Those of a list that are not simply valid.
SELECT s.list_index, c.state FROM vc_slot s
	JOIN certificate c ON c.person_id = s.found_person_id AND c.id = s.certificate_id
WHERE s.list_no = :list_no AND c.state <> 'valid' ORDER BY s.list_index;

-- name: vc_list_find :one
SELECT file_text, at FROM vc_list WHERE list_no = :list_no AND purpose = :purpose;

-- name: vc_list_put :exec
INSERT INTO vc_list (list_no, purpose, file_text, at) VALUES (:list_no, :purpose, :file_text, :at)
ON CONFLICT (list_no, purpose) DO UPDATE SET file_text = excluded.file_text, at = excluded.at;
