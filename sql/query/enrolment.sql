-- name: enrolled_contacts :many
-- Who takes part in a batch, for avoidance.
SELECT e.person_id, e.name, e.unit, p.idno_index, p.phone_cipher
FROM enrolment e JOIN person p ON p.person_id = e.person_id
WHERE e.batch_id = :batch_id AND e.state NOT IN ('rejected', 'withdrawn')
ORDER BY e.seq, e.person_id;

-- name: enrolment_insert :exec
INSERT INTO enrolment (person_id, id, batch_id, body_id, region, state, source, seq, name, idno_mask, unit,
	clause_declared, verdict, clause, verdict_text, met_on, facts, ruleset, ruleset_version, judged_at, consent_at,
	spot_check, photo_file_id, ticket_no, certificate_id, created_by, created_at)
VALUES (:person_id, :id, :batch_id, :body_id, :region, 'submitted', :source, :seq, :name, :idno_mask, :unit,
	:clause_declared, :verdict, :clause, :verdict_text, :met_on, :facts, :ruleset, :ruleset_version, :judged_at,
	:consent_at, '', :photo_file_id, '', 0, :created_by, :created_at);

-- name: enrolment_find :one
SELECT e.person_id, e.id, e.batch_id, e.body_id, e.region, e.state, e.source, e.seq, e.name, e.idno_mask, e.unit,
	e.clause_declared, e.verdict, e.clause, e.verdict_text, e.met_on, e.facts, e.ruleset, e.ruleset_version, e.judged_at,
	e.consent_at, e.spot_check, e.photo_file_id, e.ticket_no, e.certificate_id, e.created_at, b.title AS batch_title,
	b.state AS batch_state, b.occupation_id, b.grade, b.parts
FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id AND e.id = :id AND {scope e};

-- name: enrolment_next :one
-- The next of the batch that waits for its review.
SELECT person_id, id, name FROM enrolment
WHERE batch_id = :batch_id AND seq > :seq AND state = 'submitted' AND {scope} ORDER BY seq LIMIT 1;

-- name: enrolment_own_find :one
-- A worker's own; the scope is the person.
SELECT e.person_id, e.id, e.batch_id, e.body_id, e.region, e.state, e.source, e.name, e.idno_mask, e.unit,
	e.clause_declared, e.verdict, e.clause, e.verdict_text, e.met_on, e.facts, e.photo_file_id, e.ticket_no,
	e.certificate_id, e.created_at, b.title AS batch_title, b.state AS batch_state, b.grade, b.parts,
	b.publicity_to_on, b.result_version, y.name AS body_name, y.phone
FROM enrolment e JOIN batch b ON b.id = e.batch_id JOIN body y ON y.id = e.body_id
WHERE e.person_id = :person_id AND e.id = :id;

-- name: enrolments_of_person :many
SELECT e.id, e.batch_id, e.state, e.verdict, e.verdict_text, e.ticket_no, e.certificate_id, e.created_at,
	b.title AS batch_title, b.state AS batch_state, b.grade, b.first_at, b.result_version, o.name AS occupation_name,
	y.name AS body_name
FROM enrolment e JOIN batch b ON b.id = e.batch_id JOIN occupation o ON o.id = b.occupation_id
	JOIN body y ON y.id = e.body_id
WHERE e.person_id = :person_id
ORDER BY e.id DESC;

-- name: enrolment_list :list
-- One of the filters leads: a batch, the beginning of a name, a rare spot check, verdict or state, one county. The others,
-- and what nearly all rows have, are written so that no index is taken for them (see sql/migration/0030_list_filters.sql).
-- param: find text
-- param: county text
-- param: name_end text
-- param: rare_state text
-- param: rare_verdict text
-- param: rare_spot_check text
-- filter: e.batch_id = :batch_id
-- filter: e.state <> 'certified' AND e.state = :rare_state
-- filter: e.verdict <> 'met' AND e.verdict = :rare_verdict
-- filter: e.spot_check <> '' AND e.spot_check = :rare_spot_check
-- filter: e.region <> '' AND e.region = :county
-- filter: COALESCE(e.state, '') = :state
-- filter: COALESCE(e.verdict, '') = :verdict
-- filter: COALESCE(e.spot_check, '') = :spot_check
-- filter: e.name >= :name AND e.name < :name_end
-- filter: e.name LIKE :find
-- sort: newest = e.id DESC
-- sort: seq = e.batch_id, e.seq
-- sort: name = e.name, e.id
SELECT e.person_id, e.id, e.batch_id, e.state, e.source, e.seq, e.name, e.idno_mask, e.unit, e.verdict, e.clause,
	e.verdict_text, e.spot_check, e.ticket_no, e.photo_file_id, b.title AS batch_title, b.grade
FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE {scope e} {filters}
ORDER BY {sort};

-- name: enrolment_of_person :one
SELECT id, state FROM enrolment WHERE person_id = :person_id AND batch_id = :batch_id;

-- name: enrolment_move :exec
-- param: from_state text
UPDATE enrolment SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: enrolment_lock_open :exec
-- Changes nothing; the row stays locked, and open for corrections, until the transaction ends.
UPDATE enrolment SET unit = enrolment.unit WHERE person_id = :person_id AND id = :id AND state IN ('submitted', 'mend');

-- name: enrolment_set_judged :exec
UPDATE enrolment SET verdict = :verdict, clause = :clause, verdict_text = :verdict_text, met_on = :met_on, facts = :facts,
	judged_at = :judged_at, clause_declared = :clause_declared
WHERE person_id = :person_id AND id = :id;

-- name: enrolment_set_name :exec
UPDATE enrolment SET name = :name WHERE person_id = :person_id AND id = :id;

-- name: enrolment_set_photo :exec
UPDATE enrolment SET photo_file_id = :photo_file_id WHERE person_id = :person_id AND id = :id;

-- name: enrolment_set_spot_check :exec
UPDATE enrolment SET spot_check = :spot_check WHERE person_id = :person_id AND id = :id AND {scope};

-- name: enrolment_set_certificate :exec
UPDATE enrolment SET certificate_id = :certificate_id WHERE person_id = :person_id AND id = :id;

-- name: enrolment_certify :exec
UPDATE enrolment SET state = 'certified', certificate_id = :certificate_id
WHERE person_id = :person_id AND id = :id AND state = 'passed';

-- name: enrolments_accepted :many
SELECT person_id, id, seq FROM enrolment WHERE batch_id = :batch_id AND state = 'accepted' ORDER BY seq, id;

-- name: enrolments_to_draw :many
SELECT person_id, id, spot_check FROM enrolment
WHERE batch_id = :batch_id AND {scope} AND state IN ('submitted', 'mend', 'accepted')
ORDER BY seq, id;

-- name: enrolments_waiting :many
SELECT person_id, id FROM enrolment WHERE batch_id = :batch_id AND state = 'submitted' AND verdict = 'met'
ORDER BY seq, id;

-- name: enrolments_unreviewed :one
-- column: n int
SELECT COUNT(*) AS n FROM enrolment WHERE batch_id = :batch_id AND state = 'submitted';

-- name: enrolment_last_seq :one
-- column: seq int
SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS seq FROM enrolment WHERE batch_id = :batch_id;

-- name: enrolments_same_days :many
-- Other batches of the person whose sittings lie within a time span.
-- param: from_at int
-- param: to_at int
SELECT e.id, e.batch_id, b.title, b.first_at FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id AND e.batch_id <> :batch_id AND e.state IN ('submitted', 'mend', 'accepted')
	AND b.first_at < :to_at AND b.last_at > :from_at AND b.state NOT IN ('cancelled', 'returned', 'postponed')
ORDER BY b.first_at, e.id;

-- name: enrolments_doubled :many
-- People of a batch who sit another one within a time span.
-- param: from_at int
-- param: to_at int
-- param: most int
SELECT e.id, e.name, b.title, b.first_at
FROM enrolment e JOIN enrolment x ON x.person_id = e.person_id AND x.batch_id <> e.batch_id
	JOIN batch b ON b.id = x.batch_id
WHERE e.batch_id = :batch_id AND e.state IN ('submitted', 'mend', 'accepted')
	AND x.state IN ('submitted', 'mend', 'accepted')
	AND b.first_at < :to_at AND b.last_at > :from_at AND b.state NOT IN ('cancelled', 'returned', 'postponed')
ORDER BY e.seq, e.id, b.id LIMIT :most;

