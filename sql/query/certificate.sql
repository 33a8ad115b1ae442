-- name: certificate_serial_take :one
-- The next n serials of a prefix: last is the last of them.
INSERT INTO certificate_serial (prefix, last) VALUES (:prefix, :n)
ON CONFLICT (prefix) DO UPDATE SET last = certificate_serial.last + excluded.last
RETURNING last;

-- name: certificate_insert :exec
INSERT INTO certificate (person_id, id, number, state, body_id, region, batch_id, enrolment_id, route, name, id_type,
	idno_cipher, idno_mask, occupation_id, occupation_name, occupation_code, work_type_name, grade, body_name, body_code,
	body_kind, theory, skill, review, photo_file_id, issued_on, visible_on, reissued, state_reason, face_hash,
	created_by, created_at)
VALUES (:person_id, :id, :number, 'valid', :body_id, :region, :batch_id, :enrolment_id, :route, :name, :id_type,
	:idno_cipher, :idno_mask, :occupation_id, :occupation_name, :occupation_code, :work_type_name, :grade, :body_name,
	:body_code, :body_kind, :theory, :skill, :review, :photo_file_id, :issued_on, :visible_on, 0, '', :face_hash,
	:created_by, :created_at);

-- name: certificate_number_insert :exec
INSERT INTO certificate_number (number, found_person_id, certificate_id)
VALUES (:number, :found_person_id, :certificate_id);

-- name: certificate_by_number :one
SELECT found_person_id, certificate_id FROM certificate_number WHERE number = :number;

-- name: certificate_face :one
-- The face, whoever asks: only after two matching fields, or within a scope checked by the caller.
SELECT person_id, id, number, state, body_id, region, batch_id, route, name, id_type, idno_mask, occupation_name,
	occupation_code, work_type_name, grade, body_name, body_code, body_kind, theory, skill, review, issued_on, visible_on,
	reissued, corrected, in_review, state_reason, face_hash
FROM certificate WHERE person_id = :person_id AND id = :id;

-- name: certificate_faces_of_person :many
SELECT person_id, id, number, state, body_id, region, batch_id, route, name, id_type, idno_mask, occupation_name,
	occupation_code, work_type_name, grade, body_name, body_code, body_kind, theory, skill, review, issued_on, visible_on,
	reissued, corrected, in_review, state_reason, face_hash
FROM certificate WHERE person_id = :person_id
ORDER BY issued_on DESC, id DESC;

-- name: certificate_find :one
SELECT person_id, id, number, state, body_id, region, batch_id, enrolment_id, route, name, id_type, idno_cipher, idno_mask,
	occupation_id, occupation_name, occupation_code, work_type_name, grade, body_name, body_code, body_kind, theory,
	skill, review, photo_file_id, issued_on, visible_on, reissued, corrected, in_review, state_reason, face_hash, created_at
FROM certificate WHERE person_id = :person_id AND id = :id AND {scope};

-- name: certificate_hold :exec
-- Changes nothing; the row stays as it is until the transaction ends.
UPDATE certificate SET reissued = certificate.reissued WHERE person_id = :person_id AND id = :id AND {scope};

-- name: certificate_locate :one
-- Where a certificate lies, by its id alone; the scope decides who may know.
SELECT person_id, id FROM certificate WHERE id = :id AND {scope};

-- name: certificate_list :list
-- One of the filters leads: a number's id, a name, a batch, a body, a rare state, one county, an occupation, a kind of body,
-- a grade. The others, and the state that nearly all rows have, sift what it finds and are written so that no index is
-- taken for them (see sql/migration/0030_list_filters.sql).
-- param: rare_state text
-- param: county text
-- param: sift_occupation_id int
-- param: sift_body_kind text
-- param: sift_grade int
-- param: region_end text
-- param: to_on int
-- param: from_on int
-- filter: id = :id
-- filter: name = :name
-- filter: batch_id = :batch_id
-- filter: body_id = :body_id
-- filter: state <> 'valid' AND state = :rare_state
-- filter: region <> '' AND region = :county
-- filter: occupation_id = :occupation_id
-- filter: body_kind = :body_kind
-- filter: grade = :grade
-- filter: COALESCE(state, '') = :state
-- filter: COALESCE(occupation_id, 0) = :sift_occupation_id
-- filter: COALESCE(body_kind, '') = :sift_body_kind
-- filter: COALESCE(grade, 0) = :sift_grade
-- filter: region >= :region AND region < :region_end
-- filter: issued_on >= :from_on
-- filter: issued_on <= :to_on
-- sort: newest = id DESC
-- sort: oldest = id
-- sort: issued = issued_on DESC, id DESC
SELECT person_id, id, number, state, name, idno_mask, occupation_name, work_type_name, grade, body_name, issued_on, region,
	batch_id
FROM certificate WHERE {scope} {filters}
ORDER BY {sort};

