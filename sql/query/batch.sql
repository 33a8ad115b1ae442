-- name: batch_insert :exec
INSERT INTO batch (id, body_id, region, batch_no, title, occupation_id, work_type_id, special_project_id, grade,
	standard_id, ruleset, ruleset_version, parts, state, enrol_from_on, enrol_to_on, quota, fee_fen, contact, phone,
	notice, first_at, last_at, seed, arranged_hash, result_version, publicity_from_on, publicity_to_on, n_enrolled,
	n_accepted, n_passed, n_certified, created_by, created_at, filed_at)
VALUES (:id, :body_id, :region, :batch_no, :title, :occupation_id, :work_type_id, :special_project_id, :grade,
	:standard_id, :ruleset, :ruleset_version, :parts, 'draft', :enrol_from_on, :enrol_to_on, :quota, :fee_fen, :contact,
	:phone, :notice, 0, 0, '', '', 0, 0, 0, 0, 0, 0, 0, :created_by, :created_at, 0);

-- name: batch_update :exec
UPDATE batch SET title = :title, occupation_id = :occupation_id, work_type_id = :work_type_id,
	special_project_id = :special_project_id, grade = :grade, standard_id = :standard_id, ruleset = :ruleset,
	ruleset_version = :ruleset_version, parts = :parts, enrol_from_on = :enrol_from_on, enrol_to_on = :enrol_to_on,
	quota = :quota, fee_fen = :fee_fen, contact = :contact, phone = :phone, notice = :notice
WHERE id = :id AND {scope};

-- name: batch_lock_plan :exec
-- Changes nothing; the row stays locked, and in this state, until the transaction ends.
UPDATE batch SET notice = batch.notice WHERE id = :id AND state IN ('draft', 'returned', 'postponed') AND {scope};

-- name: batch_lock :exec
UPDATE batch SET notice = batch.notice WHERE id = :id AND {scope};

-- name: batch_find :one
-- column: work_type_name text
-- column: project_name text
SELECT b.id, b.body_id, b.region, b.batch_no, b.title, b.occupation_id, b.work_type_id, b.special_project_id, b.grade,
	b.standard_id, b.ruleset, b.ruleset_version, b.parts, b.state, b.enrol_from_on, b.enrol_to_on, b.quota, b.fee_fen,
	b.contact, b.phone, b.notice, b.first_at, b.last_at, b.seed, b.arranged_hash, b.result_version,
	b.publicity_from_on, b.publicity_to_on, b.n_enrolled, b.n_accepted, b.n_passed, b.n_certified, b.created_by,
	b.created_at, b.filed_at,
	o.name AS occupation_name, o.code AS occupation_code, COALESCE(w.name, '') AS work_type_name,
	COALESCE(p.name, '') AS project_name, y.name AS body_name, y.body_code, y.body_kind, y.state AS body_state
FROM batch b JOIN occupation o ON o.id = b.occupation_id JOIN body y ON y.id = b.body_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
	LEFT JOIN special_project p ON p.id = b.special_project_id
WHERE b.id = :id AND {scope b};

-- name: batch_list :list
-- column: work_type_name text
-- param: region_end text
-- param: find text
-- param: from_at int
-- param: to_at int
-- filter: b.state = :state
-- filter: b.grade = :grade
-- filter: b.occupation_id = :occupation_id
-- filter: b.body_id = :body_id
-- filter: b.region >= :region AND b.region < :region_end
-- filter: b.title LIKE :find
-- filter: b.first_at >= :from_at
-- filter: b.first_at < :to_at
-- sort: newest = b.id DESC
-- sort: exam = b.first_at, b.id
-- sort: title = b.title, b.id
-- sort: filed = b.filed_at, b.id
SELECT b.id, b.batch_no, b.title, b.body_id, b.region, b.grade, b.parts, b.state, b.enrol_from_on, b.enrol_to_on, b.quota,
	b.first_at, b.last_at, b.filed_at, b.n_enrolled, b.n_accepted, b.n_passed, b.n_certified, b.publicity_to_on,
	o.name AS occupation_name, o.code AS occupation_code, COALESCE(w.name, '') AS work_type_name, y.name AS body_name
FROM batch b JOIN occupation o ON o.id = b.occupation_id JOIN body y ON y.id = b.body_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
WHERE {scope b} {filters}
ORDER BY {sort};

