-- name: follow_insert :exec
INSERT INTO certificate_follow (person_id, id, certificate_id, body_id, region, body_name, state, purpose, until_on,
	change_kind, changed_at, seen_at, created_by, created_at, ended_at)
VALUES (:person_id, :id, :certificate_id, :body_id, :region, :body_name, 'active', :purpose, :until_on, '', 0, 0, :created_by,
	:created_at, 0);

-- name: follow_of_body :one
SELECT id, state, until_on FROM certificate_follow
WHERE person_id = :person_id AND certificate_id = :certificate_id AND body_id = :body_id;

-- name: follow_again :exec
UPDATE certificate_follow SET state = 'active', purpose = :purpose, until_on = :until_on, body_name = :body_name,
	ended_at = 0, created_by = :created_by
WHERE person_id = :person_id AND id = :id AND state <> 'objected';

-- name: follow_find :one
SELECT f.person_id, f.id, f.certificate_id, f.body_id, f.region, f.body_name, f.state, f.purpose, f.until_on, f.change_kind,
	f.changed_at, f.seen_at, f.created_at
FROM certificate_follow f WHERE f.person_id = :person_id AND f.id = :id AND {scope f};

-- name: follow_end :exec
UPDATE certificate_follow SET state = 'ended', ended_at = :ended_at
WHERE person_id = :person_id AND id = :id AND state = 'active';

-- name: follow_object :exec
-- Whether it goes on or has ended.
UPDATE certificate_follow SET state = 'objected', ended_at = :ended_at
WHERE person_id = :person_id AND id = :id AND state <> 'objected';

-- name: follow_tell :exec
-- Whoever watches it now is told.
-- param: today int
UPDATE certificate_follow SET change_kind = :change_kind, changed_at = :changed_at
WHERE person_id = :person_id AND certificate_id = :certificate_id AND state = 'active' AND until_on >= :today;

-- name: follow_seen :exec
UPDATE certificate_follow SET seen_at = :seen_at WHERE person_id = :person_id AND id = :id;

-- name: follow_list :list
-- Sifts what the employer has, which is little. only_new: today.
-- param: only_new int
-- filter: f.state = :state
-- filter: f.changed_at > f.seen_at AND f.until_on >= :only_new
-- sort: newest = f.id DESC
-- sort: changed = f.changed_at DESC, f.id DESC
SELECT f.person_id, f.id, f.certificate_id, f.state, f.purpose, f.until_on, f.change_kind, f.changed_at, f.seen_at,
	f.created_at, k.number, k.name, k.occupation_name, k.grade, k.issued_on, k.state AS certificate_state, k.in_review
-- column: certificate_state text
FROM certificate_follow f JOIN certificate k ON k.person_id = f.person_id AND k.id = f.certificate_id
WHERE {scope f} {filters}
ORDER BY {sort};

-- name: followers_of_person :many
-- Who watches the certificates of a person.
SELECT f.id, f.certificate_id, f.body_name, f.state, f.purpose, f.until_on, f.created_at, f.ended_at, k.number
FROM certificate_follow f JOIN certificate k ON k.person_id = f.person_id AND k.id = f.certificate_id
WHERE f.person_id = :person_id ORDER BY f.id DESC;

-- name: followers_count :one
-- param: today int
-- column: n int
SELECT count(*) AS n FROM certificate_follow
WHERE person_id = :person_id AND certificate_id = :certificate_id AND state = 'active' AND until_on >= :today;
