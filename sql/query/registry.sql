-- Bodies

-- name: body_insert :exec
INSERT INTO body (id, name, uscc, body_kind, body_code, region, state, legal_person, address, contact, phone, website,
	filed_on, created_at)
VALUES (:id, :name, :uscc, :body_kind, '', :region, 'registered', :legal_person, :address, :contact, :phone, :website,
	0, :created_at);

-- name: body_uscc_insert :exec
INSERT INTO body_uscc (uscc, body_id) VALUES (:uscc, :body_id);

-- name: body_code_insert :exec
INSERT INTO body_code (body_code, body_id) VALUES (:body_code, :body_id);

-- name: body_by_code :one
SELECT body_id FROM body_code WHERE body_code = :body_code;

-- name: body_by_uscc :one
SELECT body_id FROM body_uscc WHERE uscc = :uscc;

-- name: body_serial_next :one
INSERT INTO body_serial (prefix, last) VALUES (:prefix, 1)
ON CONFLICT (prefix) DO UPDATE SET last = body_serial.last + 1
RETURNING last;

-- name: body_find :one
-- A body in the actor's own scope: the authority's region, or the body itself (own_id).
-- param: own_id int
-- param: scope_lo text
-- param: scope_hi text
SELECT id, name, uscc, body_kind, body_code, region, state, legal_person, address, contact, phone, website, filed_on,
	created_at
FROM body
WHERE id = :id AND region >= :scope_lo AND region < :scope_hi AND (:own_id = 0 OR id = :own_id);

-- name: body_public_find :one
-- What the register shows of a body; public by 人社鉴〔2019〕3号.
SELECT id, name, uscc, body_kind, body_code, region, state, address, contact, phone, website, filed_on
FROM body
WHERE id = :id AND body_code <> '';

-- name: body_list :list
-- param: region_end text
-- param: own_id int
-- param: find text
-- param: scope_lo text
-- param: scope_hi text
-- filter: b.state = :state
-- filter: b.body_kind = :body_kind
-- filter: b.region >= :region AND b.region < :region_end
-- filter: b.name LIKE :find
-- filter: b.id = :own_id
-- sort: newest = b.id DESC
-- sort: name = b.name, b.id
-- sort: region = b.region, b.id
SELECT b.id, b.name, b.uscc, b.body_kind, b.body_code, b.region, b.state, b.contact, b.phone, b.filed_on, b.created_at,
	r.name AS region_name
FROM body b JOIN region r ON r.code = b.region
WHERE b.region >= :scope_lo AND b.region < :scope_hi {filters}
ORDER BY {sort};

-- name: body_register_list :list
-- The public register.
-- param: region_end text
-- param: find text
-- filter: b.body_kind = :body_kind
-- filter: b.region >= :region AND b.region < :region_end
-- filter: b.name LIKE :find
-- filter: b.state = :state
-- filter: b.id IN (SELECT s.body_id FROM body_scope s WHERE s.occupation_id = :occupation_id AND s.state = 'valid')
-- sort: name = b.name, b.id
-- sort: newest = b.filed_on DESC, b.id DESC
-- sort: code = b.body_code
SELECT b.id, b.name, b.body_kind, b.body_code, b.region, b.state, b.address, b.contact, b.phone, b.filed_on,
	r.name AS region_name
FROM body b JOIN region r ON r.code = b.region
WHERE b.body_code <> '' {filters}
ORDER BY {sort};

-- name: body_move :exec
-- param: from_state text
UPDATE body SET state = :state WHERE id = :id AND state = :from_state;

-- name: body_effect :exec
UPDATE body SET body_code = :body_code, filed_on = :filed_on, state = :state WHERE id = :id;

-- name: body_update :exec
UPDATE body SET legal_person = :legal_person, address = :address, contact = :contact, phone = :phone, website = :website
WHERE id = :id;

-- name: body_rename :exec
UPDATE body SET name = :name WHERE id = :id;

-- Filings

-- name: filing_insert :exec
INSERT INTO filing (id, body_id, region, filing_kind, state, note, change_text, mend, publicity_from_on, publicity_to_on,
	created_by, created_at, submitted_at, decided_at)
VALUES (:id, :body_id, :region, :filing_kind, 'draft', :note, :change_text, '', 0, 0, :created_by, :created_at, 0, 0);

-- name: filing_find :one
SELECT f.id, f.body_id, f.region, f.filing_kind, f.state, f.note, f.change_text, f.mend, f.publicity_from_on,
	f.publicity_to_on, f.created_at, f.submitted_at, f.decided_at,
	b.name AS body_name, b.body_kind, b.uscc, b.body_code, b.state AS body_state
