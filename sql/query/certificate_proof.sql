-- What a certificate says and rests on, and where that stands in the public log.

-- name: certificate_facts :one
-- The columns from body_id on are hashed in this order into the field basis of its commitment (domain/certificate/proof.c).
-- Leaves in the log depend on them: a statement with others is a new one beside this.
-- param: rests_version int
-- column: photo_sha256 text
-- column: enrolled_batch_id int
-- column: enrolled_body_id int
-- column: enrolled_region text
-- column: enrolled_seq int
-- column: enrolled_name text
-- column: enrolled_mask text
-- column: enrolled_photo_id int
-- column: enrolled_by int
-- column: enrolled_at int
-- column: result_batch_id int
-- column: result_body_id int
-- column: result_region text
-- column: result_seq int
-- column: result_name text
-- column: result_mask text
-- column: result_theory text
-- column: result_skill text
-- column: result_review text
-- column: person_name text
-- column: person_id_type text
-- column: person_at int
SELECT c.person_id, c.id, c.number, c.state, c.state_reason, c.reissued, c.name, c.id_type, c.idno_cipher, c.idno_mask,
	c.occupation_code, c.occupation_name, c.work_type_name, c.grade, c.body_name, c.body_code, c.theory, c.skill, c.review,
	c.issued_on, f.sha256 AS photo_sha256,
	c.body_id, c.region, c.batch_id, c.enrolment_id, c.route, c.occupation_id, c.body_kind, c.photo_file_id, c.visible_on,
	c.created_by, c.created_at,
	e.batch_id AS enrolled_batch_id, e.body_id AS enrolled_body_id, e.region AS enrolled_region, e.source,
	e.seq AS enrolled_seq, e.name AS enrolled_name, e.idno_mask AS enrolled_mask, e.unit, e.clause_declared, e.verdict,
	e.clause, e.verdict_text, e.met_on, e.facts, e.ruleset, e.ruleset_version, e.judged_at, e.consent_at, e.spot_check,
	e.photo_file_id AS enrolled_photo_id, e.ticket_no, e.certificate_id, e.created_by AS enrolled_by,
	e.created_at AS enrolled_at,
	r.result_version, r.batch_id AS result_batch_id, r.body_id AS result_body_id, r.region AS result_region,
	r.seq AS result_seq, r.name AS result_name, r.idno_mask AS result_mask, r.theory AS result_theory,
	r.skill AS result_skill, r.review AS result_review, r.outcome, r.line_hash,
	p.name AS person_name, p.sex, p.birth_on, p.id_type AS person_id_type, p.created_at AS person_at
FROM certificate c
	LEFT JOIN file f ON f.person_id = c.person_id AND f.id = c.photo_file_id
	LEFT JOIN enrolment e ON e.person_id = c.person_id AND e.id = c.enrolment_id
	LEFT JOIN result r ON r.person_id = c.person_id AND r.enrolment_id = c.enrolment_id
		AND r.result_version = :rests_version
	LEFT JOIN person p ON p.person_id = c.person_id
WHERE c.person_id = :person_id AND c.id = :id;

-- name: certificate_change_basis :one
-- A decided change as it is hashed behind the facts; all its columns, in this order.
SELECT person_id, id, certificate_id, body_id, region, change_kind, state, before_text, after_text, reason, file_id,
	photo_file_id, requested_by, approved_by, decision, decided_at, created_at
FROM certificate_change WHERE person_id = :person_id AND id = :id;

-- name: certificate_proof_insert :exec
INSERT INTO certificate_proof (person_id, certificate_id, leaf_no, leaf_id, leaf_kind, handle, face_version, result_version,
	change_id, reason, account_id, salt_cipher, at)
VALUES (:person_id, :certificate_id, :leaf_no, :leaf_id, :leaf_kind, :handle, :face_version, :result_version, :change_id,
	:reason, :account_id, :salt_cipher, :at);

-- name: certificate_proofs_of :many
-- Its leaves, in their order.
SELECT person_id, certificate_id, leaf_no, leaf_id, leaf_kind, handle, face_version, result_version, change_id, reason,
	account_id, salt_cipher, at
FROM certificate_proof WHERE person_id = :person_id AND certificate_id = :certificate_id ORDER BY leaf_no;

-- name: certificate_leaves_of :many
-- Where its leaves stand: for people.
-- column: leaf_index int
SELECT p.leaf_no, p.leaf_id, p.leaf_kind, p.face_version, p.at, COALESCE(l.leaf_index, -1) AS leaf_index, p.handle
FROM certificate_proof p LEFT JOIN log_leaf l ON l.id = p.leaf_id
WHERE p.person_id = :person_id AND p.certificate_id = :certificate_id ORDER BY p.leaf_no;

-- Certificates that were issued before the log began

