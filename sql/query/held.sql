-- Certificates that people hold and that others issued.

-- name: held_insert :exec
INSERT INTO held_certificate (person_id, id, name, number, number_form, label, occupation_id, occupation_name,
	work_type_name, grade, issued_on, issuer, state, source, recorder, body_id, region, created_by, created_at, checker,
	checked_by, checked_on, checked_against, reason)
VALUES (:person_id, :id, :name, :number, :number_form, :label, :occupation_id, :occupation_name, :work_type_name, :grade,
	:issued_on, :issuer, 'claimed', :source, :recorder, :body_id, :region, :created_by, :created_at, '', 0, 0, '', '');

-- name: held_number_insert :exec
INSERT INTO held_number (number, held_id, found_person_id) VALUES (:number, :held_id, :found_person_id);

-- name: held_number_hold :exec
-- Until the transaction ends nobody else says who holds the number: a row that is nobody's.
INSERT INTO held_number (number, held_id, found_person_id) VALUES (:number, 0, 0)
ON CONFLICT (number, held_id) DO UPDATE SET found_person_id = 0;

-- name: held_number_delete :exec
DELETE FROM held_number WHERE number = :number AND held_id = :held_id;

-- name: held_delete :exec
DELETE FROM held_certificate WHERE person_id = :person_id AND id = :id AND state = 'claimed' AND source = 'declared';

-- name: held_find :one
SELECT person_id, id, name, number, number_form, label, occupation_id, occupation_name, work_type_name, grade, issued_on,
	issuer, state, source, recorder, body_id, region, created_by, created_at, checker, checked_by, checked_on,
	checked_against, reason
FROM held_certificate WHERE person_id = :person_id AND id = :id;

-- name: held_in_scope :one
SELECT id FROM held_certificate WHERE person_id = :person_id AND id = :id AND {scope};

-- name: held_of_person :many
SELECT person_id, id, name, number, number_form, label, occupation_id, occupation_name, work_type_name, grade, issued_on,
	issuer, state, source, recorder, created_at, checker, checked_on, checked_against, reason
FROM held_certificate WHERE person_id = :person_id
ORDER BY issued_on, id;

-- name: held_by_number :many
-- Who holds a number, refused claims aside.
SELECT h.person_id, h.id, h.name, h.state FROM held_number n
	JOIN held_certificate h ON h.person_id = n.found_person_id AND h.id = n.held_id
WHERE n.number = :number AND h.state <> 'refused'
ORDER BY h.id;

-- name: held_list :list
-- filter: state = :state
-- filter: id IN (SELECT n.held_id FROM held_number n WHERE n.number = :number)
-- filter: name = :name
-- filter: body_id = :body_id
-- sort: newest = id DESC
-- sort: oldest = id
SELECT person_id, id, name, number, occupation_name, work_type_name, grade, issued_on, issuer, state, source, recorder,
	checker, checked_on, created_at
FROM held_certificate WHERE {scope} {filters}
ORDER BY {sort};

-- name: held_move :exec
-- param: from_state text
UPDATE held_certificate SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: held_set_check :exec
UPDATE held_certificate SET checker = :checker, checked_by = :checked_by, checked_on = :checked_on,
	checked_against = :checked_against, reason = :reason
WHERE person_id = :person_id AND id = :id;

-- name: held_set_occupation :exec
UPDATE held_certificate SET occupation_id = :occupation_id, occupation_name = :occupation_name
WHERE person_id = :person_id AND id = :id;

-- name: occupation_by_name :one
-- The newest edition that has it.
SELECT id, name FROM occupation WHERE name = :name AND state = 'active' ORDER BY edition DESC, id LIMIT 1;

-- name: held_body_name :one
SELECT name FROM body WHERE id = :id;

-- name: certificate_number_known :one
SELECT found_person_id FROM certificate_number WHERE number = :number;
