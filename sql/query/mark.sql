-- name: mark_own :one
SELECT flag, score_centi, note, round, signed_at FROM mark
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part AND marker_id = :marker_id;

-- name: mark_upsert :exec
-- A signed mark stands: the condition keeps it from being replaced.
INSERT INTO mark (person_id, enrolment_id, part, marker_id, batch_id, body_id, region, marker_name, round, flag,
	score_centi, note, entered_at, signed_at, signature)
VALUES (:person_id, :enrolment_id, :part, :marker_id, :batch_id, :body_id, :region, :marker_name, :round, :flag,
	:score_centi, :note, :entered_at, 0, '')
ON CONFLICT (person_id, enrolment_id, part, marker_id) DO UPDATE SET
	flag = excluded.flag, score_centi = excluded.score_centi, note = excluded.note, entered_at = excluded.entered_at
WHERE mark.signed_at = 0;

-- name: mark_of_round :many
-- Who made a theory entry of a round.
SELECT marker_id, marker_name, signed_at FROM mark
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part AND round = :round
ORDER BY marker_id;

-- name: marks_of_part :many
SELECT marker_id, marker_name, round, flag, score_centi, note, entered_at, signed_at FROM mark
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part
ORDER BY round, marker_id;

-- name: marks_own_in_batch :many
-- What the actor has entered himself for a part.
SELECT m.person_id, m.enrolment_id, m.round, m.flag, m.score_centi, m.note, m.entered_at, m.signed_at, p.batch_room_id
FROM mark m JOIN enrolment_part p ON p.person_id = m.person_id AND p.enrolment_id = m.enrolment_id AND p.part = m.part
WHERE m.batch_id = :batch_id AND m.part = :part AND m.marker_id = :marker_id
ORDER BY m.enrolment_id;

-- name: marks_of_batch :many
-- Everything entered for a batch; shown to those who may read marks once all are signed.
SELECT person_id, enrolment_id, part, marker_id, marker_name, round, flag, score_centi, note, entered_at, signed_at
FROM mark WHERE batch_id = :batch_id AND {scope}
ORDER BY part, enrolment_id, round, marker_id;

-- name: mark_set_signed :exec
UPDATE mark SET signed_at = :signed_at, signature = :signature
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part AND marker_id = :marker_id
	AND signed_at = 0;

-- name: part_find :one
SELECT p.person_id, p.enrolment_id, p.part, p.batch_id, p.body_id, p.region, p.attempt, p.batch_room_id, p.seat,
	p.part_state, p.score_centi, e.name, e.state
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.person_id = :person_id AND p.enrolment_id = :enrolment_id AND p.part = :part;

-- name: parts_of_batch :many
-- Every part of everybody who takes part, in the order of the list.
SELECT p.person_id, p.enrolment_id, p.part, p.attempt, p.batch_room_id, p.seat, p.part_state, p.score_centi, p.explained,
	e.seq, e.name, e.idno_mask, e.ticket_no, e.state
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND e.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY e.seq, p.enrolment_id, p.part;

-- name: part_set_score :exec
UPDATE enrolment_part SET part_state = :part_state, score_centi = :score_centi, explained = :explained,
	kept_until_on = :kept_until_on
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part;

-- name: examiner_slots :many
-- Where an account is on duty as examiner: the examiner's own to-do.
SELECT t.batch_room_id, t.batch_id, t.part, t.duty, t.starts_at, t.ends_at, b.title, b.state, b.grade, y.name AS body_name,
	r.name AS room_name, v.name AS venue_name
FROM staff s JOIN batch_staff t ON t.staff_id = s.id JOIN batch b ON b.id = t.batch_id JOIN body y ON y.id = t.body_id
	JOIN batch_room k ON k.id = t.batch_room_id JOIN room r ON r.id = k.room_id JOIN venue v ON v.id = k.venue_id
WHERE s.account_id = :account_id AND t.duty IN ('examiner', 'leader')
	AND b.state NOT IN ('draft', 'filed', 'returned', 'postponed', 'cancelled')
ORDER BY t.starts_at DESC, t.batch_room_id;

-- name: examiner_in_slot :one
SELECT t.id, t.duty FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND s.account_id = :account_id AND t.duty IN ('examiner', 'leader')
ORDER BY t.id LIMIT 1;

-- name: examiners_of_slot :many
SELECT s.account_id, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND t.duty IN ('examiner', 'leader')
ORDER BY s.account_id;
