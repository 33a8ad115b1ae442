-- name: arrange_people :many
-- Everybody accepted who sits a part; passes kept from an earlier batch are left out.
SELECT p.person_id, p.enrolment_id, p.part, e.seq, e.unit, e.name, p.batch_room_id, p.seat
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND e.state = 'accepted' AND p.attempt <> 'kept'
ORDER BY p.part, p.enrolment_id;

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
WHERE p.batch_room_id = :batch_room_id AND {scope p}
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
