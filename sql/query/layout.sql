-- name: layout_insert :exec
INSERT INTO certificate_layout (id, layout_kind, svg, svg_sha256, note, created_by, created_at)
VALUES (:id, :layout_kind, :svg, :svg_sha256, :note, :created_by, :created_at);

-- name: layout_now :one
-- The layout that counts; none was ever given: not found.
SELECT id, svg, svg_sha256, note, created_by, created_at FROM certificate_layout
WHERE layout_kind = :layout_kind ORDER BY id DESC LIMIT 1;

-- name: layout_history :many
SELECT id, layout_kind, svg_sha256, note, created_by, created_at FROM certificate_layout
ORDER BY id DESC LIMIT 100;

-- name: certificate_volume_insert :exec
INSERT INTO certificate_volume (id, job_id, batch_id, body_id, region, volume_kind, volume_no, first_number, last_number, last_id,
	n, file_id, created_at, until_on)
VALUES (:id, :job_id, :batch_id, :body_id, :region, :volume_kind, :volume_no, :first_number, :last_number, :last_id, :n,
	:file_id, :created_at, :until_on);

-- name: certificate_volumes_of_batch :many
SELECT id, job_id, volume_kind, volume_no, first_number, last_number, n, file_id, created_at, until_on, cleared_at
FROM certificate_volume WHERE batch_id = :batch_id AND {scope} ORDER BY id DESC LIMIT 200;

-- name: certificate_volume_find :one
SELECT id, job_id, batch_id, body_id, region, volume_kind, volume_no, first_number, last_number, n, file_id, created_at, until_on,
	cleared_at
FROM certificate_volume WHERE id = :id AND {scope};

-- name: certificate_volumes_over :many
-- Volumes that nobody may download any more, whose files are there still.
-- param: today int
-- param: most int
SELECT id, file_id FROM certificate_volume WHERE cleared_at = 0 AND until_on < :today ORDER BY until_on, id LIMIT :most;

-- name: certificate_volume_clear :exec
UPDATE certificate_volume SET cleared_at = :cleared_at WHERE id = :id AND cleared_at = 0;

-- name: certificate_volumes_of_job :many
SELECT volume_no, last_id, n FROM certificate_volume WHERE job_id = :job_id ORDER BY volume_no;

-- name: certificates_to_print :many
-- In the order in which they were issued; from after the last one that a volume has.
-- param: after_id int
-- param: most int
SELECT person_id, id, number FROM certificate
WHERE batch_id = :batch_id AND id > :after_id AND state <> 'revoked' AND {scope}
ORDER BY id LIMIT :most;

-- name: certificates_to_print_count :one
-- column: n int
SELECT count(*) AS n FROM certificate WHERE batch_id = :batch_id AND state <> 'revoked' AND {scope};
