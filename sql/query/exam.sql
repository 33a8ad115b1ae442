-- name: exam_insert :exec
INSERT INTO exam (id, batch_id, body_id, region, part, title, state, paper_set_id, duration_seconds, late_seconds,
	stay_seconds, layout, shuffle, seb_mode, seb_key, starts_at, ends_at, n_sittings, created_by, created_at,
	photo_mode, admit_mode, open_seconds, arranged_hash, seb_quit_cipher)
VALUES (:id, :batch_id, :body_id, :region, :part, :title, 'preparing', :paper_set_id, :duration_seconds, :late_seconds,
	:stay_seconds, :layout, :shuffle, :seb_mode, '', :starts_at, :ends_at, 0, :created_by, :created_at,
	:photo_mode, :admit_mode, :open_seconds, '', '');

-- name: exam_find :one
SELECT e.id, e.batch_id, e.body_id, e.region, e.part, e.title, e.state, e.paper_set_id, e.duration_seconds,
	e.late_seconds, e.stay_seconds, e.layout, e.shuffle, e.seb_mode, e.seb_key, e.starts_at, e.ends_at, e.n_sittings,
	e.created_by, e.created_at, e.photo_mode, e.admit_mode, e.open_seconds, e.arranged_hash, e.seb_quit_cipher,
	b.title AS batch_title, b.batch_no, b.state AS batch_state, b.arranged_hash AS batch_hash, y.name AS body_name
FROM exam e JOIN batch b ON b.id = e.batch_id JOIN body y ON y.id = e.body_id
WHERE e.id = :id AND {scope e};

-- name: exam_of_batch :one
SELECT id, state, title, starts_at FROM exam WHERE batch_id = :batch_id AND part = :part AND {scope};

-- name: exam_list :list
-- param: find text
-- param: from_at int
-- param: to_at int
-- filter: e.state = :state
-- filter: e.title LIKE :find
-- filter: e.starts_at >= :from_at
-- filter: e.starts_at < :to_at
-- sort: newest = e.id DESC
-- sort: start = e.starts_at, e.id
SELECT e.id, e.batch_id, e.title, e.state, e.starts_at, e.ends_at, e.duration_seconds, e.n_sittings, e.region,
	y.name AS body_name
FROM exam e JOIN body y ON y.id = e.body_id
WHERE {scope e} {filters}
{sort};

-- name: exam_update :exec
UPDATE exam SET title = :title, paper_set_id = :paper_set_id, duration_seconds = :duration_seconds,
	late_seconds = :late_seconds, stay_seconds = :stay_seconds, layout = :layout, shuffle = :shuffle,
	seb_mode = :seb_mode, photo_mode = :photo_mode, admit_mode = :admit_mode, open_seconds = :open_seconds
WHERE id = :id AND state IN ('preparing', 'ready') AND {scope};

-- name: exam_set_seating :exec
UPDATE exam SET arranged_hash = :arranged_hash, starts_at = :starts_at, ends_at = :ends_at, n_sittings = :n_sittings
WHERE id = :id;

-- name: exam_move :exec
UPDATE exam SET state = :state WHERE id = :id AND state = :from_state;

-- name: exam_lock :exec
-- Changes nothing; the row stays locked until the transaction ends.
UPDATE exam SET title = exam.title WHERE id = :id;

-- name: exam_due :many
-- Exams that the clock may have something to do for.
-- param: until_at int
SELECT id, state, batch_id, region, starts_at, ends_at, late_seconds, paper_set_id, arranged_hash FROM exam
WHERE state IN ('ready', 'running') AND starts_at <= :until_at
ORDER BY starts_at, id;

-- name: exam_room_put :exec
INSERT INTO exam_room (exam_id, batch_room_id, body_id, region, room_state, started_at, extra_seconds, entry_code,
	starts_at, ends_at, per_row)