-- name: batch_announced_list :list
-- What anybody may read of filed plans: domain of the public announcement.
-- column: work_type_name text
-- column: project_name text
-- param: region_end text
-- filter: b.state = :state
-- filter: b.grade = :grade
-- filter: b.occupation_id = :occupation_id
-- filter: b.body_id = :body_id
-- filter: b.region >= :region AND b.region < :region_end
-- sort: newest = b.id DESC
-- sort: exam = b.first_at, b.id
SELECT b.id, b.batch_no, b.title, b.body_id, b.region, b.grade, b.parts, b.state, b.enrol_from_on, b.enrol_to_on, b.quota,
	b.n_enrolled, b.fee_fen, b.first_at, b.last_at, b.contact, b.phone, o.name AS occupation_name,
	o.code AS occupation_code, COALESCE(w.name, '') AS work_type_name, COALESCE(p.name, '') AS project_name,
	y.name AS body_name, y.body_code, y.body_kind
FROM batch b JOIN occupation o ON o.id = b.occupation_id JOIN body y ON y.id = b.body_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
	LEFT JOIN special_project p ON p.id = b.special_project_id
WHERE b.state NOT IN ('draft', 'filed', 'returned', 'postponed', 'cancelled', 'held') {filters}
ORDER BY {sort};

-- name: batch_move :exec
-- param: from_state text
UPDATE batch SET state = :state WHERE id = :id AND state = :from_state;

-- name: batch_set_filed :exec
UPDATE batch SET filed_at = :filed_at WHERE id = :id;

-- name: batch_set_times :exec
UPDATE batch SET first_at = :first_at, last_at = :last_at WHERE id = :id;

-- name: batch_set_arranged :exec
UPDATE batch SET seed = :seed, arranged_hash = :arranged_hash WHERE id = :id;

-- name: batch_set_frozen :exec
UPDATE batch SET result_version = :result_version, publicity_from_on = :publicity_from_on,
	publicity_to_on = :publicity_to_on
WHERE id = :id;

-- name: batch_count_enrolled :exec
-- param: more int
UPDATE batch SET n_enrolled = batch.n_enrolled + :more WHERE id = :id;

-- name: batch_count_accepted :exec
-- Nobody comes or goes once the seats are given out.
-- param: more int
UPDATE batch SET n_accepted = batch.n_accepted + :more WHERE id = :id AND state IN ('enrolling', 'closed');

-- name: batch_set_passed :exec
UPDATE batch SET n_passed = :n_passed WHERE id = :id;

-- name: batch_count_certified :exec
-- param: more int
UPDATE batch SET n_certified = batch.n_certified + :more WHERE id = :id;

-- name: batch_to_cancel :many
-- Announced and not yet examined, of bodies that will never be filed again.
SELECT b.id FROM batch b JOIN body y ON y.id = b.body_id
WHERE b.state IN ('announced', 'enrolling', 'closed', 'arranged') AND y.state IN ('withdrawn', 'removed', 'blacklisted')
ORDER BY b.id;

-- name: batch_to_cancel_item :many
-- The same of batches whose item of the body's scope was ended.
SELECT b.id FROM batch b JOIN body_scope s ON s.body_id = b.body_id AND s.occupation_id = b.occupation_id
	AND s.special_project_id = b.special_project_id AND s.grade = b.grade
	AND (s.work_type_id = b.work_type_id OR s.work_type_id = 0)
WHERE b.state IN ('announced', 'enrolling', 'closed', 'arranged')
GROUP BY b.id HAVING MIN(s.state) = 'ended' AND MAX(s.state) = 'ended'
ORDER BY b.id;

-- name: batch_to_open :many
-- param: today int
SELECT id FROM batch WHERE state = 'announced' AND enrol_from_on <= :today ORDER BY id;

-- name: batch_to_close :many
-- param: today int
SELECT id FROM batch WHERE state = 'enrolling' AND enrol_to_on < :today ORDER BY id;

-- name: batch_to_start :many
-- param: now int
SELECT id FROM batch WHERE state = 'arranged' AND first_at <= :now ORDER BY id;

-- name: batch_to_finish :many
-- param: now int
SELECT id FROM batch WHERE state = 'testing' AND last_at <= :now ORDER BY id;