-- name: certificate_same :many
-- Has the person a standing certificate of this occupation and grade (or work type) already?
SELECT id, number FROM certificate
WHERE person_id = :person_id AND occupation_id = :occupation_id AND work_type_name = :work_type_name AND grade = :grade
	AND state <> 'revoked'
ORDER BY id;

-- name: enrolment_part_insert :exec
INSERT INTO enrolment_part (person_id, enrolment_id, part, batch_id, body_id, region, attempt, batch_room_id, seat,
	part_state, score_centi, explained, kept_from_id, kept_until_on)
VALUES (:person_id, :enrolment_id, :part, :batch_id, :body_id, :region, :attempt, 0, 0, :part_state, :score_centi,
	:explained, :kept_from_id, :kept_until_on);

-- name: parts_passed_before :many
-- Passes that may still be kept, from failed batches of the same occupation, work type and grade; latest first.
-- param: on_day int
SELECT p.part, p.enrolment_id, p.score_centi, p.kept_until_on
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	JOIN batch b ON b.id = e.batch_id
WHERE p.person_id = :person_id AND e.state = 'failed' AND b.occupation_id = :occupation_id
	AND b.work_type_id = :work_type_id AND b.special_project_id = :special_project_id AND b.grade = :grade
	AND p.part_state = 'scored' AND p.kept_until_on >= :on_day
ORDER BY p.enrolment_id DESC, p.part;

-- name: attempts_failed :many
-- The tries at this occupation, work type and grade that were not passed, latest first; n_again: parts of one that were sat
-- again or kept; n_void: parts in which there was cheating.
-- column: n_again int
-- column: n_void int
SELECT e.id, b.enrol_to_on, (SELECT COUNT(*) FROM enrolment_part p WHERE p.person_id = e.person_id
	AND p.enrolment_id = e.id AND p.attempt <> 'new') AS n_again,
	(SELECT COUNT(*) FROM enrolment_part v WHERE v.person_id = e.person_id
	AND v.enrolment_id = e.id AND v.part_state = 'void') AS n_void
FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id AND e.state = 'failed' AND b.occupation_id = :occupation_id
	AND b.work_type_id = :work_type_id AND b.special_project_id = :special_project_id AND b.grade = :grade
ORDER BY e.id DESC;

-- name: evidence_of :many
-- The files of an enrolment that the caller has found already.
SELECT id, item, file_id, name, size, created_at FROM attachment
WHERE subject_id = :subject_id AND kind = 'enrolment'
ORDER BY id;

-- name: parts_of_enrolment :many
-- When and where each part of an enrolment is held, as far as it is known.
-- param: person_id int
SELECT part, attempt, batch_room_id, seat, part_state, explained FROM enrolment_part
WHERE person_id = :person_id AND enrolment_id = :enrolment_id
ORDER BY part;

-- name: own_results :many
SELECT result_version, theory, skill, review, outcome FROM result
WHERE person_id = :person_id AND enrolment_id = :enrolment_id
ORDER BY result_version DESC;

-- name: last_facts_of_person :many
-- What the person declared last for an occupation.
SELECT e.id, e.facts FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE e.person_id = :person_id AND b.occupation_id = :occupation_id
ORDER BY e.id DESC LIMIT 1;

-- name: enrolments_waiting_by_batch :many
-- What waits for the body's review, batch by batch, the nearest examination first.
-- column: n int
-- column: since_at int
SELECT e.batch_id, b.title, b.first_at, COUNT(*) AS n, MIN(e.created_at) AS since_at
FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE {scope e} AND e.state = 'submitted' AND b.state IN ('enrolling', 'closed')
GROUP BY e.batch_id, b.title, b.first_at
ORDER BY b.first_at, e.batch_id;

-- name: spot_checks_waiting :many
-- column: n int
-- column: since_at int
SELECT e.batch_id, b.title, b.first_at, COUNT(*) AS n, MIN(e.created_at) AS since_at
FROM enrolment e JOIN batch b ON b.id = e.batch_id
WHERE {scope e} AND e.spot_check = 'drawn' AND b.state IN ('enrolling', 'closed')
GROUP BY e.batch_id, b.title, b.first_at
ORDER BY b.first_at, e.batch_id;