VALUES (:exam_id, :batch_room_id, :body_id, :region, 'waiting', 0, 0, :entry_code, :starts_at, :ends_at, :per_row)
ON CONFLICT (exam_id, batch_room_id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at,
	per_row = excluded.per_row;

-- name: exam_room_remove :exec
DELETE FROM exam_room WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: exam_rooms :many
SELECT r.batch_room_id, r.room_state, r.started_at, r.extra_seconds, r.entry_code, r.starts_at, r.ends_at, r.per_row,
	m.name AS room_name, v.name AS venue_name, v.address, t.capacity
FROM exam_room r JOIN batch_room t ON t.id = r.batch_room_id JOIN room m ON m.id = t.room_id
	JOIN venue v ON v.id = t.venue_id
WHERE r.exam_id = :exam_id
ORDER BY r.starts_at, v.name, m.name, r.batch_room_id;

-- name: exam_room_find :one
SELECT r.exam_id, r.batch_room_id, r.body_id, r.region, r.room_state, r.started_at, r.extra_seconds, r.entry_code,
	r.starts_at, r.ends_at, r.per_row, e.title, e.state, m.name AS room_name, v.name AS venue_name, t.capacity
FROM exam_room r JOIN exam e ON e.id = r.exam_id JOIN batch_room t ON t.id = r.batch_room_id
	JOIN room m ON m.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE r.exam_id = :exam_id AND r.batch_room_id = :batch_room_id AND {scope r};

-- name: exam_room_move :exec
UPDATE exam_room SET room_state = :room_state, started_at = :started_at
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND room_state = :from_state;

-- name: exam_room_set_code :exec
UPDATE exam_room SET entry_code = :entry_code WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: exam_room_extend :exec
-- param: add_seconds int
UPDATE exam_room SET extra_seconds = exam_room.extra_seconds + :add_seconds
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: exam_rooms_due :many
SELECT batch_room_id FROM exam_room
WHERE exam_id = :exam_id AND room_state IN ('waiting', 'admitting') AND starts_at <= :starts_at ORDER BY batch_room_id;

-- name: exam_room_start :exec
-- By the clock.
UPDATE exam_room SET room_state = 'running', started_at = exam_room.starts_at
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND room_state IN ('waiting', 'admitting');

-- name: exam_rooms_close :exec
UPDATE exam_room SET room_state = 'closed' WHERE exam_id = :exam_id AND room_state <> 'closed';

-- name: exam_seats :many
-- Who should sit where: the arrangement of the batch.
SELECT p.person_id, p.enrolment_id, p.batch_room_id, p.seat, e.name, e.ticket_no
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
WHERE p.batch_id = :batch_id AND p.part = :part AND p.batch_room_id > 0
	AND e.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY p.batch_room_id, p.seat, p.enrolment_id;

-- name: exam_seat_claim :exec
INSERT INTO exam_seat (exam_id, batch_room_id, seat, found_person_id, sitting_id)
VALUES (:exam_id, :batch_room_id, :seat, :found_person_id, :sitting_id);

-- name: exam_seat_free :exec
DELETE FROM exam_seat WHERE exam_id = :exam_id AND sitting_id = :sitting_id;

-- name: exam_seats_clear :exec
DELETE FROM exam_seat WHERE exam_id = :exam_id;

-- name: exam_counts :many
-- column: n int
-- column: n_present int
SELECT batch_room_id, state, COUNT(*) AS n,
	CAST(SUM(CASE WHEN checked_in_at > 0 OR begun_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS n_present
FROM sitting WHERE exam_id = :exam_id GROUP BY batch_room_id, state
ORDER BY batch_room_id, state;

-- name: exam_paper_sets :many
-- What the body may sit with: sets of its own, and those of the authorities above it.
SELECT id, title, state, n_forms FROM paper_set
WHERE (body_id = :body_id OR (body_id = 0 AND region = substr((SELECT y.region FROM body y WHERE y.id = :body_id), 1, length(region)))) AND state IN ('approved', 'sealed', 'opened') ORDER BY id DESC LIMIT 200;

-- name: exam_paper_set :one
SELECT id, title, state, n_forms, opened_at FROM paper_set WHERE id = :id;

-- name: exam_paper_set_held :one
-- The same, kept as it is until the transaction ends.
SELECT s.title, s.state FROM paper_set s WHERE s.id = :id {share s};

-- name: exam_papers_open :many
-- The set's forms, once opened.
SELECT id, form_no FROM paper_form WHERE paper_set_id = :paper_set_id AND form_state = 'opened' ORDER BY form_no;

-- name: sittings_extend_room :exec
-- Those who have begun; the others get it from the room when they begin.
-- param: add_seconds int
UPDATE sitting SET deadline_at = sitting.deadline_at + :add_seconds
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND deadline_at > 0 AND state IN ('running', 'paused');

-- name: sittings_take_forms :exec
UPDATE sitting SET form_id = 0 WHERE exam_id = :exam_id AND begun_at = 0;

-- name: sittings_without_form :many
SELECT s.person_id, s.id, s.seat, r.per_row FROM sitting s
	JOIN exam_room r ON r.exam_id = s.exam_id AND r.batch_room_id = s.batch_room_id
WHERE s.exam_id = :exam_id AND s.form_id = 0 AND s.begun_at = 0 AND s.state IN ('waiting', 'admitted')
ORDER BY s.person_id, s.id;

-- name: sittings_of_exam :many
-- Everybody's sitting of an exam, for making them anew.
SELECT person_id, id, enrolment_id, batch_room_id, seat, ticket_no, state, form_id, checked_in_at FROM sitting
WHERE exam_id = :exam_id ORDER BY batch_room_id, seat, id;

-- name: exam_batches :many
-- Arranged, with a theory part, and no exam yet.
SELECT b.id, b.title FROM batch b
WHERE b.state IN ('arranged', 'testing') AND {scope b} AND b.id NOT IN (SELECT e.batch_id FROM exam e WHERE e.part = 1)
	AND EXISTS (SELECT 1 FROM batch_room t WHERE t.batch_id = b.id AND t.part = 1)
ORDER BY b.first_at DESC, b.id DESC LIMIT 200;
