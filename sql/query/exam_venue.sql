-- A venue without a line: rows that go out, rows that come in, and what came back.

-- name: venue_get_body :one
SELECT id, name, uscc, body_kind, body_code, region, contact, phone FROM body WHERE id = :id;

-- name: venue_put_body :exec
INSERT INTO body (id, name, uscc, body_kind, body_code, region, state, legal_person, address, contact, phone, website, filed_on,
	created_at)
VALUES (:id, :name, :uscc, :body_kind, :body_code, :region, 'filed', '', '', :contact, :phone, '', 0, :created_at);

-- name: venue_get_batch :one
SELECT id, body_id, region, batch_no, title, occupation_id, grade, parts, ruleset, contact, phone, first_at, last_at FROM batch
WHERE id = :id;

-- name: venue_put_batch :exec
INSERT INTO batch (id, body_id, region, batch_no, title, occupation_id, work_type_id, special_project_id, grade,
	standard_id, ruleset, ruleset_version, parts, state, enrol_from_on, enrol_to_on, quota, fee_fen, contact, phone,
	notice, first_at, last_at, seed, arranged_hash, result_version, publicity_from_on, publicity_to_on, n_enrolled,
	n_accepted, n_passed, n_certified, created_by, created_at, filed_at)
VALUES (:id, :body_id, :region, :batch_no, :title, :occupation_id, 0, 0, :grade, 0, :ruleset, '', :parts, 'arranged', 0, 0, 0, 0,
	:contact, :phone, '', :first_at, :last_at, '', 'venue', 0, 0, 0, 0, 0, 0, 0, 0, :created_at, 0);

-- name: venue_get_rooms :many
-- One row for a place: its venue, its room, its time in the batch, its part of the exam.
SELECT k.exam_id, k.batch_room_id, k.body_id, k.region, k.room_state, k.extra_seconds, k.entry_code, k.starts_at, k.ends_at,
	k.per_row, k.place, t.batch_id, t.part, t.room_id, t.venue_id, t.capacity, r.name AS room_name, r.seats,
	v.name AS venue_name, v.address, v.machine_key
FROM exam_room k JOIN batch_room t ON t.id = k.batch_room_id JOIN room r ON r.id = t.room_id JOIN venue v ON v.id = t.venue_id
WHERE k.exam_id = :exam_id ORDER BY k.batch_room_id;

-- name: venue_put_venue :exec
INSERT INTO venue (id, body_id, region, name, address, contact, phone, equipment, state)
VALUES (:id, :body_id, :region, :name, :address, '', '', '', 'active')
ON CONFLICT (id) DO NOTHING;

-- name: venue_put_place :exec
INSERT INTO room (id, venue_id, body_id, region, name, part, seats, per_row, state)
VALUES (:id, :venue_id, :body_id, :region, :name, :part, :seats, :per_row, 'active')
ON CONFLICT (id) DO NOTHING;

-- name: venue_put_slot :exec
INSERT INTO batch_room (id, batch_id, body_id, region, part, room_id, venue_id, starts_at, ends_at, capacity)
VALUES (:id, :batch_id, :body_id, :region, :part, :room_id, :venue_id, :starts_at, :ends_at, :capacity);

-- name: venue_put_room :exec
INSERT INTO exam_room (exam_id, batch_room_id, body_id, region, room_state, started_at, extra_seconds, entry_code,
	starts_at, ends_at, per_row)
VALUES (:exam_id, :batch_room_id, :body_id, :region, 'waiting', 0, :extra_seconds, :entry_code, :starts_at, :ends_at, :per_row);

-- name: venue_get_exam :one
SELECT id, batch_id, body_id, region, part, title, state, paper_set_id, duration_seconds, late_seconds, stay_seconds, layout,
	shuffle, seb_mode, seb_key, starts_at, ends_at, photo_mode, admit_mode, open_seconds
FROM exam WHERE id = :id AND {scope};

-- name: venue_put_exam :exec
INSERT INTO exam (id, batch_id, body_id, region, part, title, state, paper_set_id, duration_seconds, late_seconds,
	stay_seconds, layout, shuffle, seb_mode, seb_key, starts_at, ends_at, n_sittings, created_by, created_at,
	photo_mode, admit_mode, open_seconds, arranged_hash, seb_quit_cipher)
