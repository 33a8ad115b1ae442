-- Occupations

-- name: occupation_list :list
-- param: find text
-- param: grade_like text
-- filter: (o.code LIKE :find OR o.name LIKE :find)
-- filter: o.track = :track
-- filter: o.edition = :edition
-- filter: o.digital = :digital
-- filter: o.green = :green
-- filter: o.grades LIKE :grade_like
-- filter: o.state = :state
-- sort: code = o.code, o.id
-- sort: name = o.name, o.id
-- sort: edition = o.edition DESC, o.code, o.id
SELECT o.id, o.edition, o.code, o.name, o.track, o.digital, o.green, o.grades, o.state
FROM occupation o
WHERE o.id > 0 {filters}
ORDER BY {sort};

-- name: occupation_set_state :exec
-- param: from_state text
UPDATE occupation SET state = :state WHERE id = :id AND state = :from_state;

-- name: occupation_bodies :many
-- Filed bodies with scope in force for it on a day, by name; one more than a page shows.
-- column: grade_top int
-- column: grade_low int
-- param: on_day int
SELECT b.id, b.name, b.body_kind, b.region, MIN(s.grade) AS grade_top, MAX(s.grade) AS grade_low
FROM body_scope s JOIN body b ON b.id = s.body_id
WHERE s.occupation_id = :occupation_id AND s.state = 'valid' AND s.valid_from_on <= :on_day
	AND s.valid_to_on >= :on_day AND b.state = 'filed'
GROUP BY b.id, b.name, b.body_kind, b.region
ORDER BY b.region, b.name, b.id LIMIT 21;

-- name: occupation_open_batches :many
SELECT b.id, b.title, b.grade, b.region, b.state, b.enrol_to_on, b.first_at, y.name AS body_name
FROM batch b JOIN body y ON y.id = b.body_id
WHERE b.occupation_id = :occupation_id AND b.state IN ('announced', 'enrolling')
ORDER BY b.enrol_to_on, b.id LIMIT 21;

-- Rule sets

-- name: rulesets_applied :many
SELECT name, version, effective_on, applied_at FROM ruleset ORDER BY name, effective_on DESC, applied_at DESC;

-- name: standards_under :many
-- How many standards follow each rule set on a day.
-- column: n int
-- param: on_day int
SELECT ruleset, COUNT(*) AS n FROM standard
WHERE effective_on <= :on_day AND (ends_on = 0 OR ends_on > :on_day)
GROUP BY ruleset ORDER BY ruleset;
