-- name: arrange_people :many
-- Everybody accepted (whatever came of it later) who sits a part; passes kept from an earlier batch are left out.
SELECT p.person_id, p.enrolment_id, p.part, e.seq, e.unit, e.name, p.batch_room_id, p.seat
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND e.state IN ('accepted', 'passed', 'failed', 'certified') AND p.attempt <> 'kept'
ORDER BY p.part, p.enrolment_id;

-- name: arrange_clear :exec
UPDATE enrolment_part SET batch_room_id = 0, seat = 0 WHERE batch_id = :batch_id;

-- name: arrange_clear_tickets :exec
UPDATE enrolment SET ticket_no = '' WHERE batch_id = :batch_id AND ticket_no <> '';

-- name: arrange_set_seat :exec
UPDATE enrolment_part SET batch_room_id = :batch_room_id, seat = :seat
WHERE person_id = :person_id AND enrolment_id = :enrolment_id AND part = :part;

-- name: arrange_set_ticket :exec
UPDATE enrolment SET ticket_no = :ticket_no WHERE person_id = :person_id AND id = :id;

-- name: seats_of_slot :many
-- The seat list of one room at one time: door list, sign-in sheet, seat plan, mark sheet.
SELECT p.person_id, p.enrolment_id, p.seat, p.part, p.part_state, p.score_centi, e.name, e.idno_mask, e.unit, e.ticket_no,
	e.photo_file_id
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_room_id = :batch_room_id AND {scope p} AND e.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY p.seat, p.enrolment_id;

-- name: seats_of_enrolment :many
-- Where and when one candidate sits each part.
-- column: venue_name text
-- column: room_name text
-- column: address text
-- column: starts_at int
-- column: ends_at int
SELECT p.part, p.attempt, p.part_state, p.score_centi, p.explained, p.seat, p.batch_room_id, p.kept_until_on,
	COALESCE(t.starts_at, 0) AS starts_at, COALESCE(t.ends_at, 0) AS ends_at, COALESCE(r.name, '') AS room_name,
	COALESCE(v.name, '') AS venue_name, COALESCE(v.address, '') AS address
FROM enrolment_part p LEFT JOIN batch_room t ON t.id = p.batch_room_id LEFT JOIN room r ON r.id = t.room_id
	LEFT JOIN venue v ON v.id = t.venue_id
WHERE p.person_id = :person_id AND p.enrolment_id = :enrolment_id
ORDER BY p.part;

-- name: arrange_counts :many
-- How many sit in each room of a batch.
-- column: n int
SELECT p.batch_room_id, COUNT(*) AS n FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND p.batch_room_id > 0 AND e.state IN ('accepted', 'passed', 'failed', 'certified')
GROUP BY p.batch_room_id
ORDER BY p.batch_room_id;

-- name: tickets_of_slot :many
-- Who gets a ticket, by seat.
SELECT e.person_id, e.id, e.name, e.idno_mask, e.unit, e.ticket_no, e.photo_file_id, n.id_type
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	JOIN person n ON n.person_id = e.person_id
WHERE p.batch_room_id = :batch_room_id AND {scope p} AND e.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY p.seat, e.id;

-- name: tickets_of_batch :many
SELECT e.person_id, e.id, e.name, e.idno_mask, e.unit, e.ticket_no, e.photo_file_id, n.id_type
FROM enrolment e JOIN person n ON n.person_id = e.person_id
WHERE e.batch_id = :batch_id AND {scope e} AND e.ticket_no <> '' AND e.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY e.ticket_no, e.id;

-- name: ticket_find :one
-- One candidate; whoever asks has checked whose it is, or holds the code printed on it.
SELECT e.person_id, e.id, e.batch_id, e.state, e.name, e.idno_mask, e.unit, e.ticket_no, e.photo_file_id, n.id_type
FROM enrolment e JOIN person n ON n.person_id = e.person_id
WHERE e.person_id = :person_id AND e.id = :id;