FROM filing f JOIN body b ON b.id = f.body_id
WHERE f.id = :id AND {scope f};

-- name: filing_list :list
-- filter: f.state = :state
-- filter: f.filing_kind = :filing_kind
-- filter: f.body_id = :body_id
-- sort: newest = f.id DESC
-- sort: oldest = f.id
-- sort: submitted = f.submitted_at, f.id
SELECT f.id, f.body_id, f.region, f.filing_kind, f.state, f.submitted_at, f.decided_at, f.created_at,
	b.name AS body_name, b.body_kind, r.name AS region_name
FROM filing f JOIN body b ON b.id = f.body_id JOIN region r ON r.code = f.region
WHERE {scope f} {filters}
ORDER BY {sort};

-- name: filing_open_of_body :many
SELECT id, filing_kind, state FROM filing
WHERE body_id = :body_id AND state NOT IN ('filed', 'refused', 'withdrawn')
ORDER BY id;

-- name: body_lock :exec
-- Changes nothing; whoever else asks waits until the transaction ends.
UPDATE body SET website = body.website WHERE id = :id;

-- name: filing_lock_open :exec
-- Changes nothing; the row stays locked, and open, until the transaction ends.
UPDATE filing SET note = filing.note WHERE id = :id AND state IN ('draft', 'returned') AND {scope};

-- name: filing_lock :exec
-- The same in any state: findings and steps wait for each other.
UPDATE filing SET note = filing.note WHERE id = :id AND {scope};

-- name: filing_move :exec
-- param: from_state text
UPDATE filing SET state = :state WHERE id = :id AND state = :from_state;

-- name: filing_set_submitted :exec
UPDATE filing SET submitted_at = :submitted_at, mend = '' WHERE id = :id;

-- name: filing_set_mend :exec
UPDATE filing SET mend = :mend WHERE id = :id;

-- name: filing_set_publicity :exec
UPDATE filing SET publicity_from_on = :publicity_from_on, publicity_to_on = :publicity_to_on WHERE id = :id;

-- name: filing_set_decided :exec
UPDATE filing SET decided_at = :decided_at WHERE id = :id;

-- name: filing_public_list :list
-- Filings under publicity, for anyone to read and object to.
-- sort: newest = f.publicity_from_on DESC, f.id DESC
SELECT f.id, f.filing_kind, f.publicity_from_on, f.publicity_to_on, b.name AS body_name, b.body_kind, r.name AS region_name
FROM filing f JOIN body b ON b.id = f.body_id JOIN region r ON r.code = f.region
WHERE f.state = 'publicity'
ORDER BY {sort};

-- name: filing_scope_insert :exec
INSERT INTO filing_scope (id, filing_id, body_id, occupation_id, work_type_id, special_project_id, grades)
VALUES (:id, :filing_id, :body_id, :occupation_id, :work_type_id, :special_project_id, :grades)
ON CONFLICT (filing_id, occupation_id, work_type_id, special_project_id) DO UPDATE SET grades = excluded.grades;

-- name: filing_scope_delete :exec
DELETE FROM filing_scope WHERE id = :id AND filing_id = :filing_id;

-- name: filing_scope_of :many
-- column: work_type_name text
-- column: project_name text
SELECT s.id, s.filing_id, s.occupation_id, s.work_type_id, s.special_project_id, s.grades, o.code AS occupation_code,
	o.name AS occupation_name, o.track, COALESCE(w.name, '') AS work_type_name, COALESCE(p.name, '') AS project_name
FROM filing_scope s JOIN occupation o ON o.id = s.occupation_id
	LEFT JOIN work_type w ON w.id = s.work_type_id
	LEFT JOIN special_project p ON p.id = s.special_project_id
WHERE s.filing_id = :filing_id
ORDER BY o.code, s.id;

-- name: filing_check_insert :exec
INSERT INTO filing_check (id, filing_id, stage, item, verdict, note, account_id, actor_name, at)
VALUES (:id, :filing_id, :stage, :item, :verdict, :note, :account_id, :actor_name, :at);

-- name: filing_checks :many
SELECT id, stage, item, verdict, note, actor_name, at FROM filing_check WHERE filing_id = :filing_id ORDER BY id;

-- Scope in force

-- name: body_scope_upsert :exec
INSERT INTO body_scope (id, body_id, occupation_id, work_type_id, special_project_id, grade, valid_from_on, valid_to_on,
	state, filing_id)
VALUES (:id, :body_id, :occupation_id, :work_type_id, :special_project_id, :grade, :valid_from_on, :valid_to_on, 'valid',
	:filing_id)
