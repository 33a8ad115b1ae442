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

-- name: mark_delete :exec
-- Takes back one's own mark while it is not signed.
DELETE FROM mark
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part AND marker_id = :marker_id
	AND signed_at = 0;

-- name: part_lock :exec
-- Changes nothing: keeps two markers of one paper apart until the transaction ends.
UPDATE enrolment_part SET attempt = :attempt
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part;

-- name: mark_sheet :many
-- A room's people, in the order of their seats, with the marks of one marker.
-- column: flag text
-- column: score_centi int
-- column: note text
-- column: round int
-- column: entered_at int
-- column: signed_at int
SELECT p.person_id, p.enrolment_id, p.part, p.batch_room_id, p.seat, e.seq, e.name, e.idno_mask, e.unit, e.ticket_no,
	COALESCE(m.flag, '') AS flag, COALESCE(m.score_centi, 0) AS score_centi, COALESCE(m.note, '') AS note,
	COALESCE(m.round, 0) AS round, COALESCE(m.entered_at, 0) AS entered_at, COALESCE(m.signed_at, 0) AS signed_at
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	LEFT JOIN mark m ON m.person_id = p.person_id AND m.enrolment_id = p.enrolment_id AND m.part = p.part
		AND m.marker_id = :marker_id
WHERE p.batch_room_id = :batch_room_id AND e.state IN ('accepted', 'passed', 'failed', 'certified')
	AND p.attempt <> 'kept'
ORDER BY p.seat, p.enrolment_id;

-- name: mark_rooms :many
-- How many people a part has in each room, and how many of them have their score.
-- column: n int
-- column: n_done int
SELECT p.part, p.batch_room_id, CAST(count(*) AS BIGINT) AS n,
	CAST(sum(CASE WHEN p.part_state = 'pending' THEN 0 ELSE 1 END) AS BIGINT) AS n_done
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND e.state IN ('accepted', 'passed', 'failed', 'certified') AND p.attempt <> 'kept'
GROUP BY p.part, p.batch_room_id
ORDER BY p.part, p.batch_room_id;

-- name: mark_progress :many
-- Who has entered and signed how many marks in each room; no mark is shown.
-- column: n int
-- column: n_signed int
SELECT m.part, p.batch_room_id, m.round, m.marker_id, m.marker_name, CAST(count(*) AS BIGINT) AS n,
	CAST(sum(CASE WHEN m.signed_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS n_signed
FROM mark m JOIN enrolment_part p ON p.person_id = m.person_id AND p.enrolment_id = m.enrolment_id AND p.part = m.part
WHERE m.batch_id = :batch_id
GROUP BY m.part, p.batch_room_id, m.round, m.marker_id, m.marker_name
ORDER BY m.part, p.batch_room_id, m.round, m.marker_id;

-- name: mark_differences :many
-- Papers whose two signed entries differ, with what was settled.
-- column: first_id int
-- column: first_name text
-- column: first_flag text
-- column: first_centi int
-- column: second_id int
-- column: second_name text
-- column: second_flag text
-- column: second_centi int
-- column: settled_name text
-- column: settled_flag text
-- column: settled_centi int
-- column: settled_note text
SELECT a.person_id, a.enrolment_id, p.batch_room_id, p.seat, e.seq, e.name, e.ticket_no, a.marker_id AS first_id,
	a.marker_name AS first_name, a.flag AS first_flag, a.score_centi AS first_centi, b.marker_id AS second_id,
	b.marker_name AS second_name, b.flag AS second_flag, b.score_centi AS second_centi,
	COALESCE(c.marker_name, '') AS settled_name, COALESCE(c.flag, '') AS settled_flag,
	COALESCE(c.score_centi, 0) AS settled_centi, COALESCE(c.note, '') AS settled_note
FROM mark a JOIN mark b ON b.person_id = a.person_id AND b.enrolment_id = a.enrolment_id AND b.part = a.part AND b.round = 2
	JOIN enrolment e ON e.person_id = a.person_id AND e.id = a.enrolment_id
	JOIN enrolment_part p ON p.person_id = a.person_id AND p.enrolment_id = a.enrolment_id AND p.part = a.part
	LEFT JOIN mark c ON c.person_id = a.person_id AND c.enrolment_id = a.enrolment_id AND c.part = a.part
		AND c.round = 3
WHERE a.batch_id = :batch_id AND a.part = 1 AND a.round = 1 AND a.signed_at > 0 AND b.signed_at > 0
	AND (a.flag <> b.flag OR a.score_centi <> b.score_centi)
ORDER BY e.seq, a.enrolment_id;

-- name: contacts_of_rooms :many
-- Who sits in a batch's rooms (batch_room_id 0: all of them), for avoidance.
SELECT p.batch_room_id, p.person_id, e.name, e.unit, w.idno_index
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	JOIN person w ON w.person_id = p.person_id
WHERE p.batch_id = :batch_id AND (:batch_room_id = 0 OR p.batch_room_id = :batch_room_id) AND p.attempt <> 'kept'
ORDER BY p.batch_room_id, p.seat, p.person_id;

-- name: marks_signed_in_batch :many
-- For the check of signatures.
SELECT person_id, enrolment_id, part, marker_id, marker_name, round, flag, score_centi, note, signed_at, signature
FROM mark WHERE batch_id = :batch_id AND signed_at > 0
ORDER BY enrolment_id, part, round, marker_id;

-- name: batches_with_marks :many
-- Where signed marks are, for the check.
SELECT DISTINCT batch_id FROM mark WHERE signed_at > 0 ORDER BY batch_id;

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
-- What is signed is what was read.
UPDATE mark SET signed_at = :signed_at, signature = :signature
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part AND marker_id = :marker_id
	AND signed_at = 0 AND flag = :flag AND score_centi = :score_centi AND note = :note;

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
SELECT t.id, t.duty, t.staff_id, t.batch_id, t.part, t.starts_at, t.ends_at, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND s.account_id = :account_id AND t.duty IN ('examiner', 'leader')
ORDER BY t.id LIMIT 1;

-- name: examiners_of_slot :many
SELECT s.account_id, s.name, t.staff_id, t.duty FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND t.duty IN ('examiner', 'leader')
ORDER BY s.account_id;

-- name: mark_slot :one
-- A room at its time, with the batch it belongs to; whoever asks must be on duty there or have the batch in scope.
SELECT t.id, t.batch_id, t.part, t.starts_at, t.ends_at, b.title, b.batch_no, b.state, b.grade, b.region, b.body_id,
	o.name AS occupation_name, y.name AS body_name, r.name AS room_name, v.name AS venue_name
FROM batch_room t JOIN batch b ON b.id = t.batch_id JOIN occupation o ON o.id = b.occupation_id
	JOIN body y ON y.id = t.body_id JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE t.id = :id;

-- name: batches_under_marking :many
-- param: most int
SELECT b.id, b.title, b.state, b.last_at FROM batch b
WHERE b.state IN ('testing', 'marking') AND {scope b}
ORDER BY b.last_at, b.id LIMIT :most;
