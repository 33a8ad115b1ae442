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