VALUES (:id, :batch_id, :body_id, :region, :part, :title, 'ready', :paper_set_id, :duration_seconds, :late_seconds,
	:stay_seconds, :layout, :shuffle, :seb_mode, :seb_key, :starts_at, :ends_at, :n_sittings, 0, :created_at,
	:photo_mode, :admit_mode, :open_seconds, 'venue', '');

-- name: venue_put_set :exec
INSERT INTO paper_set (id, bank_id, blueprint_id, body_id, region, title, state, seed, n_forms, open_from_at, open_to_at, opened_at,
	created_by, created_at)
VALUES (:id, 0, 0, :body_id, :region, :title, 'sealed', '', :n_forms, :open_from_at, :open_to_at, 0, 0, :created_at);

-- name: venue_open_set :exec
UPDATE paper_set SET state = 'opened', opened_at = :opened_at WHERE id = :id;

-- name: venue_get_proctors :many
SELECT t.batch_room_id, t.duty, t.starts_at, t.ends_at, s.id, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_id = :batch_id AND t.part = :part AND t.duty IN ('proctor', 'supervisor') ORDER BY t.batch_room_id, t.id;

-- name: venue_put_staff :exec
INSERT INTO staff (id, body_id, region, name, idno_cipher, idno_index, idno_mask, phone_cipher, phone_index, phone_mask,
	employer, duties, account_id, state)
VALUES (:id, :body_id, :region, :name, '', :idno_index, '', '', '', '', '', 1, :account_id, 'active')
ON CONFLICT (id) DO NOTHING;

-- name: venue_put_duty :exec
INSERT INTO batch_staff (id, batch_id, body_id, region, batch_room_id, part, staff_id, idno_index, duty, starts_at, ends_at)
VALUES (:id, :batch_id, :body_id, :region, :batch_room_id, :part, :staff_id, :idno_index, :duty, :starts_at, :ends_at);

-- name: venue_get_people :many
-- What the door needs to know of everybody in a room, and no more.
SELECT s.person_id, s.id, s.batch_room_id, s.enrolment_id, s.seat, s.ticket_no, s.name, s.form_id, s.order_seed, s.state,
	s.checked_in_at, s.extra_seconds, p.idno_cipher, p.id_type, e.photo_file_id
FROM sitting s JOIN person p ON p.person_id = s.person_id
	LEFT JOIN enrolment e ON e.person_id = s.person_id AND e.id = s.enrolment_id
WHERE s.exam_id = :exam_id AND s.batch_room_id = :batch_room_id ORDER BY s.seat, s.id;

-- name: venue_put_person :exec
INSERT INTO person (person_id, name, sex, birth_on, id_type, idno_cipher, idno_index, idno_mask, phone_cipher, phone_mask, nation,
	education, employer, address_cipher, region, photo_file_id, created_at)
VALUES (:person_id, :name, '9', 0, :id_type, :idno_cipher, '', '', '', '', '', '', '', '', :region, :photo_file_id, :created_at);

-- name: venue_put_sitting :exec
INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, region, enrolment_id, batch_room_id, seat, ticket_no, name,
	form_id, order_seed, state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq, n_answered, seen_at,
	device, photo_file_id, ended_at, ended_why, answers_hash, receipt, score_centi, score_version,
	checked_in_at, seb_waiver, receipt_code)
VALUES (:person_id, :id, :exam_id, :batch_id, :body_id, :region, :enrolment_id, :batch_room_id, :seat, :ticket_no, :name,
	:form_id, :order_seed, 'waiting', 0, 0, 0, :extra_seconds, 0, 0, 0, 0, '', 0, 0, '', '', '', 0, 0, 0, '', '');

-- name: venue_form_hash :exec
-- The hash of the whole form, with its keys, which stays where the exam is scored.
UPDATE paper_form SET content_hash = :content_hash WHERE id = :id;

-- name: venue_room_place :exec
-- param: from_place text
UPDATE exam_room SET place = :place WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id AND place = :from_place;

