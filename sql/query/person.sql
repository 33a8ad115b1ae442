-- name: person_index_insert :exec
INSERT INTO person_idno (idno_index, found_person_id) VALUES (:idno_index, :found_person_id);

-- name: person_by_index :one
SELECT found_person_id FROM person_idno WHERE idno_index = :idno_index;

-- name: person_insert :exec
INSERT INTO person (person_id, name, sex, birth_on, id_type, idno_cipher, idno_index, idno_mask, phone_cipher, phone_mask, nation,
	education, employer, address_cipher, region, photo_file_id, created_at)
VALUES (:person_id, :name, :sex, :birth_on, :id_type, :idno_cipher, :idno_index, :idno_mask, :phone_cipher, :phone_mask, :nation,
	:education, :employer, :address_cipher, :region, 0, :created_at);

-- name: person_find :one
SELECT person_id, name, sex, birth_on, id_type, idno_cipher, idno_mask, phone_cipher, phone_mask, nation, education,
	employer, address_cipher, region, photo_file_id
FROM person WHERE person_id = :person_id;

-- name: person_update :exec
UPDATE person SET phone_cipher = :phone_cipher, phone_mask = :phone_mask, nation = :nation, education = :education,
	employer = :employer, address_cipher = :address_cipher, region = :region
WHERE person_id = :person_id;

-- name: person_set_name :exec
UPDATE person SET name = :name WHERE person_id = :person_id;

-- name: person_lock :exec
-- Changes nothing: whoever enrols the same person waits until the transaction ends.
UPDATE person SET region = person.region WHERE person_id = :person_id;

-- name: person_set_photo :exec
UPDATE person SET photo_file_id = :photo_file_id WHERE person_id = :person_id;

-- name: person_in_body :many
-- May the actor see this person: is there an enrolment or a certificate in his scope?
SELECT id FROM enrolment WHERE person_id = :person_id AND {scope} ORDER BY id LIMIT 1;

-- name: fact_insert :exec
INSERT INTO person_fact (person_id, id, fact_kind, label, level, related, occupation_id, from_on, to_on, number, source,
	file_id, created_at)
VALUES (:person_id, :id, :fact_kind, :label, :level, :related, :occupation_id, :from_on, :to_on, :number, :source,
	:file_id, :created_at);

-- name: facts_of_person :many
SELECT id, fact_kind, label, level, related, occupation_id, from_on, to_on, number, source, file_id FROM person_fact
WHERE person_id = :person_id
ORDER BY fact_kind, from_on, id;

-- name: fact_delete_declared :exec
DELETE FROM person_fact WHERE person_id = :person_id AND id = :id AND source = 'declared';

-- name: certificates_fallen :many
-- Certificates of this system that do not stand now, so that nobody claims them as from elsewhere.
SELECT id, number, occupation_id, grade, issued_on FROM certificate
WHERE person_id = :person_id AND state <> 'valid'
ORDER BY issued_on, id;

-- name: certificate_of_number :one
-- Whose a number of this system is, and how it stands.
SELECT c.person_id, c.state, c.grade, c.issued_on
FROM certificate_number n JOIN certificate c ON c.person_id = n.found_person_id AND c.id = n.certificate_id
WHERE n.number = :number;

-- name: certificates_as_facts :many
-- Certificates of this system that stand, for the eligibility rules.
SELECT id, number, occupation_id, grade, issued_on FROM certificate
WHERE person_id = :person_id AND state = 'valid'
ORDER BY issued_on, id;
