-- Items of banks

-- name: bank_item_insert :exec
INSERT INTO item (id, bank_id, body_id, region, item_no, state, item_kind, point_id, version_no, approved_version_no,
	material_id, difficulty_permille, near_hash, exposures, used_on, n_answers, facility_permille,
	discrimination_permille, irt_a, irt_b, calibrated_on, author_id, created_at)
VALUES (:id, :bank_id, :body_id, :region, :item_no, 'draft', :item_kind, :point_id, 1, 0, :material_id,
	:difficulty_permille, :near_hash, 0, 0, 0, 0, 0, 0, 0, 0, :author_id, :created_at);

-- name: bank_item_find :one
-- column: point_code text
-- column: point_title text
SELECT i.id, i.bank_id, i.body_id, i.region, i.item_no, i.state, i.item_kind, i.point_id, i.version_no,
	i.approved_version_no, i.material_id, i.difficulty_permille, i.near_hash, i.exposures, i.used_on, i.n_answers,
	i.facility_permille, i.discrimination_permille, i.irt_a, i.irt_b, i.calibrated_on, i.author_id, i.created_at,
	COALESCE(p.code, '') AS point_code, COALESCE(p.title, '') AS point_title,
	b.title AS bank_title, b.state AS bank_state
FROM item i JOIN bank b ON b.id = i.bank_id LEFT JOIN bank_point p ON p.id = i.point_id
WHERE i.id = :id AND {scope i};

-- name: bank_item_by_no :one
SELECT id, state FROM item WHERE bank_id = :bank_id AND item_no = :item_no;

-- name: bank_item_list :list
-- Items of one bank; point_id with under ("A-1-%") stands for a range with all that lies below it.
-- param: under text
-- column: point_code text
-- column: point_title text
-- filter: i.state = :state
-- filter: i.item_kind = :item_kind
-- filter: (i.point_id = :point_id OR p.code LIKE :under)
-- filter: i.item_no = :item_no
-- filter: i.author_id = :author_id
-- sort: newest = i.id DESC
-- sort: number = i.item_no
-- sort: exposures = i.exposures DESC, i.id DESC
-- sort: facility = i.facility_permille, i.id
-- sort: discrimination = i.discrimination_permille, i.id
SELECT i.id, i.item_no, i.state, i.item_kind, i.point_id, i.version_no, i.approved_version_no, i.difficulty_permille,
	i.exposures, i.used_on, i.n_answers, i.facility_permille, i.discrimination_permille, i.irt_a, i.irt_b, i.created_at,
	COALESCE(p.code, '') AS point_code, COALESCE(p.title, '') AS point_title
FROM item i LEFT JOIN bank_point p ON p.id = i.point_id
WHERE i.bank_id = :bank_id AND {scope i} {filters}
ORDER BY {sort};

-- name: bank_item_waiting :list
-- What waits in one state, in all banks that the actor may see.
-- param: other_than int
-- filter: i.author_id = :author_id
-- filter: i.author_id <> :other_than
-- sort: oldest = i.id
SELECT i.id, i.bank_id, i.item_no, i.item_kind, i.created_at, i.author_id, b.title AS bank_title
FROM item i JOIN bank b ON b.id = i.bank_id
WHERE i.state = :state AND b.state = 'open' AND {scope i} {filters}
ORDER BY {sort};

-- name: bank_item_waiting_own :list
-- The same for an authority's own banks.
-- param: other_than int
-- filter: i.author_id = :author_id
-- filter: i.author_id <> :other_than
-- sort: oldest = i.id
SELECT i.id, i.bank_id, i.item_no, i.item_kind, i.created_at, i.author_id, b.title AS bank_title
FROM item i JOIN bank b ON b.id = i.bank_id
WHERE i.state = :state AND i.region = :region AND i.body_id = 0 AND b.state = 'open' {filters}
ORDER BY {sort};

-- name: bank_item_move :exec
-- param: from_state text
UPDATE item SET state = :state WHERE id = :id AND state = :from_state AND version_no = :version_no;

-- name: bank_item_next :exec
-- A new version, unless somebody was faster. While the item is in use, papers go on with what was approved.
-- param: old_no int
UPDATE item SET version_no = :version_no, near_hash = :near_hash,
	item_kind = CASE WHEN item.approved_version_no = 0 THEN :item_kind ELSE item.item_kind END,
	point_id = CASE WHEN item.approved_version_no = 0 THEN :point_id ELSE item.point_id END,
	material_id = CASE WHEN item.approved_version_no = 0 THEN :material_id ELSE item.material_id END,
	difficulty_permille = CASE WHEN item.approved_version_no = 0 THEN :difficulty_permille ELSE item.difficulty_permille END
WHERE id = :id AND version_no = :old_no AND state = 'draft';

-- name: bank_item_approve :exec
UPDATE item SET approved_version_no = :approved_version_no, item_kind = :item_kind, point_id = :point_id,
	material_id = :material_id, difficulty_permille = :difficulty_permille
WHERE id = :id;

-- name: bank_item_withdraw :exec
UPDATE item SET approved_version_no = 0 WHERE id = :id;

-- name: bank_item_version_insert :exec
INSERT INTO item_version (item_id, version_no, bank_id, body_id, region, content_cipher, content_hash, note, author_id,
	actor_name, created_at, item_kind, point_id, difficulty_permille, material_id, material_no)
VALUES (:item_id, :version_no, :bank_id, :body_id, :region, :content_cipher, :content_hash, :note, :author_id,
	:actor_name, :created_at, :item_kind, :point_id, :difficulty_permille, :material_id, :material_no);

