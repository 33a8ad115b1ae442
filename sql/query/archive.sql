-- Archives of batches: what goes into the volumes, the packages kept, who has read them.

-- name: archive_insert :exec
INSERT INTO archive (id, batch_id, body_id, region, file_id, package_hash, paper_until_on, electronic_until_on, created_by,
	created_at)
VALUES (:id, :batch_id, :body_id, :region, :file_id, :package_hash, :paper_until_on, :electronic_until_on, :created_by,
	:created_at);

-- name: archives_of_batch :many
-- column: creator_name text
SELECT a.id, a.batch_id, a.file_id, a.package_hash, a.paper_until_on, a.electronic_until_on, a.created_at,
	COALESCE(c.name, '') AS creator_name
FROM archive a LEFT JOIN account c ON c.id = a.created_by
WHERE a.batch_id = :batch_id AND {scope a}
ORDER BY a.id DESC;

-- name: archive_find :one
SELECT id, batch_id, body_id, region, file_id, package_hash FROM archive WHERE id = :id AND {scope};

-- name: archive_walk :each
SELECT id, batch_id, file_id, package_hash FROM archive ORDER BY id;

-- name: archive_read_insert :exec
INSERT INTO archive_read (id, archive_id, batch_id, body_id, region, account_id, actor_name, purpose, witness, at)
VALUES (:id, :archive_id, :batch_id, :body_id, :region, :account_id, :actor_name, :purpose, :witness, :at);

-- name: archive_reads_of_batch :many
SELECT id, archive_id, actor_name, purpose, witness, at FROM archive_read
WHERE batch_id = :batch_id AND {scope}
ORDER BY id DESC;

-- name: archive_enrolments :many
-- Everybody who enrolled, with the judgement.
SELECT person_id, id, seq, name, idno_mask, unit, source, state, clause_declared, verdict, clause, verdict_text, ruleset,
	ruleset_version, judged_at, consent_at, spot_check, ticket_no, created_at
FROM enrolment WHERE batch_id = :batch_id
ORDER BY seq, id;

-- name: archive_enrolment_events :many
SELECT n.seq, n.name, e.at, e.actor_name, e.role, e.action, e.from_state, e.to_state, e.reason
FROM enrolment n JOIN event e ON e.person_id = n.person_id AND e.subject_id = n.id AND e.kind = 'enrolment'
WHERE n.batch_id = :batch_id
ORDER BY n.seq, n.id, e.at, e.id;

-- name: archive_photos :many
SELECT n.seq, n.name AS person_name, f.name, f.size, f.sha256
FROM enrolment n JOIN file f ON f.person_id = n.person_id AND f.id = n.photo_file_id
WHERE n.batch_id = :batch_id
ORDER BY n.seq, n.id;

-- name: archive_seats :many
-- column: room_name text
-- column: venue_name text
-- column: starts_at int
SELECT n.seq, n.name, n.ticket_no, p.part, p.attempt, p.seat, p.part_state, p.score_centi, p.explained,
	COALESCE(r.name, '') AS room_name, COALESCE(v.name, '') AS venue_name, COALESCE(t.starts_at, 0) AS starts_at
FROM enrolment_part p JOIN enrolment n ON n.person_id = p.person_id AND n.id = p.enrolment_id
	LEFT JOIN batch_room t ON t.id = p.batch_room_id LEFT JOIN room r ON r.id = t.room_id
	LEFT JOIN venue v ON v.id = t.venue_id
WHERE p.batch_id = :batch_id AND n.state IN ('accepted', 'passed', 'failed', 'certified')
ORDER BY p.part, n.seq, n.id;

-- name: archive_marks :many
SELECT n.seq, n.name, m.part, m.round, m.marker_name, m.flag, m.score_centi, m.note, m.entered_at, m.signed_at, m.signature
FROM mark m JOIN enrolment n ON n.person_id = m.person_id AND n.id = m.enrolment_id
WHERE m.batch_id = :batch_id
ORDER BY m.part, n.seq, n.id, m.round, m.marker_id;

-- name: archive_examiners :many
SELECT DISTINCT t.batch_room_id, t.part, s.account_id, s.name FROM batch_staff t JOIN staff s ON s.id = t.staff_id
WHERE t.batch_id = :batch_id AND t.duty IN ('examiner', 'leader')
ORDER BY t.part, t.batch_room_id, s.account_id;

-- name: archive_certificates :many
SELECT number, name, idno_mask, occupation_name, work_type_name, grade, issued_on, state, reissued FROM certificate
WHERE batch_id = :batch_id
ORDER BY number;
