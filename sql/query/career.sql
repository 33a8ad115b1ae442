-- name: career_tried :many
-- Occupations the person ever enrolled for, latest first.
SELECT e.id, b.occupation_id FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id
ORDER BY e.id DESC;

-- name: career_certificates :many
SELECT id, number, occupation_name, grade, issued_on, state FROM certificate
WHERE person_id = :person_id
ORDER BY issued_on DESC, id DESC;

-- name: career_enrolments :many
SELECT e.id, e.state, e.created_at, b.title FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id
ORDER BY e.id DESC;
