-- name: board_rooms :many
-- Rooms of an exam whose ids lie between two: one of them, or all.
-- param: lo int
-- param: hi int
SELECT k.exam_id, k.batch_room_id, k.body_id, k.region, k.room_state, k.started_at, k.extra_seconds, k.entry_code,
	k.starts_at, k.ends_at, k.per_row, k.counted_in, k.counted_out, k.place, t.capacity, r.name AS room_name,
	v.name AS venue_name, v.address
FROM exam_room k JOIN batch_room t ON t.id = k.batch_room_id JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE k.exam_id = :exam_id AND k.batch_room_id >= :lo AND k.batch_room_id <= :hi AND {scope k}
ORDER BY k.starts_at, v.name, r.name, k.batch_room_id;

-- name: board_exam :one
SELECT e.id, e.batch_id, e.body_id, e.region, e.part, e.title, e.state, e.paper_set_id, e.duration_seconds, e.late_seconds,
	e.stay_seconds, e.seb_mode, e.admit_mode, e.starts_at, e.ends_at, e.n_sittings, b.title AS batch_title, y.name AS body_name
FROM exam e JOIN batch b ON b.id = e.batch_id JOIN body y ON y.id = e.body_id
WHERE e.id = :id AND {scope e};

-- name: board_duty :many
-- What an account does in a room.
SELECT t.duty, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND s.account_id = :account_id AND s.state = 'active'
	AND t.duty IN ('proctor', 'supervisor');

-- name: board_duties :many
-- The rooms an account watches, from a moment on: the invigilator's own list.
-- param: from_at int
SELECT k.exam_id, k.batch_room_id, k.room_state, k.starts_at, k.ends_at, k.place, e.title, e.state, r.name AS room_name,
	v.name AS venue_name, y.name AS body_name, t.duty
FROM staff s JOIN batch_staff t ON t.staff_id = s.id JOIN exam_room k ON k.batch_room_id = t.batch_room_id
	JOIN exam e ON e.id = k.exam_id JOIN batch_room q ON q.id = k.batch_room_id JOIN room r ON r.id = q.room_id
	JOIN venue v ON v.id = q.venue_id JOIN body y ON y.id = k.body_id
WHERE s.account_id = :account_id AND s.state = 'active' AND t.duty IN ('proctor', 'supervisor') AND k.ends_at >= :from_at
ORDER BY k.starts_at, k.batch_room_id;

-- name: board_proctors :many
SELECT s.name, s.account_id, t.duty FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_room_id = :batch_room_id AND t.duty IN ('proctor', 'supervisor')
ORDER BY t.duty, t.id;

-- name: board_seats :many
-- Who sits in rooms between two ids, and how far everybody is.
-- param: lo int
-- param: hi int
SELECT s.person_id, s.id, s.batch_room_id, s.seat, s.ticket_no, s.name, s.state, s.form_id, s.epoch, s.checked_in_at, s.begun_at,
	s.deadline_at, s.extra_seconds, s.paused_at, s.n_answered, s.seen_at, s.device, s.ended_at, s.ended_why, s.seb_waiver,
	s.receipt_code, s.score_version, s.photo_file_id
FROM sitting s WHERE s.exam_id = :exam_id AND s.batch_room_id >= :lo AND s.batch_room_id <= :hi
ORDER BY s.batch_room_id, s.seat, s.id;

-- name: board_portrait :one
-- The photo of the enrolment; at a venue, the one that came with the package.
-- column: photo_file_id int
SELECT CASE WHEN COALESCE(e.photo_file_id, 0) > 0 THEN e.photo_file_id ELSE p.photo_file_id END AS photo_file_id
FROM sitting s JOIN person p ON p.person_id = s.person_id
	LEFT JOIN enrolment e ON e.person_id = s.person_id AND e.id = s.enrolment_id
WHERE s.person_id = :person_id AND s.id = :id;