ON CONFLICT (body_id, occupation_id, work_type_id, special_project_id, grade) DO UPDATE SET
	valid_from_on = excluded.valid_from_on, valid_to_on = excluded.valid_to_on, state = excluded.state,
	filing_id = excluded.filing_id;

-- name: body_scope_of :many
-- column: work_type_name text
-- column: project_name text
SELECT s.id, s.body_id, s.occupation_id, s.work_type_id, s.special_project_id, s.grade, s.valid_from_on, s.valid_to_on,
	s.state, o.code AS occupation_code, o.name AS occupation_name, o.track, COALESCE(w.name, '') AS work_type_name,
	COALESCE(p.name, '') AS project_name
FROM body_scope s JOIN occupation o ON o.id = s.occupation_id
	LEFT JOIN work_type w ON w.id = s.work_type_id
	LEFT JOIN special_project p ON p.id = s.special_project_id
WHERE s.body_id = :body_id
ORDER BY o.code, s.work_type_id, s.special_project_id, s.grade DESC;

-- name: body_scope_item :many
-- Items that could cover a plan: the work type itself or the whole occupation.
SELECT id, work_type_id, valid_from_on, valid_to_on, state FROM body_scope
WHERE body_id = :body_id AND occupation_id = :occupation_id AND special_project_id = :special_project_id
	AND grade = :grade AND (work_type_id = :work_type_id OR work_type_id = 0)
ORDER BY work_type_id DESC;

-- name: body_scope_find :one
-- One item, of a body within the actor's region.
-- param: scope_lo text
-- param: scope_hi text
-- column: work_type_name text
-- column: project_name text
SELECT s.id, s.grade, s.state, o.name AS occupation_name, COALESCE(w.name, '') AS work_type_name,
	COALESCE(p.name, '') AS project_name
FROM body_scope s JOIN body b ON b.id = s.body_id JOIN occupation o ON o.id = s.occupation_id
	LEFT JOIN work_type w ON w.id = s.work_type_id
	LEFT JOIN special_project p ON p.id = s.special_project_id
WHERE s.id = :id AND s.body_id = :body_id AND b.region >= :scope_lo AND b.region < :scope_hi;

-- name: body_scope_move :exec
-- param: from_state text
-- param: or_state text
UPDATE body_scope SET state = :state WHERE id = :id AND (state = :from_state OR state = :or_state);

-- name: body_scope_end_all :exec
UPDATE body_scope SET state = 'ended' WHERE body_id = :body_id;

-- name: body_scope_ending :many
-- Items that end within a time, for reminders.
-- param: until_on int
SELECT s.id, s.grade, s.valid_to_on, o.name AS occupation_name
FROM body_scope s JOIN occupation o ON o.id = s.occupation_id
WHERE s.body_id = :body_id AND s.state = 'valid' AND s.valid_to_on <= :until_on
ORDER BY s.valid_to_on, s.id;

-- Attachments

-- name: attachment_insert :exec
INSERT INTO attachment (id, kind, subject_id, item, file_id, name, size, region, body_id, created_by, created_at)
VALUES (:id, :kind, :subject_id, :item, :file_id, :name, :size, :region, :body_id, :created_by, :created_at);

-- name: attachments_of :many
SELECT id, item, file_id, name, size, created_at FROM attachment
WHERE subject_id = :subject_id AND kind = :kind AND {scope}
ORDER BY item, id;

-- name: attachment_find :one
SELECT id, kind, subject_id, item, file_id, name, size FROM attachment WHERE id = :id AND {scope};

-- name: attachment_drop :exec
-- A filing's own that was added after a time: what was submitted once stays.
-- param: after_at int
DELETE FROM attachment
WHERE id = :id AND kind = 'filing' AND subject_id = :subject_id AND created_at > :after_at AND {scope};

-- Venues and rooms

-- name: venue_insert :exec
INSERT INTO venue (id, body_id, region, name, address, contact, phone, equipment, state, machine_key)
VALUES (:id, :body_id, :region, :name, :address, :contact, :phone, :equipment, 'active', :machine_key);

-- name: venue_update :exec
-- seen: the revision that was changed; 0 when the caller does not say, then the last one wins. The same below.
-- param: seen int
UPDATE venue SET name = :name, address = :address, contact = :contact, phone = :phone, equipment = :equipment,
	state = :state, machine_key = :machine_key, revision = revision + 1
WHERE id = :id AND (:seen = 0 OR revision = :seen) AND {scope};

-- name: venue_find :one
SELECT id, body_id, region, name, address, contact, phone, equipment, state, machine_key, revision
FROM venue WHERE id = :id AND {scope};

-- name: venues_of_body :many
SELECT id, body_id, region, name, address, contact, phone, equipment, state FROM venue
WHERE body_id = :body_id AND {scope}
ORDER BY state, name, id;

