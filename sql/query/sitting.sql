-- name: sitting_insert :exec
INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, region, enrolment_id, batch_room_id, seat, ticket_no, name,
	form_id, order_seed, state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq, n_answered, seen_at,
	device, photo_file_id, ended_at, ended_why, answers_hash, receipt, score_centi, score_version,
	checked_in_at, seb_waiver, receipt_code)
VALUES (:person_id, :id, :exam_id, :batch_id, :body_id, :region, :enrolment_id, :batch_room_id, :seat, :ticket_no, :name,
	0, :order_seed, 'waiting', 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0, '', '', '', 0, 0, 0, '', '');

-- name: sitting_delete :exec
-- Only one that nobody has come to yet.
DELETE FROM sitting WHERE person_id = :person_id AND id = :id AND state = 'waiting' AND checked_in_at = 0;

-- name: sitting_find :one
SELECT s.person_id, s.id, s.exam_id, s.batch_id, s.body_id, s.region, s.enrolment_id, s.batch_room_id, s.seat,
	s.ticket_no, s.name, s.form_id, s.order_seed, s.state, s.epoch, s.begun_at, s.deadline_at, s.extra_seconds,
	s.paused_at, s.last_seq, s.n_answered, s.seen_at, s.device, s.photo_file_id, s.ended_at, s.ended_why,
	s.answers_hash, s.receipt, s.score_centi, s.score_version, s.checked_in_at, s.seb_waiver, s.seb_epoch, s.receipt_code,
	e.title AS exam_title, e.state AS exam_state, e.duration_seconds, e.late_seconds, e.stay_seconds, e.layout, e.shuffle,
	e.seb_mode, e.seb_key, e.photo_mode, e.admit_mode, e.open_seconds, e.paper_set_id,
	r.room_state, r.started_at, r.extra_seconds AS room_extra_seconds, r.entry_code, r.starts_at, r.ends_at, r.per_row, r.place,
	m.name AS room_name, v.name AS venue_name
FROM sitting s JOIN exam e ON e.id = s.exam_id
	JOIN exam_room r ON r.exam_id = s.exam_id AND r.batch_room_id = s.batch_room_id
	JOIN batch_room t ON t.id = s.batch_room_id JOIN room m ON m.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE s.person_id = :person_id AND s.id = :id AND {scope s};

-- name: sitting_by_ticket :many
-- The exams that a ticket is good for now; the one that starts next first.
-- param: now int
SELECT s.person_id, s.id, s.exam_id, s.state, s.seat, e.state AS exam_state, r.starts_at
FROM sitting s JOIN exam e ON e.id = s.exam_id
	JOIN exam_room r ON r.exam_id = s.exam_id AND r.batch_room_id = s.batch_room_id
WHERE s.ticket_no = :ticket_no AND e.state <> 'preparing' AND r.starts_at - e.open_seconds <= :now
ORDER BY r.starts_at DESC, s.id DESC LIMIT 5;

-- name: sittings_of_room :many
SELECT person_id, id, enrolment_id, batch_room_id, seat, ticket_no, name, state, epoch, begun_at, deadline_at,
	extra_seconds, paused_at, last_seq, n_answered, seen_at, device, photo_file_id, ended_at, ended_why, checked_in_at,
	seb_waiver, form_id
FROM sitting WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND {scope}
ORDER BY seat, id;

-- name: sittings_open :many
-- Those of an exam that have not ended, with what the clock looks at.
SELECT s.person_id, s.id, s.batch_room_id, s.seat, s.state, s.deadline_at, s.paused_at, s.form_id, s.checked_in_at,
	s.extra_seconds, s.seen_at, r.extra_seconds AS room_extra_seconds, r.starts_at, r.started_at, r.ends_at, r.place
FROM sitting s JOIN exam_room r ON r.exam_id = s.exam_id AND r.batch_room_id = s.batch_room_id
WHERE s.exam_id = :exam_id AND s.state IN ('waiting', 'admitted', 'running', 'paused')
ORDER BY s.person_id, s.id;

-- name: sittings_over :many
-- Running past their deadline, oldest first.
SELECT person_id, id, exam_id, deadline_at FROM sitting
WHERE state = 'running' AND deadline_at < :deadline_at ORDER BY deadline_at LIMIT 200;

-- name: sitting_move :exec
UPDATE sitting SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: sitting_reseat :exec
UPDATE sitting SET batch_room_id = :batch_room_id, seat = :seat, ticket_no = :ticket_no
WHERE person_id = :person_id AND id = :id AND {scope};

-- name: sitting_set_form :exec
UPDATE sitting SET form_id = :form_id WHERE person_id = :person_id AND id = :id AND begun_at = 0;

-- name: sitting_took_over :one
-- A page takes the sitting over: older ones are told with their next write.
UPDATE sitting SET epoch = sitting.epoch + 1, device = :device, seen_at = :seen_at,
	checked_in_at = CASE WHEN sitting.checked_in_at = 0 THEN :checked_in_at ELSE sitting.checked_in_at END