-- name: board_missing :many
-- Candidates who were given a seat and have no sitting: nobody may fall between the two lists.
-- param: lo int
-- param: hi int
SELECT p.person_id, p.batch_room_id, p.seat, e.name
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	LEFT JOIN sitting s ON s.person_id = p.person_id AND s.exam_id = :exam_id
WHERE p.batch_id = :batch_id AND p.part = :part AND p.batch_room_id > 0 AND p.batch_room_id >= :lo
	AND p.batch_room_id <= :hi AND p.attempt <> 'kept'
	AND e.state IN ('accepted', 'passed', 'failed', 'certified') AND s.id IS NULL
ORDER BY p.batch_room_id, p.seat;

-- name: board_forms :many
SELECT id, form_no, n_items, form_state FROM paper_form WHERE paper_set_id = :paper_set_id ORDER BY form_no;

-- name: board_count_in :exec
UPDATE exam_room SET counted_in = :counted_in WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: board_count_out :exec
UPDATE exam_room SET counted_out = :counted_out WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: board_room_events :many
-- What was done in a room and to those who sit in it, newest first.
SELECT v.id, v.at, v.actor_name, v.role, v.action, v.from_state, v.to_state, v.reason, v.person_id, v.kind, v.subject_id
FROM event v WHERE v.kind = 'exam_room' AND v.subject_id = :batch_room_id AND v.person_id = 0
UNION ALL
SELECT v.id, v.at, v.actor_name, v.role, v.action, v.from_state, v.to_state, v.reason, v.person_id, v.kind, v.subject_id
FROM sitting s JOIN event v ON v.subject_id = s.id AND v.kind = 'sitting' AND v.person_id = s.person_id
WHERE s.exam_id = :exam_id AND s.batch_room_id = :batch_room_id
ORDER BY 2 DESC, 1 DESC LIMIT 200;

-- name: incident_insert :exec
INSERT INTO incident (person_id, id, exam_id, batch_room_id, body_id, region, sitting_id, seat, name, incident_kind, note,
	photo_file_id, created_by, actor_name, created_at)
VALUES (:person_id, :id, :exam_id, :batch_room_id, :body_id, :region, :sitting_id, :seat, :name, :incident_kind, :note,
	:photo_file_id, :created_by, :actor_name, :created_at);

-- name: incidents_of_room :many
SELECT person_id, id, sitting_id, seat, name, incident_kind, note, photo_file_id, actor_name, created_at
FROM incident WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id ORDER BY id;

-- name: board_incidents :many
-- param: lo int
-- param: hi int
SELECT sitting_id, batch_room_id, person_id FROM incident
WHERE exam_id = :exam_id AND batch_room_id >= :lo AND batch_room_id <= :hi ORDER BY id LIMIT 5000;

-- name: incident_find :one
SELECT person_id, id, batch_room_id, photo_file_id FROM incident
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND id = :id;

-- name: withdrawal_insert :exec
INSERT INTO withdrawal (id, exam_id, body_id, region, form_id, other_form_id, withdrawal_state, reason, n_sittings, asked_by,
	asked_name, asked_at, decided_by, decided_name, decided_at)
VALUES (:id, :exam_id, :body_id, :region, :form_id, :other_form_id, 'asked', :reason, :n_sittings, :asked_by, :asked_name,
	:asked_at, 0, '', 0);

-- name: withdrawals :many
SELECT id, form_id, other_form_id, withdrawal_state, reason, n_sittings, asked_by, asked_name, asked_at, decided_by,
	decided_name, decided_at
FROM withdrawal WHERE exam_id = :exam_id ORDER BY id DESC;

-- name: withdrawal_decide :exec
UPDATE withdrawal SET withdrawal_state = :withdrawal_state, n_sittings = :n_sittings, decided_by = :decided_by,
	decided_name = :decided_name, decided_at = :decided_at
WHERE id = :id AND exam_id = :exam_id AND withdrawal_state = 'asked';

-- name: withdraw_owner :one
-- Whose set the form is of: 0 an authority's.
SELECT s.body_id FROM paper_form f JOIN paper_set s ON s.id = f.paper_set_id WHERE f.id = :id;