-- name: body_back_since :one
-- That a body's suspension ended then or later.
-- param: since int
SELECT e.at FROM event e WHERE e.person_id = 0 AND e.kind = 'body' AND e.subject_id = :body_id
	AND e.from_state = 'suspended' AND e.at >= :since LIMIT 1;

-- name: batch_held_from :one
-- The state a held batch was in, and since when it is held, from its last event.
SELECT from_state, at FROM event WHERE subject_id = :subject_id AND kind = 'batch' AND to_state = 'held'
ORDER BY id DESC LIMIT 1;

-- Rooms

-- name: batch_room_insert :exec
INSERT INTO batch_room (id, batch_id, body_id, region, part, room_id, venue_id, starts_at, ends_at, capacity)
VALUES (:id, :batch_id, :body_id, :region, :part, :room_id, :venue_id, :starts_at, :ends_at, :capacity);

-- name: batch_room_delete :exec
DELETE FROM batch_room WHERE id = :id AND batch_id = :batch_id;

-- name: batch_staff_delete_of_room :exec
DELETE FROM batch_staff WHERE batch_room_id = :batch_room_id AND batch_id = :batch_id;

-- name: batch_room_find :one
SELECT id, batch_id, body_id, region, part, room_id, venue_id, starts_at, ends_at, capacity FROM batch_room
WHERE id = :id AND {scope};

-- name: batch_rooms :many
SELECT t.id, t.part, t.room_id, t.venue_id, t.starts_at, t.ends_at, t.capacity, r.name AS room_name, r.per_row,
	v.name AS venue_name, v.address
FROM batch_room t JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE t.batch_id = :batch_id
ORDER BY t.part, t.starts_at, v.name, r.name, t.id;

-- name: batch_room_clashes :many
-- Other plans that hold the room in the time asked for.
SELECT t.batch_id, b.title, t.starts_at, t.ends_at
FROM batch_room t JOIN batch b ON b.id = t.batch_id
WHERE t.room_id = :room_id AND t.starts_at < :ends_at AND t.ends_at > :starts_at AND t.batch_id <> :batch_id
	AND b.state NOT IN ('draft', 'returned', 'postponed', 'cancelled')
ORDER BY t.starts_at, t.id;

-- Staff of a batch

-- name: batch_staff_insert :exec
INSERT INTO batch_staff (id, batch_id, body_id, region, batch_room_id, part, staff_id, idno_index, duty, starts_at,
	ends_at)
VALUES (:id, :batch_id, :body_id, :region, :batch_room_id, :part, :staff_id, :idno_index, :duty, :starts_at, :ends_at);

-- name: batch_staff_delete :exec
DELETE FROM batch_staff WHERE id = :id AND batch_id = :batch_id;

-- name: batch_staff :many
SELECT t.id, t.batch_room_id, t.part, t.staff_id, t.idno_index, t.duty, t.starts_at, t.ends_at, s.name, s.employer,
	s.account_id, s.phone_index
FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_id = :batch_id
ORDER BY t.part, t.batch_room_id, t.duty, s.name, t.id;

-- name: batch_staff_clashes :many
-- Where else this person is on duty in the time asked for, in any body.
SELECT t.batch_id, t.batch_room_id, b.title, t.starts_at, t.ends_at
FROM batch_staff t JOIN batch b ON b.id = t.batch_id
WHERE t.idno_index = :idno_index AND t.starts_at < :ends_at AND t.ends_at > :starts_at
	AND t.batch_room_id <> :batch_room_id AND b.state NOT IN ('returned', 'postponed', 'cancelled')
	AND (b.state <> 'draft' OR t.batch_id = :batch_id)
ORDER BY t.starts_at, t.id;

-- name: batch_running :many
-- One of the body's batches that is under way, if there is any.
SELECT id, title FROM batch
WHERE body_id = :body_id AND state NOT IN ('draft', 'returned', 'cancelled', 'certified', 'archived')
ORDER BY id LIMIT 1;

-- name: batch_rooms_closed :many
-- Rooms of a plan that were closed since.
SELECT t.id, r.name AS room_name, v.name AS venue_name
FROM batch_room t JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE t.batch_id = :batch_id AND (r.state <> 'active' OR v.state <> 'active')
ORDER BY t.id;

-- name: batch_staff_left :many
-- People of a plan who left since.
SELECT t.id, t.staff_id, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_id = :batch_id AND s.state <> 'active'
ORDER BY s.name, t.id;

