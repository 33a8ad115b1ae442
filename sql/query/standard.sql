-- name: occupation_find :one
SELECT id, edition, code, name, track, digital, green, grades, state FROM occupation WHERE id = :id;

-- name: occupation_by_code :one
SELECT id, edition, code, name, track, digital, green, grades, state FROM occupation
WHERE edition = :edition AND code = :code
ORDER BY id LIMIT 1;

-- name: work_types_of :many
SELECT id, occupation_id, name, state FROM work_type WHERE occupation_id = :occupation_id ORDER BY name, id;

-- name: work_type_find :one
SELECT id, occupation_id, name, state FROM work_type WHERE id = :id;

-- name: standard_in_force :one
-- The version in force for an occupation on a day: the latest that has begun and not ended.
-- param: on_day int
SELECT id, occupation_id, version, title, ruleset, effective_on, ends_on FROM standard
WHERE occupation_id = :occupation_id AND effective_on <= :on_day AND (ends_on = 0 OR ends_on > :on_day)
ORDER BY effective_on DESC, id DESC LIMIT 1;

-- name: standard_find :one
SELECT id, occupation_id, version, title, ruleset, effective_on, ends_on FROM standard WHERE id = :id;

-- name: special_project_find :one
SELECT id, code, name, occupation_id, version, approval, minutes, region, state FROM special_project WHERE id = :id;

-- Keeping them

-- name: occupation_insert :exec
INSERT INTO occupation (id, edition, code, name, track, digital, green, grades, state)
VALUES (:id, :edition, :code, :name, :track, :digital, :green, :grades, 'active');

-- name: occupation_update :exec
UPDATE occupation SET name = :name, track = :track, digital = :digital, green = :green, grades = :grades,
	state = 'active'
WHERE id = :id;

-- name: work_type_by_name :one
SELECT id, occupation_id, name, state FROM work_type WHERE occupation_id = :occupation_id AND name = :name;

-- name: work_type_insert :exec
INSERT INTO work_type (id, occupation_id, name, state) VALUES (:id, :occupation_id, :name, 'active');

-- name: work_type_revive :exec
UPDATE work_type SET state = 'active' WHERE id = :id;

-- name: standard_by_version :one
SELECT id, occupation_id, version, title, ruleset, effective_on, ends_on FROM standard
WHERE occupation_id = :occupation_id AND version = :version;

-- name: standards_of :many
SELECT id, occupation_id, version, title, ruleset, effective_on, ends_on FROM standard
WHERE occupation_id = :occupation_id ORDER BY effective_on DESC, id DESC;

-- name: standard_insert :exec
INSERT INTO standard (id, occupation_id, version, title, ruleset, effective_on, ends_on)
VALUES (:id, :occupation_id, :version, :title, :ruleset, :effective_on, :ends_on);

-- name: standard_update :exec
UPDATE standard SET title = :title, ruleset = :ruleset, effective_on = :effective_on, ends_on = :ends_on
WHERE id = :id;

-- name: special_project_by_code :one
SELECT id, code, name, occupation_id, version, approval, minutes, region, state FROM special_project
WHERE code = :code;

-- name: special_project_insert :exec
INSERT INTO special_project (id, code, name, occupation_id, version, approval, minutes, region, state)
VALUES (:id, :code, :name, :occupation_id, :version, :approval, :minutes, :region, 'active');

-- name: special_project_update :exec
UPDATE special_project SET name = :name, occupation_id = :occupation_id, version = :version, approval = :approval,
	minutes = :minutes, region = :region, state = 'active'
WHERE id = :id;

-- Rule sets that were applied

-- name: ruleset_applied :one
-- The one in force on a day.
-- param: on_day int
SELECT name, version, effective_on, text FROM ruleset
WHERE name = :name AND effective_on <= :on_day
ORDER BY effective_on DESC, applied_at DESC LIMIT 1;

-- name: ruleset_at :one
SELECT name, version, effective_on, text FROM ruleset WHERE name = :name AND version = :version;

-- name: ruleset_insert :exec
INSERT INTO ruleset (name, version, effective_on, text, hash, applied_by, applied_at)
VALUES (:name, :version, :effective_on, :text, :hash, :applied_by, :applied_at);