WHERE person_id = :person_id AND id = :id AND state IN ('waiting', 'admitted', 'running', 'paused')
RETURNING epoch, checked_in_at;

-- name: sitting_seen :exec
UPDATE sitting SET seen_at = :seen_at WHERE person_id = :person_id AND id = :id;

-- name: sitting_set_photo :exec
UPDATE sitting SET photo_file_id = :photo_file_id WHERE person_id = :person_id AND id = :id AND begun_at = 0;

-- name: sitting_room_extra :one
-- Who begins and who extends the room wait for each other.
SELECT r.extra_seconds FROM exam_room r WHERE r.exam_id = :exam_id AND r.batch_room_id = :batch_room_id {share r};

-- name: sitting_begun :exec
-- ends_at: without what is added for the person.
-- param: ends_at int
UPDATE sitting SET begun_at = :begun_at, deadline_at = :ends_at + sitting.extra_seconds, seen_at = :begun_at
WHERE person_id = :person_id AND id = :id AND begun_at = 0;

-- name: sitting_begin_now :one
-- The ordinary start in one go: judged and written, if seat and form are still those that were read. ends_at: without what is
-- added for the person.
-- param: ends_at int
UPDATE sitting SET state = 'running', begun_at = :begun_at, seen_at = :begun_at, deadline_at = :ends_at + sitting.extra_seconds
WHERE person_id = :person_id AND id = :id AND state = 'admitted' AND epoch = :epoch AND form_id = :form_id AND batch_room_id = :batch_room_id
	AND begun_at = 0
RETURNING deadline_at;

-- name: sitting_paused :exec
UPDATE sitting SET paused_at = :paused_at WHERE person_id = :person_id AND id = :id;

-- name: sitting_resumed :exec
-- The time that was paused is given back.
-- param: now int
UPDATE sitting SET deadline_at = sitting.deadline_at + :now - sitting.paused_at, paused_at = 0
WHERE person_id = :person_id AND id = :id AND paused_at > 0;

-- name: sitting_extend :exec
-- param: add_seconds int
UPDATE sitting SET extra_seconds = sitting.extra_seconds + :add_seconds,
	deadline_at = CASE WHEN sitting.deadline_at > 0 THEN sitting.deadline_at + :add_seconds ELSE 0 END
WHERE person_id = :person_id AND id = :id AND state IN ('waiting', 'admitted', 'running', 'paused');

-- name: sitting_waive_seb :exec
UPDATE sitting SET seb_waiver = :seb_waiver WHERE person_id = :person_id AND id = :id;

-- name: sitting_seb_proven :exec
UPDATE sitting SET seb_epoch = :seb_epoch WHERE person_id = :person_id AND id = :id;

-- name: sitting_ended :exec
-- The time of a pause that was not ended is given back, for one that is opened again.
UPDATE sitting SET ended_at = :ended_at, ended_why = :ended_why, paused_at = 0,
	deadline_at = CASE WHEN sitting.paused_at > 0 THEN sitting.deadline_at + :ended_at - sitting.paused_at
		ELSE sitting.deadline_at END, last_seq = :last_seq, n_answered = :n_answered, answers_hash = :answers_hash, receipt = '', receipt_code = :receipt_code
WHERE person_id = :person_id AND id = :id;

-- name: sitting_reopened :exec
UPDATE sitting SET ended_at = 0, ended_why = '', answers_hash = '', receipt = '', receipt_code = '',
	deadline_at = CASE WHEN sitting.deadline_at < :deadline_at THEN :deadline_at ELSE sitting.deadline_at END
WHERE person_id = :person_id AND id = :id;

-- name: sitting_receipt_put :exec
UPDATE sitting SET receipt = :receipt
WHERE person_id = :person_id AND id = :id AND receipt = '' AND answers_hash = :answers_hash;

-- name: sittings_unsigned :many
SELECT person_id, id FROM sitting
WHERE state IN ('handed_in', 'forced') AND receipt = '' AND answers_hash <> '' ORDER BY state, deadline_at LIMIT 200;

-- name: sitting_final_answers :many
-- Of each item the response with the highest seq, taken back ones too.
SELECT a.item_no, a.seq, a.response, a.saved_at, a.spent_ms FROM answer a
WHERE a.person_id = :person_id AND a.sitting_id = :sitting_id AND a.seq = (SELECT MAX(b.seq) FROM answer b
	WHERE b.person_id = a.person_id AND b.sitting_id = a.sitting_id AND b.item_no = a.item_no)
ORDER BY a.item_no;

-- name: sitting_by_receipt :many
SELECT person_id, id, state, receipt, exam_id, name, ticket_no FROM sitting WHERE receipt_code = :receipt_code AND receipt_code <> '';

-- name: sitting_newest_answer :one
-- column: seq int
SELECT COALESCE(MAX(seq), 0) AS seq FROM answer WHERE person_id = :person_id AND sitting_id = :sitting_id;