-- name: batch_after :many
-- The body's batches from a time on, next first: for the rule on consecutive duty.
-- param: from_at int
-- param: most int
SELECT id FROM batch
WHERE body_id = :body_id AND first_at >= :from_at AND id <> :id
	AND state NOT IN ('draft', 'returned', 'postponed', 'cancelled')
ORDER BY first_at, id LIMIT :most;

-- name: batch_before :many
-- The body's batches before a time, latest first: for the rule on consecutive duty.
-- param: before_at int
-- param: most int
SELECT id FROM batch
WHERE body_id = :body_id AND first_at > 0 AND first_at < :before_at AND id <> :id
	AND state NOT IN ('draft', 'returned', 'postponed', 'cancelled')
ORDER BY first_at DESC, id DESC LIMIT :most;

-- name: batch_staff_on :many
-- Was this person an examiner of the batch?
SELECT id FROM batch_staff WHERE batch_id = :batch_id AND idno_index = :idno_index AND duty IN ('examiner', 'leader')
ORDER BY id;

-- name: batch_rooms_of_day :many
-- Today's board: every sitting that touches the time span.
-- param: from_at int
-- param: to_at int
SELECT t.id, t.batch_id, t.part, t.starts_at, t.ends_at, t.capacity, t.region, b.title, b.state, b.grade, b.n_accepted,
	r.name AS room_name, v.name AS venue_name, y.name AS body_name
FROM batch_room t JOIN batch b ON b.id = t.batch_id JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
	JOIN body y ON y.id = t.body_id
WHERE t.starts_at < :to_at AND t.ends_at > :from_at AND {scope t}
	AND b.state NOT IN ('draft', 'filed', 'returned', 'postponed', 'cancelled')
ORDER BY t.starts_at, t.region, t.batch_id, t.id;

-- name: batch_seated_of_day :many
-- How many sit in each of those rooms.
-- param: from_at int
-- param: to_at int
-- column: n int
SELECT p.batch_room_id, COUNT(*) AS n
FROM enrolment_part p JOIN enrolment e ON e.person_id = p.person_id AND e.id = p.enrolment_id
	JOIN batch_room t ON t.id = p.batch_room_id
WHERE t.starts_at < :to_at AND t.ends_at > :from_at AND {scope t}
	AND e.state IN ('accepted', 'passed', 'failed', 'certified')
GROUP BY p.batch_room_id
ORDER BY p.batch_room_id;

-- name: batch_calendar :many
-- Batches by the time of their sittings, for the month on the board.
-- param: from_at int
-- param: to_at int
SELECT t.batch_id, t.starts_at, t.region, b.title, b.state, b.n_accepted
FROM batch_room t JOIN batch b ON b.id = t.batch_id
WHERE t.starts_at < :to_at AND t.starts_at >= :from_at AND {scope t}
	AND b.state NOT IN ('draft', 'filed', 'returned', 'postponed', 'cancelled')
ORDER BY t.starts_at, t.batch_id, t.id
LIMIT 5000;

-- The public

-- name: batch_announced_find :one
-- A plan that was acknowledged, whatever became of it; what the public announcement says and no more.
-- column: work_type_name text
-- column: project_name text
-- column: standard_title text
SELECT b.id, b.body_id, b.region, b.batch_no, b.title, b.occupation_id, b.grade, b.parts, b.state, b.enrol_from_on,
	b.enrol_to_on, b.quota, b.n_enrolled, b.fee_fen, b.contact, b.phone, b.notice, b.first_at, b.last_at,
	o.name AS occupation_name, o.code AS occupation_code, COALESCE(w.name, '') AS work_type_name,
	COALESCE(p.name, '') AS project_name, y.name AS body_name, y.body_code, y.body_kind, COALESCE(s.title, '') AS standard_title
FROM batch b JOIN occupation o ON o.id = b.occupation_id JOIN body y ON y.id = b.body_id
	LEFT JOIN work_type w ON w.id = b.work_type_id
	LEFT JOIN special_project p ON p.id = b.special_project_id
	LEFT JOIN standard s ON s.id = b.standard_id
WHERE b.id = :id AND b.state NOT IN ('draft', 'returned');

-- name: batch_was_announced :many
SELECT id FROM event WHERE subject_id = :subject_id AND kind = 'batch' AND to_state = 'announced' ORDER BY id LIMIT 1;