-- name: venue_pack_insert :exec
INSERT INTO venue_pack (id, exam_id, body_id, region, rooms, verify_key, return_cipher, start_cipher, pack_hash, n_sittings, told_by,
	told_at, created_by, actor_name, created_at)
VALUES (:id, :exam_id, :body_id, :region, :rooms, :verify_key, :return_cipher, :start_cipher, :pack_hash, :n_sittings, 0, 0,
	:created_by, :actor_name, :created_at);

-- name: venue_pack_find :one
SELECT id, exam_id, body_id, region, rooms, verify_key, return_cipher, start_cipher, pack_hash, n_sittings, told_by, told_at
FROM venue_pack WHERE id = :id AND {scope};

-- name: venue_packs :many
SELECT id, exam_id, rooms, n_sittings, told_by, told_at, actor_name, created_at FROM venue_pack WHERE exam_id = :exam_id
ORDER BY id DESC;

-- name: venue_told :exec
UPDATE venue_pack SET told_by = :told_by, told_at = :told_at WHERE id = :id;

-- name: venue_here_insert :exec
INSERT INTO venue_here (id, exam_id, title, secret_cipher, forms_cipher, opens_at, opened_at, created_at)
VALUES (:id, :exam_id, :title, :secret_cipher, :forms_cipher, :opens_at, 0, :created_at);

-- name: venue_here_all :many
SELECT id, exam_id, title, secret_cipher, forms_cipher, opens_at, opened_at FROM venue_here ORDER BY id;

-- name: venue_here_opened :exec
UPDATE venue_here SET opened_at = :opened_at WHERE id = :id;

-- name: venue_back_sittings :many
-- Everything that a sitting has become, to go back.
SELECT person_id, id, batch_room_id, seat, form_id, state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq,
	n_answered, seen_at, device, photo_file_id, ended_at, ended_why, answers_hash, receipt, checked_in_at, seb_waiver,
	receipt_code
FROM sitting WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id ORDER BY seat, id;

-- name: venue_back_sitting :one
SELECT person_id, id, batch_room_id, seat, form_id, state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq,
	n_answered, seen_at, device, photo_file_id, ended_at, ended_why, answers_hash, receipt, checked_in_at, seb_waiver,
	receipt_code
FROM sitting WHERE person_id = :person_id AND id = :id;

-- name: venue_answers :many
SELECT seq, item_no, response, epoch, saved_at, spent_ms FROM answer
WHERE person_id = :person_id AND sitting_id = :sitting_id ORDER BY seq;

-- name: venue_events :many
SELECT id, at, actor_name, role, action, from_state, to_state, reason FROM event
WHERE person_id = :person_id AND subject_id = :subject_id AND kind = :kind ORDER BY at, id;

-- name: venue_put_event :exec
INSERT INTO event (person_id, id, kind, subject_id, at, account_id, actor_name, role, action, from_state, to_state, reason)
VALUES (:person_id, :id, :kind, :subject_id, :at, 0, :actor_name, :role, :action, :from_state, :to_state, :reason)
ON CONFLICT (person_id, id) DO NOTHING;

-- name: venue_room_row :one
SELECT exam_id, batch_room_id, body_id, region, room_state, started_at, extra_seconds, counted_in, counted_out, place FROM exam_room
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: venue_room_back :exec
UPDATE exam_room SET room_state = 'closed', started_at = :started_at, extra_seconds = :extra_seconds, counted_in = :counted_in,
	counted_out = :counted_out, place = 'returned'
WHERE exam_id = :exam_id AND batch_room_id = :batch_room_id;

-- name: venue_sitting_hold :exec
-- Changes nothing; the row stays locked until the transaction ends.
UPDATE sitting SET seat = sitting.seat WHERE person_id = :person_id AND id = :id;

-- name: venue_seat_back :exec
-- People may have changed places there; the sittings say who sat where.
INSERT INTO exam_seat (exam_id, batch_room_id, seat, found_person_id, sitting_id)
VALUES (:exam_id, :batch_room_id, :seat, :found_person_id, :sitting_id)
ON CONFLICT (exam_id, batch_room_id, seat) DO NOTHING;

-- name: venue_sitting_here :one
SELECT exam_id, batch_room_id, state, checked_in_at, begun_at, last_seq, n_answered, body_id, region FROM sitting
WHERE person_id = :person_id AND id = :id;

