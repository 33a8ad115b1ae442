-- Blueprints

-- name: blueprint_insert :exec
INSERT INTO blueprint (id, bank_id, body_id, region, title, version_no, created_by, created_at)
VALUES (:id, :bank_id, :body_id, :region, :title, 1, :created_by, :created_at);

-- name: blueprint_version_insert :exec
INSERT INTO blueprint_version (blueprint_id, version_no, is_used, n_forms, overlap, target_permille, slack_permille,
	apart_centi, spread_permille, exposure_limit, rest_months, note, actor_name, created_at)
VALUES (:blueprint_id, :version_no, 0, :n_forms, :overlap, :target_permille, :slack_permille, :apart_centi,
	:spread_permille, :exposure_limit, :rest_months, :note, :actor_name, :created_at);

-- name: blueprint_find :one
-- column: usable int
SELECT p.id, p.bank_id, p.body_id, p.region, p.title, p.version_no, p.created_by, p.created_at, v.is_used, v.n_forms,
	v.overlap, v.target_permille, v.slack_permille, v.apart_centi, v.spread_permille, v.exposure_limit, v.rest_months,
	v.note, v.actor_name, b.title AS bank_title, b.body_id AS bank_body_id, b.region AS bank_region, b.state AS bank_state,
	b.multiple_rule,
	(SELECT COUNT(*) FROM item i WHERE i.bank_id = p.bank_id AND i.approved_version_no > 0) AS usable
FROM blueprint p JOIN blueprint_version v ON v.blueprint_id = p.id AND v.version_no = p.version_no
	JOIN bank b ON b.id = p.bank_id
WHERE p.id = :id AND {scope p};

-- name: blueprint_list :list
-- sort: newest = p.id DESC
SELECT p.id, p.title, p.version_no, p.created_at, p.body_id, p.region, b.title AS bank_title, v.n_forms
FROM blueprint p JOIN blueprint_version v ON v.blueprint_id = p.id AND v.version_no = p.version_no
	JOIN bank b ON b.id = p.bank_id
WHERE {scope p}
ORDER BY {sort};

-- name: blueprint_versions :many
SELECT version_no, is_used, actor_name, created_at FROM blueprint_version WHERE blueprint_id = :blueprint_id
ORDER BY version_no DESC;

-- name: blueprint_next :exec
-- param: old_no int
UPDATE blueprint SET version_no = :version_no WHERE id = :id AND version_no = :old_no;

-- name: blueprint_lock :exec
-- Changes nothing; the row stays locked until the transaction ends.
UPDATE blueprint SET title = blueprint.title WHERE id = :id;

-- name: blueprint_rename :exec
UPDATE blueprint SET title = :title WHERE id = :id;

-- name: blueprint_version_update :exec
UPDATE blueprint_version SET n_forms = :n_forms, overlap = :overlap, target_permille = :target_permille,
	slack_permille = :slack_permille, apart_centi = :apart_centi, spread_permille = :spread_permille,
	exposure_limit = :exposure_limit, rest_months = :rest_months, note = :note
WHERE blueprint_id = :blueprint_id AND version_no = :version_no AND is_used = 0;

-- name: blueprint_version_use :exec
UPDATE blueprint_version SET is_used = 1 WHERE blueprint_id = :blueprint_id AND version_no = :version_no;

-- name: blueprint_version_find :one
SELECT blueprint_id, version_no, n_forms, overlap, target_permille, slack_permille, apart_centi, spread_permille,
	exposure_limit, rest_months
FROM blueprint_version WHERE blueprint_id = :blueprint_id AND version_no = :version_no;

-- name: blueprint_sections :many
SELECT item_kind, items, score_centi FROM blueprint_section
WHERE blueprint_id = :blueprint_id AND version_no = :version_no
ORDER BY CASE item_kind WHEN 'true_false' THEN 1 WHEN 'single' THEN 2 WHEN 'multiple' THEN 3 WHEN 'numeric' THEN 4
	WHEN 'text' THEN 5 WHEN 'order' THEN 6 WHEN 'match' THEN 7 ELSE 8 END;

