-- Statements of the simulated province.

-- name: simulation_find :one
SELECT seed, scale_ppm, n_bodies, n_days, n_people, n_certificates FROM simulation WHERE id = 1;

-- name: simulation_begin :exec
INSERT INTO simulation (id, seed, scale_ppm, n_bodies, n_days, n_people, n_certificates)
VALUES (1, :seed, :scale_ppm, 0, 0, 0, 0);

-- name: simulation_move :exec
-- Only from where this run knows it to be: two at once do not go on.
-- param: from_bodies int
-- param: from_days int
UPDATE simulation SET n_bodies = :n_bodies, n_days = :n_days, n_people = :n_people, n_certificates = :n_certificates
WHERE id = 1 AND n_bodies = :from_bodies AND n_days = :from_days;

-- name: simulation_occupations :many
-- What may be evaluated in five ordinary grades.
SELECT id, code, name FROM occupation
WHERE edition = '2022' AND track = 'level' AND grades = '54321' AND state = 'active'
ORDER BY code;

-- name: simulation_projects :many
SELECT id, code, name, occupation_id FROM special_project
WHERE state = 'active' AND occupation_id > 0
ORDER BY code;

-- name: simulation_bodies :many
-- In the order in which they were made.
SELECT id, name, body_code, region FROM body ORDER BY id;

-- name: simulation_scope_goes_on :exec
-- As if it had been renewed since.
UPDATE body_scope SET valid_to_on = :valid_to_on WHERE body_id = :body_id;

-- name: simulation_batch_insert :exec
INSERT INTO batch (id, body_id, region, batch_no, title, occupation_id, work_type_id, special_project_id, grade,
	standard_id, ruleset, ruleset_version, parts, state, enrol_from_on, enrol_to_on, quota, fee_fen, contact, phone,
	notice, first_at, last_at, seed, arranged_hash, result_version, publicity_from_on, publicity_to_on, n_enrolled,
	n_accepted, n_passed, n_certified, created_by, created_at, filed_at)
VALUES (:id, :body_id, :region, :batch_no, :title, :occupation_id, 0, :special_project_id, :grade, 0, '', '', 3,
	'confirmed', :enrol_from_on, :enrol_to_on, :quota, 0, '', '', '', :first_at, :last_at, '', '', 1, :publicity_from_on,
	:publicity_to_on, :n_enrolled, :n_accepted, :n_passed, 0, 0, :created_at, :filed_at);

-- name: simulation_enrolment_insert :exec
INSERT INTO enrolment (person_id, id, batch_id, body_id, region, state, source, seq, name, idno_mask, unit,
	clause_declared, verdict, clause, verdict_text, met_on, facts, ruleset, ruleset_version, judged_at, consent_at,
	spot_check, photo_file_id, ticket_no, certificate_id, created_by, created_at)
VALUES (:person_id, :id, :batch_id, :body_id, :region, 'passed', 'roster', :seq, :name, :idno_mask, :unit, '', 'met', '', '',
	0, :facts, '', '', :judged_at, :consent_at, '', 0, '', 0, 0, :created_at);