-- name: room_insert :exec
INSERT INTO room (id, venue_id, body_id, region, name, part, seats, per_row, state)
VALUES (:id, :venue_id, :body_id, :region, :name, :part, :seats, :per_row, 'active');

-- name: room_update :exec
-- param: seen int
UPDATE room SET name = :name, part = :part, seats = :seats, per_row = :per_row, state = :state, revision = revision + 1
WHERE id = :id AND (:seen = 0 OR revision = :seen) AND {scope};

-- name: room_find :one
SELECT r.id, r.venue_id, r.body_id, r.region, r.name, r.part, r.seats, r.per_row, r.state, r.revision,
	v.name AS venue_name, v.address
FROM room r JOIN venue v ON v.id = r.venue_id
WHERE r.id = :id AND {scope r};

-- name: rooms_of_body :many
SELECT r.id, r.venue_id, r.name, r.part, r.seats, r.per_row, r.state, v.name AS venue_name
FROM room r JOIN venue v ON v.id = r.venue_id
WHERE r.body_id = :body_id AND {scope r}
ORDER BY v.name, r.name, r.id;

-- Staff and cards

-- name: staff_insert :exec
INSERT INTO staff (id, body_id, region, name, idno_cipher, idno_index, idno_mask, phone_cipher, phone_index, phone_mask,
	employer, duties, account_id, state)
VALUES (:id, :body_id, :region, :name, :idno_cipher, :idno_index, :idno_mask, :phone_cipher, :phone_index, :phone_mask,
	:employer, :duties, :account_id, 'active');

-- name: staff_update :exec
-- param: seen int
UPDATE staff SET phone_cipher = :phone_cipher, phone_index = :phone_index, phone_mask = :phone_mask,
	employer = :employer, duties = :duties, state = :state, revision = revision + 1
WHERE id = :id AND (:seen = 0 OR revision = :seen) AND {scope};

-- name: staff_set_account :exec
UPDATE staff SET account_id = :account_id WHERE id = :id;

-- name: staff_find :one
SELECT id, body_id, region, name, idno_cipher, idno_index, idno_mask, phone_cipher, phone_index, phone_mask, employer,
	duties, account_id, state, revision
FROM staff WHERE id = :id AND {scope};

-- name: staff_by_account :many
SELECT id, body_id, region, name, idno_index, duties FROM staff WHERE account_id = :account_id AND state = 'active'
ORDER BY id;

-- name: staff_of_body :many
SELECT id, body_id, region, name, idno_mask, idno_index, phone_mask, employer, duties, account_id, state FROM staff
WHERE body_id = :body_id AND {scope}
ORDER BY state, name, id;

-- name: card_insert :exec
-- The same number again is the same person's card corrected or prolonged; of somebody else it changes nothing.
INSERT INTO staff_card (id, staff_id, body_id, region, number, card_kind, occupation_id, grade_top, valid_from_on,
	valid_to_on, state)
VALUES (:id, :staff_id, :body_id, :region, :number, :card_kind, :occupation_id, :grade_top, :valid_from_on,
	:valid_to_on, 'valid')
ON CONFLICT (number) DO UPDATE SET card_kind = excluded.card_kind, occupation_id = excluded.occupation_id,
	grade_top = excluded.grade_top, valid_from_on = excluded.valid_from_on, valid_to_on = excluded.valid_to_on
WHERE staff_card.staff_id = excluded.staff_id;

-- name: cards_of_staff :many
SELECT id, staff_id, region, number, card_kind, occupation_id, grade_top, valid_from_on, valid_to_on, state FROM staff_card
WHERE staff_id = :staff_id
ORDER BY valid_to_on DESC, id;

-- name: cards_of_body :many
-- column: occupation_name text
SELECT c.id, c.staff_id, c.number, c.card_kind, c.occupation_id, c.grade_top, c.valid_from_on, c.valid_to_on, c.state,
	s.name, COALESCE(o.name, '') AS occupation_name
FROM staff_card c JOIN staff s ON s.id = c.staff_id LEFT JOIN occupation o ON o.id = c.occupation_id
WHERE c.body_id = :body_id AND {scope c}
ORDER BY c.valid_to_on DESC, c.id;

-- name: relation_insert :exec
INSERT INTO staff_relation (id, staff_id, idno_index, relation) VALUES (:id, :staff_id, :idno_index, :relation)
ON CONFLICT (staff_id, idno_index) DO UPDATE SET relation = excluded.relation;

-- name: relations_of_staff :many
SELECT id, staff_id, idno_index, relation FROM staff_relation WHERE staff_id = :staff_id ORDER BY id;