-- name: venue_sitting_back :exec
UPDATE sitting SET batch_room_id = :batch_room_id, seat = :seat, form_id = :form_id, state = :state, epoch = :epoch,
	begun_at = :begun_at, deadline_at = :deadline_at, extra_seconds = :extra_seconds, paused_at = :paused_at,
	last_seq = :last_seq, n_answered = :n_answered, seen_at = :seen_at, device = :device, photo_file_id = :photo_file_id,
	ended_at = :ended_at, ended_why = :ended_why, answers_hash = :answers_hash, receipt = :receipt,
	checked_in_at = :checked_in_at, seb_waiver = :seb_waiver, receipt_code = :receipt_code
WHERE person_id = :person_id AND id = :id;

-- name: venue_answers_drop :exec
DELETE FROM answer WHERE person_id = :person_id AND sitting_id = :sitting_id;

-- name: venue_answer_back :exec
INSERT INTO answer (person_id, sitting_id, seq, item_no, response, epoch, saved_at, spent_ms)
VALUES (:person_id, :sitting_id, :seq, :item_no, :response, :epoch, :saved_at, :spent_ms);

-- name: venue_return_find :one
SELECT room_hash, n_sittings, n_answers, n_conflicts, created_at, actor_name FROM venue_return
WHERE pack_id = :pack_id AND batch_room_id = :batch_room_id;

-- name: venue_returns :many
SELECT pack_id, batch_room_id, n_sittings, n_answers, n_conflicts, actor_name, created_at FROM venue_return
WHERE exam_id = :exam_id ORDER BY batch_room_id;

-- name: venue_return_insert :exec
INSERT INTO venue_return (pack_id, batch_room_id, exam_id, body_id, region, room_hash, n_sittings, n_answers, n_conflicts, created_by,
	actor_name, created_at)
VALUES (:pack_id, :batch_room_id, :exam_id, :body_id, :region, :room_hash, :n_sittings, :n_answers, :n_conflicts, :created_by,
	:actor_name, :created_at);

-- name: venue_conflict_insert :exec
INSERT INTO venue_conflict (person_id, id, pack_id, exam_id, batch_room_id, body_id, region, record_cipher, here_cipher, here_state, here_answers,
	venue_state, venue_answers, conflict_state, reason, decided_by, decided_name, decided_at)
VALUES (:person_id, :id, :pack_id, :exam_id, :batch_room_id, :body_id, :region, :record_cipher, '', :here_state, :here_answers,
	:venue_state, :venue_answers, 'open', '', 0, '', 0);

-- name: venue_conflicts :many
SELECT c.person_id, c.id, c.batch_room_id, c.here_state, c.here_answers, c.venue_state, c.venue_answers, c.conflict_state,
	c.reason, c.decided_name, c.decided_at, s.name, s.seat
FROM venue_conflict c JOIN sitting s ON s.person_id = c.person_id AND s.id = c.id
WHERE c.exam_id = :exam_id ORDER BY c.id;

-- name: venue_conflict_find :one
SELECT person_id, id, pack_id, exam_id, batch_room_id, record_cipher, conflict_state FROM venue_conflict
WHERE person_id = :person_id AND id = :id AND exam_id = :exam_id AND {scope};

-- name: venue_conflict_settle :exec
UPDATE venue_conflict SET conflict_state = :conflict_state, here_cipher = :here_cipher, reason = :reason, decided_by = :decided_by,
	decided_name = :decided_name, decided_at = :decided_at
WHERE person_id = :person_id AND id = :id AND conflict_state = 'open';

-- name: venue_signer_key :exec
INSERT INTO signer_key (key_id, key_use, public_key, created_at) VALUES (:key_id, :key_use, :public_key, :created_at)
ON CONFLICT (key_id) DO NOTHING;

-- name: venue_signer_keys :many
SELECT key_id, key_use, public_key FROM signer_key WHERE key_use = :key_use ORDER BY key_id;

-- name: venue_away :one
-- column: n int
SELECT COUNT(*) AS n FROM exam_room WHERE exam_id = :exam_id AND place = 'venue';