-- name: bank_item_version_find :one
SELECT item_id, version_no, content_cipher, content_hash, note, author_id, actor_name, created_at, item_kind, point_id,
	difficulty_permille, material_id, material_no
FROM item_version WHERE item_id = :item_id AND version_no = :version_no;

-- name: bank_item_versions :many
SELECT version_no, note, author_id, actor_name, created_at, item_kind, content_hash
FROM item_version WHERE item_id = :item_id ORDER BY version_no DESC;

-- name: bank_item_author :one
-- Has this account written any of what waits for approval?
-- column: versions int
SELECT COUNT(*) AS versions FROM item_version v JOIN item i ON i.id = v.item_id
WHERE v.item_id = :item_id AND v.author_id = :author_id AND v.version_no > i.approved_version_no;

-- name: bank_item_last_event :one
-- Who took a step last.
SELECT account_id, actor_name FROM event
WHERE subject_id = :subject_id AND kind = 'item' AND person_id = 0 AND action = :action
ORDER BY id DESC LIMIT 1;

-- Readings

-- name: item_read_insert :exec
INSERT INTO item_read (id, item_id, version_no, bank_id, body_id, region, read_kind, purpose, is_typed, account_id,
	actor_name, role, ip, at)
VALUES (:id, :item_id, :version_no, :bank_id, :body_id, :region, :read_kind, :purpose, :is_typed, :account_id,
	:actor_name, :role, :ip, :at);

-- name: item_read_recent :one
-- The reason this account gave lately for reading this.
-- param: since_at int
SELECT purpose FROM item_read
WHERE account_id = :account_id AND item_id = :item_id AND at >= :since_at AND is_typed = 1
ORDER BY at DESC, id DESC LIMIT 1;

-- name: item_read_seen :one
-- Has this account opened this version?
-- column: readings int
SELECT COUNT(*) AS readings FROM item_read
WHERE account_id = :account_id AND item_id = :item_id AND version_no = :version_no AND read_kind = 'item';

-- name: item_read_of :list
-- column: item_no int
-- filter: r.item_id = :item_id
-- filter: r.read_kind = :read_kind
-- filter: r.actor_name = :actor_name
-- filter: r.is_typed = :is_typed
-- sort: newest = r.id DESC
SELECT r.id, r.item_id, r.version_no, r.read_kind, r.purpose, r.is_typed, r.actor_name, r.role, r.ip, r.at,
	COALESCE(i.item_no, 0) AS item_no
FROM item_read r LEFT JOIN item i ON i.id = r.item_id
WHERE r.bank_id = :bank_id AND {scope r} {filters}
ORDER BY {sort};

-- Near-duplicates, enemies

-- name: item_near_hashes :many
SELECT id, item_no, state, item_kind, version_no, approved_version_no, near_hash FROM item
WHERE bank_id = :bank_id AND state <> 'retired' AND id <> :id;

-- name: item_near_put :exec
INSERT INTO item_near (item_id, version_no, other_id, other_version_no, note, account_id, actor_name, at)
VALUES (:item_id, :version_no, :other_id, :other_version_no, :note, :account_id, :actor_name, :at)
ON CONFLICT (item_id, version_no, other_id) DO NOTHING;

-- name: item_near_of :many
SELECT other_id, other_version_no, note, account_id, actor_name, at FROM item_near
WHERE item_id = :item_id AND version_no = :version_no;

-- name: item_enemy_put :exec
INSERT INTO item_enemy (item_id, other_id, bank_id, note, created_by, created_at)
VALUES (:item_id, :other_id, :bank_id, :note, :created_by, :created_at)
ON CONFLICT (item_id, other_id) DO NOTHING;

-- name: item_enemy_drop :exec
DELETE FROM item_enemy WHERE item_id = :item_id AND other_id = :other_id;

-- name: item_enemies_of :many
SELECT e.other_id, e.note, i.item_no, i.state, i.item_kind FROM item_enemy e JOIN item i ON i.id = e.other_id
WHERE e.item_id = :item_id ORDER BY i.item_no;

-- Materials

-- name: material_insert :exec
INSERT INTO material (id, bank_id, body_id, region, title, version_no, created_by, created_at)
VALUES (:id, :bank_id, :body_id, :region, :title, 1, :created_by, :created_at);

-- name: material_next :exec
-- param: old_no int
UPDATE material SET version_no = :version_no, title = :title WHERE id = :id AND version_no = :old_no;

-- name: material_find :one
SELECT id, bank_id, body_id, region, title, version_no, created_by, created_at FROM material WHERE id = :id AND {scope};

-- name: material_of :many
-- column: items int
SELECT m.id, m.title, m.version_no, m.created_at, (SELECT COUNT(*) FROM item i WHERE i.material_id = m.id) AS items
FROM material m WHERE m.bank_id = :bank_id AND {scope m} ORDER BY m.title, m.id;

-- name: material_version_insert :exec
INSERT INTO material_version (material_id, version_no, bank_id, body_id, region, content_cipher, content_hash, author_id,
	actor_name, created_at)
VALUES (:material_id, :version_no, :bank_id, :body_id, :region, :content_cipher, :content_hash, :author_id, :actor_name,
	:created_at);

-- name: material_version_find :one
SELECT material_id, version_no, content_cipher, author_id FROM material_version
WHERE material_id = :material_id AND version_no = :version_no;

-- name: material_live :one
-- Is any item in use that shows it?
-- column: items int
SELECT COUNT(*) AS items FROM item WHERE material_id = :material_id AND approved_version_no > 0;