-- name: certificate_move :exec
-- param: from_state text
UPDATE certificate SET state = :state, state_reason = :state_reason
WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: certificate_set_reissued :exec
UPDATE certificate SET reissued = certificate.reissued + 1 WHERE person_id = :person_id AND id = :id;

-- name: certificate_set_corrected :exec
UPDATE certificate SET corrected = certificate.corrected + 1 WHERE person_id = :person_id AND id = :id;

-- name: certificate_set_in_review :exec
UPDATE certificate SET in_review = :in_review WHERE person_id = :person_id AND id = :id;

-- name: certificate_set_name :exec
UPDATE certificate SET name = :name, face_hash = :face_hash WHERE person_id = :person_id AND id = :id;

-- name: certificate_set_photo :exec
UPDATE certificate SET photo_file_id = :photo_file_id WHERE person_id = :person_id AND id = :id;

-- name: certificate_set_work_type :exec
UPDATE certificate SET work_type_name = :work_type_name, face_hash = :face_hash WHERE person_id = :person_id AND id = :id;

-- Who is to get one

-- name: passed_of_batch :many
-- In the order of the public list: the serial follows it. Those who have their certificate are left out.
-- param: most int
SELECT r.person_id, r.enrolment_id, r.seq, r.name, r.theory, r.skill, r.review, e.photo_file_id, p.id_type, p.idno_cipher,
	p.idno_mask, p.photo_file_id AS person_photo_id
-- column: person_photo_id int
FROM result r JOIN enrolment e ON e.person_id = r.person_id AND e.id = r.enrolment_id
	JOIN person p ON p.person_id = r.person_id
WHERE r.batch_id = :batch_id AND r.result_version = :result_version AND r.outcome = 'passed' AND e.state = 'passed'
ORDER BY r.seq, r.enrolment_id LIMIT :most;

-- name: certificate_holder_insert :exec
INSERT INTO certificate_holder (person_id, body_kind, certificate_id) VALUES (:person_id, :body_kind, :certificate_id)
ON CONFLICT (person_id, body_kind) DO NOTHING;

-- Changes of the face

-- name: certificate_change_insert :exec
INSERT INTO certificate_change (person_id, id, certificate_id, body_id, region, change_kind, state, before_text, after_text,
	reason, file_id, photo_file_id, requested_by, approved_by, created_at)
VALUES (:person_id, :id, :certificate_id, :body_id, :region, :change_kind, 'requested', :before_text, :after_text, :reason,
	:file_id, :photo_file_id, :requested_by, 0, :created_at);

-- name: certificate_change_find :one
SELECT c.person_id, c.id, c.certificate_id, c.body_id, c.region, c.change_kind, c.state, c.before_text, c.after_text,
	c.reason, c.file_id, c.photo_file_id, c.requested_by, c.approved_by, c.decision, c.decided_at, c.created_at, k.number,
	k.name, k.state AS certificate_state, CASE WHEN a.linked_person_id = c.person_id THEN 1 ELSE 0 END AS is_holders
-- column: certificate_state text
-- column: is_holders int
FROM certificate_change c JOIN certificate k ON k.person_id = c.person_id AND k.id = c.certificate_id
	LEFT JOIN account a ON a.id = c.requested_by
WHERE c.person_id = :person_id AND c.id = :id AND {scope c};

-- name: certificate_changes_of :many
SELECT id, change_kind, state, before_text, after_text, reason, file_id, decision, requested_by, created_at, decided_at, read_at
FROM certificate_change
WHERE person_id = :person_id AND certificate_id = :certificate_id
ORDER BY id;

-- name: certificate_changes_of_person :many
-- Asked for by the holder himself, newest first.
SELECT c.id, c.certificate_id, c.change_kind, c.state, c.after_text, c.decision, c.read_at, c.created_at, c.decided_at, k.number
FROM certificate_change c JOIN certificate k ON k.person_id = c.person_id AND k.id = c.certificate_id
	JOIN account a ON a.id = c.requested_by
WHERE c.person_id = :person_id AND a.linked_person_id = c.person_id ORDER BY c.id DESC;

-- name: certificate_change_set_read :exec
UPDATE certificate_change SET read_at = :read_at
WHERE person_id = :person_id AND id = :id AND read_at = 0 AND decided_at > 0;

-- name: certificate_change_open :many
-- What still waits for this certificate, of one kind.
SELECT id FROM certificate_change
WHERE person_id = :person_id AND certificate_id = :certificate_id AND change_kind = :change_kind AND state = 'requested';

-- name: certificate_change_list :list
-- filter: c.state = :state
-- filter: c.change_kind = :change_kind
-- sort: oldest = c.id
-- sort: newest = c.id DESC
SELECT c.person_id, c.id, c.certificate_id, c.change_kind, c.state, c.before_text, c.after_text, c.reason, c.created_at,
	k.number, k.name, CASE WHEN a.linked_person_id = c.person_id THEN 1 ELSE 0 END AS is_holders
-- column: is_holders int
FROM certificate_change c JOIN certificate k ON k.person_id = c.person_id AND k.id = c.certificate_id
	LEFT JOIN account a ON a.id = c.requested_by
