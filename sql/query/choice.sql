-- What forms offer to choose from.

-- name: choice_occupations :many
SELECT id, code, name, track FROM occupation WHERE state = 'active' ORDER BY code, id;

-- name: choice_work_types :many
SELECT w.id, w.occupation_id, w.name, o.name AS occupation_name
FROM work_type w JOIN occupation o ON o.id = w.occupation_id
WHERE w.state = 'active'
ORDER BY o.code, w.name, w.id;

-- name: choice_projects :many
SELECT id, code, name FROM special_project WHERE state = 'active' ORDER BY name, id;