-- name: blueprint_section_put :exec
INSERT INTO blueprint_section (blueprint_id, version_no, item_kind, items, score_centi)
VALUES (:blueprint_id, :version_no, :item_kind, :items, :score_centi);

-- name: blueprint_sections_clear :exec
DELETE FROM blueprint_section WHERE blueprint_id = :blueprint_id AND version_no = :version_no;

-- name: blueprint_wishes :many
-- column: point_code text
-- column: point_title text
SELECT w.id, w.wish_kind, w.point_id, w.item_kind, w.facility_from, w.facility_to, w.least_centi, w.most_centi, w.item_no,
	COALESCE(p.code, '') AS point_code, COALESCE(p.title, '') AS point_title
FROM blueprint_wish w LEFT JOIN bank_point p ON p.id = w.point_id
WHERE w.blueprint_id = :blueprint_id AND w.version_no = :version_no ORDER BY p.code, w.id;

-- name: blueprint_wish_insert :exec
INSERT INTO blueprint_wish (id, blueprint_id, version_no, wish_kind, point_id, item_kind, facility_from, facility_to,
	least_centi, most_centi, item_no)
VALUES (:id, :blueprint_id, :version_no, :wish_kind, :point_id, :item_kind, :facility_from, :facility_to, :least_centi,
	:most_centi, :item_no);

-- name: blueprint_wish_delete :exec
DELETE FROM blueprint_wish WHERE id = :id AND blueprint_id = :blueprint_id AND version_no = :version_no;

-- name: blueprint_wish_find :one
SELECT id, blueprint_id, version_no, wish_kind, point_id, item_kind, facility_from, facility_to, least_centi, most_centi,
	item_no
FROM blueprint_wish WHERE id = :id AND blueprint_id = :blueprint_id;

-- name: blueprint_banks :many
-- Banks to assemble from: one's own, and open ones of the authorities above.
SELECT id, title, body_id, region, grade FROM bank
WHERE state = 'open' AND (body_id = :body_id OR body_id = 0) AND :region LIKE region || '%'
ORDER BY body_id DESC, id DESC LIMIT 300;

-- name: blueprint_bank :one
SELECT id, title, body_id, region, state, multiple_rule, occupation_id, grade FROM bank WHERE id = :id;

-- What assembly works on

-- name: assemble_items :many
SELECT i.id, i.item_no, i.approved_version_no, i.item_kind, i.point_id, i.material_id, i.difficulty_permille, i.exposures,
	i.n_answers, i.facility_permille, i.discrimination_permille, i.irt_a, i.irt_b
FROM item i WHERE i.bank_id = :bank_id AND i.approved_version_no > 0 ORDER BY i.item_no LIMIT 50001;

-- name: assemble_opened :many
-- What was opened for the body, or for the authority of the region.
-- column: used_at int
-- param: since_at int
SELECT x.item_id, MAX(s.opened_at) AS used_at FROM paper_set s JOIN paper_form f ON f.paper_set_id = s.id
	JOIN paper_form_item x ON x.form_id = f.id
WHERE s.body_id = :body_id AND (s.body_id > 0 OR s.region = :region) AND s.opened_at >= :since_at
GROUP BY x.item_id;

-- name: assemble_sat :many
-- What was sat there, also of sets that others opened, or will be.
-- column: used_at int
-- param: since_at int
SELECT x.item_id, MAX(e.starts_at) AS used_at FROM exam e JOIN paper_set s ON s.id = e.paper_set_id
	JOIN paper_form f ON f.paper_set_id = s.id JOIN paper_form_item x ON x.form_id = f.id
WHERE e.starts_at >= :since_at AND ((:body_id > 0 AND e.body_id = :body_id)
	OR (s.body_id = :body_id AND (s.body_id > 0 OR s.region = :region)))
GROUP BY x.item_id;

-- name: assemble_enemies :many
SELECT item_id, other_id FROM item_enemy WHERE bank_id = :bank_id AND item_id < other_id ORDER BY item_id, other_id;