-- name: certificate_backfill_find :one
SELECT done_id, is_done FROM certificate_backfill WHERE id = 1;

-- name: certificate_backfill_hold :one
-- Holds the row until the end of the transaction.
INSERT INTO certificate_backfill (id, done_id, is_done) VALUES (1, 0, 0)
ON CONFLICT (id) DO UPDATE SET is_done = certificate_backfill.is_done
RETURNING done_id, is_done;

-- name: certificate_backfill_move :exec
UPDATE certificate_backfill SET done_id = :done_id, is_done = :is_done WHERE id = 1;

-- name: certificates_after :many
-- leaf_no is 0 for one that has no leaf.
-- param: most int
-- param: after_id int
SELECT c.person_id, c.id, c.enrolment_id, c.state, c.reissued, c.number, p.leaf_no
FROM certificate c
	LEFT JOIN certificate_proof p ON p.person_id = c.person_id AND p.certificate_id = c.id AND p.leaf_no = 1
WHERE c.id > :after_id ORDER BY c.id LIMIT :most;

-- name: result_last_version :one
-- column: result_version int
SELECT CAST(COALESCE(MAX(result_version), 0) AS BIGINT) AS result_version FROM result
WHERE person_id = :person_id AND enrolment_id = :enrolment_id;

-- What `luban check` reads

-- name: certificate_proof_range :many
-- Certificates in the order of their ids, with what finds each, its holder and its enrolment.
-- param: after_id int
-- param: after_person int
-- param: most int
-- column: found_id int
-- column: number_person_id int
-- column: enrolment_state text
SELECT c.person_id, c.id, c.number, n.found_person_id AS number_person_id, n.certificate_id AS found_id,
	p.idno_cipher, p.idno_index, p.idno_mask, i.found_person_id, e.state AS enrolment_state
FROM certificate c
	LEFT JOIN certificate_number n ON n.number = c.number
	LEFT JOIN person p ON p.person_id = c.person_id
	LEFT JOIN person_idno i ON i.idno_index = p.idno_index
	LEFT JOIN enrolment e ON e.person_id = c.person_id AND e.id = c.enrolment_id
WHERE c.id >= :after_id AND (c.id, c.person_id) > (:after_id, :after_person)
ORDER BY c.id, c.person_id LIMIT :most;

-- name: certificate_proofs_range :many
-- Their leaves, in the same order, and where each stands; -1: it waits, or there is none.
-- param: first_id int
-- param: last_id int
-- column: leaf_index int
SELECT p.person_id, p.certificate_id, p.leaf_no, p.leaf_id, p.leaf_kind, p.handle, p.face_version, p.result_version, p.change_id,
	p.reason, p.account_id, p.salt_cipher, p.at, COALESCE(l.leaf_index, -1) AS leaf_index
FROM certificate c
	JOIN certificate_proof p ON p.person_id = c.person_id AND p.certificate_id = c.id
	LEFT JOIN log_leaf l ON l.id = p.leaf_id
WHERE c.id >= :first_id AND c.id <= :last_id
ORDER BY c.id, c.person_id, p.leaf_no;

-- name: certificate_numbers_lost :many
-- Numbers that lead nowhere, or to a certificate with another.
SELECT n.number FROM certificate_number n
	LEFT JOIN certificate c ON c.person_id = n.found_person_id AND c.id = n.certificate_id AND c.number = n.number
WHERE c.id IS NULL ORDER BY n.number LIMIT 100;

-- name: certificate_proofs_lost :many
-- Leaves of no certificate.
SELECT p.handle, p.leaf_no FROM certificate_proof p
	LEFT JOIN certificate c ON c.person_id = p.person_id AND c.id = p.certificate_id
WHERE c.id IS NULL ORDER BY p.handle LIMIT 100;

-- name: certificate_changes_lost :many
-- Decided without a leaf. Of a certificate issued before the log began, those before its first leaf have none.
SELECT k.number, c.id FROM certificate_change c
	JOIN certificate k ON k.person_id = c.person_id AND k.id = c.certificate_id
	LEFT JOIN certificate_proof p ON p.person_id = c.person_id AND p.certificate_id = c.certificate_id AND p.change_id = c.id
	LEFT JOIN certificate_proof f ON f.person_id = c.person_id AND f.certificate_id = c.certificate_id AND f.leaf_no = 1
WHERE c.state = 'approved' AND p.leaf_no IS NULL AND c.created_at >= f.at ORDER BY c.id LIMIT 100;

-- name: log_status_of :one
SELECT state, face_version FROM log_status WHERE handle = :handle;

-- name: log_status_count :one
-- column: n int
SELECT CAST(COUNT(*) AS BIGINT) AS n FROM log_status;

-- name: certificate_photo_digest :one
SELECT sha256 FROM file WHERE person_id = :person_id AND id = :id;