-- name: withdraw_form_state :exec
UPDATE paper_form SET form_state = :form_state WHERE id = :id;

-- name: withdraw_sittings :many
-- Who sits a form.
SELECT person_id, id, state, epoch FROM sitting
WHERE exam_id = :exam_id AND form_id = :form_id AND state IN ('running', 'paused')
ORDER BY person_id, id;

-- name: withdraw_exams :many
-- Where the forms of a set may still be begun with.
SELECT id FROM exam WHERE paper_set_id = :paper_set_id AND state IN ('preparing', 'ready', 'running') ORDER BY id;

-- name: withdraw_asked :one
-- column: n int
SELECT COUNT(*) AS n FROM withdrawal WHERE exam_id = :exam_id AND form_id = :form_id AND withdrawal_state = 'asked';

-- name: withdraw_elsewhere :one
-- column: n int
SELECT COUNT(*) AS n FROM withdrawal WHERE form_id = :form_id AND id <> :id AND withdrawal_state IN ('asked', 'done');

-- name: withdraw_unform :exec
-- Who has not begun gets another form when he does.
UPDATE sitting SET form_id = 0 WHERE exam_id = :exam_id AND form_id = :form_id AND begun_at = 0
	AND state IN ('waiting', 'admitted');

-- name: withdraw_give :exec
-- Another form, from the beginning: the page in hand is no longer the newest, and the time runs anew.
-- param: from_form_id int
UPDATE sitting SET form_id = :form_id, epoch = epoch + 1, deadline_at = :deadline_at, n_answered = 0
WHERE person_id = :person_id AND id = :id AND form_id = :from_form_id;

-- name: withdraw_answers :many
-- What stands behind each item: the newest write.
SELECT a.item_no, a.response, a.seq FROM answer a
WHERE a.person_id = :person_id AND a.sitting_id = :sitting_id AND a.seq = (SELECT MAX(x.seq) FROM answer x
	WHERE x.person_id = a.person_id AND x.sitting_id = a.sitting_id AND x.item_no = a.item_no)
ORDER BY a.seq;

-- name: withdraw_answer :exec
INSERT INTO answer (person_id, sitting_id, seq, item_no, response, epoch, saved_at, spent_ms)
VALUES (:person_id, :sitting_id, :seq, :item_no, '', :epoch, :saved_at, 0);

-- name: board_progress :many
-- How many items everybody in a room who is writing has answered now.
-- column: n int
SELECT l.id, CAST(SUM(CASE WHEN a.response <> '' THEN 1 ELSE 0 END) AS BIGINT) AS n
FROM (SELECT s.person_id, s.id, w.item_no, MAX(w.seq) AS last_seq
	FROM sitting s JOIN answer w ON w.person_id = s.person_id AND w.sitting_id = s.id
	WHERE s.exam_id = :exam_id AND s.batch_room_id = :batch_room_id AND s.state IN ('running', 'paused')
	GROUP BY s.person_id, s.id, w.item_no) l
	JOIN answer a ON a.person_id = l.person_id AND a.sitting_id = l.id AND a.seq = l.last_seq
GROUP BY l.id ORDER BY l.id;

-- name: board_coming :many
-- column: duty text
-- Rooms in scope from a moment on, the next ones.
-- param: from_at int
SELECT k.exam_id, k.batch_room_id, k.room_state, k.starts_at, k.ends_at, k.place, e.title, e.state, r.name AS room_name,
	v.name AS venue_name, y.name AS body_name, '' AS duty
FROM exam_room k JOIN exam e ON e.id = k.exam_id JOIN batch_room q ON q.id = k.batch_room_id JOIN room r ON r.id = q.room_id
	JOIN venue v ON v.id = q.venue_id JOIN body y ON y.id = k.body_id
WHERE k.ends_at >= :from_at AND {scope k}
ORDER BY k.starts_at, k.batch_room_id LIMIT 200;