WHERE {scope c} {filters}
ORDER BY {sort};

-- name: certificate_change_move :exec
-- param: from_state text
UPDATE certificate_change SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: certificate_change_set_decision :exec
UPDATE certificate_change SET approved_by = :approved_by, decision = :decision, decided_at = :decided_at
WHERE person_id = :person_id AND id = :id;

-- name: certificate_change_counts :many
-- What was approved, for `luban check`.
SELECT person_id, certificate_id, count(*) AS n
-- column: n int
FROM certificate_change WHERE change_kind = 'correct' AND state = 'approved'
GROUP BY person_id, certificate_id ORDER BY person_id, certificate_id;

-- Counts

-- name: certificate_tally_add :exec
INSERT INTO certificate_tally (region, body_kind, grade, month, n, n_revoked, n_first)
VALUES (:region, :body_kind, :grade, :month, :n, :n_revoked, 0)
ON CONFLICT (region, body_kind, grade, month) DO UPDATE SET n = certificate_tally.n + excluded.n,
	n_revoked = certificate_tally.n_revoked + excluded.n_revoked;

-- name: certificate_tally_issue :exec
INSERT INTO certificate_tally (region, body_kind, grade, month, n, n_revoked, n_first)
VALUES (:region, :body_kind, :grade, :month, :n, 0, :n_first)
ON CONFLICT (region, body_kind, grade, month) DO UPDATE SET n = certificate_tally.n + excluded.n,
	n_first = certificate_tally.n_first + excluded.n_first;

-- name: certificate_holders_kept :many
-- Workers by kind of body: as counted, and as the tally says.
-- column: n_first int
-- column: n_holders int
SELECT t.body_kind, CAST(SUM(t.n_first) AS BIGINT) AS n_first,
	(SELECT COUNT(*) FROM certificate_holder h WHERE h.body_kind = t.body_kind) AS n_holders
FROM certificate_tally t GROUP BY t.body_kind ORDER BY t.body_kind;

-- name: certificate_holders_wrong :many
-- Somebody with a graded certificate who is not counted, or counted by one that is not there.
SELECT c.number FROM certificate c
WHERE c.grade > 0 AND NOT EXISTS (SELECT 1 FROM certificate_holder h JOIN certificate f
	ON f.person_id = h.person_id AND f.id = h.certificate_id
	WHERE h.person_id = c.person_id AND h.body_kind = c.body_kind AND f.body_kind = h.body_kind)
ORDER BY c.number LIMIT 20;

-- name: certificate_tally_all :many
SELECT region, body_kind, grade, month, n, n_revoked FROM certificate_tally
WHERE region >= :scope_lo AND region < :scope_hi
-- param: scope_lo text
-- param: scope_hi text
ORDER BY region, body_kind, grade, month;

-- name: certificate_walk :each
SELECT person_id, id, number, state, name, idno_mask, occupation_name, occupation_code, work_type_name, grade, body_name,
	body_code, body_kind, region, issued_on, face_hash
FROM certificate ORDER BY number;

-- name: certificate_serials :many
SELECT prefix, last FROM certificate_serial ORDER BY prefix;

-- Written again when nobody heard whether it was kept.
-- name: lookup_insert :exec
INSERT INTO lookup (id, at, ip, lookup_kind, outcome, certificate_id)
VALUES (:id, :at, :ip, :lookup_kind, :outcome, :certificate_id)
ON CONFLICT (id) DO NOTHING;

-- name: lookup_addresses :many
-- param: latest int
-- column: n int
-- column: missed int
-- column: last_at int
-- Who asked most of the latest look-ups, most in vain first.
SELECT ip, CAST(COUNT(*) AS INT8) AS n,
	CAST(SUM(CASE WHEN outcome IN ('bad_input', 'not_found', 'name_differs') THEN 1 ELSE 0 END) AS INT8) AS missed,
	CAST(MAX(at) AS INT8) AS last_at
FROM (SELECT ip, outcome, at FROM lookup ORDER BY id DESC LIMIT :latest) latest
GROUP BY ip ORDER BY missed DESC, n DESC, ip LIMIT 50;

-- name: lookup_outcomes :many
-- param: latest int
-- column: n int
-- column: first_at int
SELECT outcome, CAST(COUNT(*) AS INT8) AS n, CAST(MIN(at) AS INT8) AS first_at
FROM (SELECT outcome, at FROM lookup ORDER BY id DESC LIMIT :latest) latest
GROUP BY outcome ORDER BY n DESC, outcome;

-- name: lookup_sweep :exec
-- param: before_id int
-- param: most int
-- The oldest that are kept no longer: ids are in the order of time.
DELETE FROM lookup WHERE id IN (SELECT id FROM lookup WHERE id < :before_id ORDER BY id LIMIT :most);

-- name: certificate_find_photo :one
SELECT photo_file_id FROM certificate WHERE person_id = :person_id AND id = :id;
