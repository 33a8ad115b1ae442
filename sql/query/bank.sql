-- Banks

-- name: bank_insert :exec
INSERT INTO bank (id, body_id, region, custodian, title, occupation_id, work_type_id, grade, standard_id, multiple_rule,
	state, n_items, created_by, created_at)
VALUES (:id, :body_id, :region, :custodian, :title, :occupation_id, :work_type_id, :grade, :standard_id, :multiple_rule,
	'open', 0, :created_by, :created_at);

-- name: bank_update :exec
UPDATE bank SET title = :title, work_type_id = :work_type_id, standard_id = :standard_id, multiple_rule = :multiple_rule
WHERE id = :id;

-- name: bank_find :one
-- column: work_type_name text
-- column: body_name text
-- column: standard_version text
SELECT b.id, b.body_id, b.region, b.custodian, b.title, b.occupation_id, b.work_type_id, b.grade, b.standard_id,
	b.multiple_rule, b.state, b.n_items, b.created_by, b.created_at, o.name AS occupation_name, o.code AS occupation_code,
	COALESCE(w.name, '') AS work_type_name, COALESCE(y.name, '') AS body_name, COALESCE(s.version, '') AS standard_version
FROM bank b JOIN occupation o ON o.id = b.occupation_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
	LEFT JOIN body y ON y.id = b.body_id
	LEFT JOIN standard s ON s.id = b.standard_id
WHERE b.id = :id AND {scope b};

-- name: bank_list :list
-- column: work_type_name text
-- column: body_name text
-- filter: b.state = :state
-- filter: b.custodian = :custodian
-- filter: b.occupation_id = :occupation_id
-- filter: b.grade = :grade
-- sort: newest = b.id DESC
-- sort: title = b.title, b.id
SELECT b.id, b.body_id, b.region, b.custodian, b.title, b.grade, b.state, b.n_items, b.created_at,
	o.name AS occupation_name, COALESCE(w.name, '') AS work_type_name, COALESCE(y.name, '') AS body_name
FROM bank b JOIN occupation o ON o.id = b.occupation_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
	LEFT JOIN body y ON y.id = b.body_id
WHERE {scope b} {filters}
ORDER BY {sort};

-- name: bank_lock :exec
-- Changes nothing; the row stays locked until the transaction ends.
UPDATE bank SET title = bank.title WHERE id = :id;

-- name: bank_move :exec
-- param: from_state text
UPDATE bank SET state = :state WHERE id = :id AND state = :from_state;

-- name: bank_number :one
-- The next item number of an open bank.
UPDATE bank SET n_items = bank.n_items + 1 WHERE id = :id AND state = 'open' RETURNING n_items;

-- name: bank_counts :many
-- column: items int
-- column: usable int
SELECT state, item_kind, COUNT(*) AS items, CAST(SUM(CASE WHEN approved_version_no > 0 THEN 1 ELSE 0 END) AS BIGINT) AS usable
FROM item WHERE bank_id = :bank_id GROUP BY state, item_kind ORDER BY state, item_kind;

-- Points

-- name: bank_point_of :many
SELECT id, bank_id, parent_id, depth, code, title, importance, weight_permille, seq, items_min
FROM bank_point WHERE bank_id = :bank_id ORDER BY depth, seq, code;

-- name: bank_point_find :one
SELECT id, bank_id, body_id, region, parent_id, depth, code, title, importance, weight_permille, seq, items_min
FROM bank_point WHERE id = :id AND {scope};

-- name: bank_point_by_code :one
SELECT id, bank_id, parent_id, depth, code, title, importance, weight_permille, seq, items_min
FROM bank_point WHERE bank_id = :bank_id AND code = :code;

-- name: bank_point_counts :many
-- column: items int
-- column: usable int
SELECT point_id, COUNT(*) AS items, CAST(SUM(CASE WHEN approved_version_no > 0 THEN 1 ELSE 0 END) AS BIGINT) AS usable
FROM item WHERE bank_id = :bank_id AND state <> 'retired' GROUP BY point_id;

-- name: bank_point_insert :exec
INSERT INTO bank_point (id, bank_id, body_id, region, parent_id, depth, code, title, importance, weight_permille, seq, items_min)
VALUES (:id, :bank_id, :body_id, :region, :parent_id, :depth, :code, :title, :importance, :weight_permille, :seq, :items_min);

-- name: bank_point_update :exec
UPDATE bank_point SET title = :title, importance = :importance, weight_permille = :weight_permille, seq = :seq,
	items_min = :items_min
WHERE id = :id;

-- name: bank_point_used :one
-- column: items int
-- column: children int
-- Versions that wait for approval count too.
SELECT (SELECT COUNT(*) FROM item i WHERE i.bank_id = p.bank_id AND i.point_id = p.id) +
	(SELECT COUNT(*) FROM item j JOIN item_version v ON v.item_id = j.id AND v.version_no = j.version_no
		WHERE j.bank_id = p.bank_id AND j.point_id <> p.id AND v.point_id = p.id) AS items,
	(SELECT COUNT(*) FROM bank_point c WHERE c.parent_id = p.id) AS children
FROM bank_point p WHERE p.id = :id;

-- name: bank_point_delete :exec
DELETE FROM bank_point WHERE id = :id;
