-- Handing over to look-ups outside.

-- name: handover_layout_all :many
SELECT name, version, target, effective_on, text FROM handover_layout ORDER BY target, effective_on, name, version;

-- name: handover_layout_insert :exec
INSERT INTO handover_layout (name, version, target, effective_on, text, created_by, actor_name, created_at)
VALUES (:name, :version, :target, :effective_on, :text, :created_by, :actor_name, :created_at);

-- name: handover_face :one
SELECT person_id, id, number, state, region, body_id, route, name, id_type, idno_cipher, occupation_code, occupation_name,
	work_type_name, grade, body_name, body_code, body_kind, theory, skill, review, issued_on, visible_on
FROM certificate WHERE person_id = :person_id AND id = :id;

-- name: handover_share :one
-- Whoever changes the certificate is waited for, and waits: he finds the record of it that is written now.
SELECT c.id FROM certificate c WHERE c.person_id = :person_id AND c.id = :id {share c};

-- Packages

-- name: handover_package_insert :exec
INSERT INTO handover_package (id, title, target, layout, layout_version, state, body_id, region, of_body_id, from_on, to_on,
	phase, upto_id, n_rows, n_missing, n_accepted, n_refused, file_id, file_sha256, job_id, sent_on, created_by,
	actor_name, created_at)
VALUES (:id, :title, :target, :layout, :layout_version, 'collecting', :body_id, :region, :of_body_id, :from_on, :to_on,
	0, 0, 0, 0, 0, 0, 0, '', 0, 0, :created_by, :actor_name, :created_at);

-- name: handover_package_find :one
SELECT id, title, target, layout, layout_version, state, body_id, region, of_body_id, from_on, to_on, phase, upto_id,
	n_rows, n_missing, n_accepted, n_refused, file_id, file_sha256, job_id, sent_on, created_by, actor_name, created_at
FROM handover_package WHERE id = :id AND {scope};

-- name: handover_package_list :list
-- filter: state = :state
-- filter: target = :target
-- sort: newest = id DESC
SELECT id, title, target, layout, layout_version, state, from_on, to_on, n_rows, n_missing, n_accepted, n_refused, sent_on,
	actor_name, created_at
FROM handover_package WHERE {scope} {filters}
ORDER BY {sort};

-- name: handover_package_move :exec
-- param: from_state text
UPDATE handover_package SET state = :state WHERE id = :id AND state = :from_state;

-- name: handover_package_set_job :exec
UPDATE handover_package SET job_id = :job_id WHERE id = :id;

-- name: handover_package_set_progress :exec
UPDATE handover_package SET phase = :phase, upto_id = :upto_id, n_rows = :n_rows, n_missing = :n_missing
WHERE id = :id AND state = 'collecting';

-- name: handover_package_set_file :exec
UPDATE handover_package SET file_id = :file_id, file_sha256 = :file_sha256 WHERE id = :id;

-- name: handover_package_set_sent :exec
UPDATE handover_package SET sent_on = :sent_on WHERE id = :id;

-- name: handover_package_set_answers :exec
UPDATE handover_package SET n_accepted = :n_accepted, n_refused = :n_refused WHERE id = :id;

-- name: handover_package_open :many
-- Packages of the same look-up that are being made or sent: their certificates are not taken twice.
SELECT id FROM handover_package WHERE target = :target AND state = 'collecting' AND {scope} ORDER BY id LIMIT 2;

-- name: handover_fresh :many
-- Certificates in force that no package for this look-up has had, in order of id; the caller's scope is the package's.
-- param: after_id int
-- param: most int
SELECT c.person_id, c.id AS certificate_id, c.number, c.name, c.body_id, c.region
FROM certificate c
WHERE {scope c} AND c.id > :after_id AND (:of_body_id = 0 OR c.body_id = :of_body_id) AND c.state <> 'revoked'
	AND c.issued_on >= :from_on AND c.issued_on <= :to_on
	AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.person_id = c.person_id AND h.certificate_id = c.id
		AND h.target = :target)
ORDER BY c.id LIMIT :most;

-- name: handover_waiting :many
-- Records that wait for a package: corrections, suspensions, revocations, and what was refused and mended.
-- param: after_id int
-- param: most int
SELECT h.person_id, h.id, h.certificate_id, h.record_kind, h.state, h.number
FROM handover h
WHERE {scope h} AND h.target = :target AND h.state IN ('waiting', 'mended') AND h.id > :after_id
	AND (:of_body_id = 0 OR h.body_id = :of_body_id)
ORDER BY h.id LIMIT :most;

-- name: handover_missing_put :exec
INSERT INTO handover_missing (package_id, certificate_id, person_id, number, name, reason)
VALUES (:package_id, :certificate_id, :person_id, :number, :name, :reason)
ON CONFLICT (person_id, package_id, certificate_id) DO UPDATE SET reason = excluded.reason;

-- name: handover_missing_list :list
-- sort: certificate = certificate_id
SELECT certificate_id, person_id, number, name, reason FROM handover_missing WHERE package_id = :package_id
ORDER BY {sort};

-- name: handover_missing_walk :each
SELECT number, name, reason FROM handover_missing WHERE package_id = :package_id ORDER BY certificate_id;

-- Records

-- name: handover_insert :exec
INSERT INTO handover (person_id, id, certificate_id, target, record_kind, state, number, body_id, region, package_id,
	attempts, sent_on, answered_on, reason, created_at)
VALUES (:person_id, :id, :certificate_id, :target, :record_kind, :state, :number, :body_id, :region, :package_id, 0, 0, 0,
	'', :created_at);

-- name: handover_find :one
SELECT person_id, id, certificate_id, target, record_kind, state, number, body_id, region, package_id, attempts, sent_on,
	answered_on, reason, created_at
FROM handover WHERE person_id = :person_id AND id = :id AND {scope};

-- name: handover_move :exec
-- param: from_state text
UPDATE handover SET state = :state WHERE person_id = :person_id AND id = :id AND state = :from_state;

-- name: handover_set_package :exec
UPDATE handover SET package_id = :package_id WHERE person_id = :person_id AND id = :id;

-- name: handover_set_sent :exec
UPDATE handover SET sent_on = :sent_on, attempts = handover.attempts + 1, answered_on = 0, reason = ''
WHERE person_id = :person_id AND id = :id;

-- name: handover_set_answer :exec
UPDATE handover SET answered_on = :answered_on, reason = :reason WHERE person_id = :person_id AND id = :id;

-- name: handover_hold :exec
-- It waits on until the transaction ends; 0 rows: a package has just taken it.
UPDATE handover SET package_id = handover.package_id WHERE person_id = :person_id AND id = :id AND state = 'waiting';

-- name: handover_unqueue :exec
-- Overtaken before it was handed over; 0 rows: a package has just taken it.
DELETE FROM handover WHERE person_id = :person_id AND id = :id AND state = 'waiting';

-- name: handover_drop :exec
-- What waits to be told about a certificate of which nobody outside knows.
-- param: with_new int
DELETE FROM handover WHERE person_id = :person_id AND certificate_id = :certificate_id AND target = :target
	AND state = 'waiting' AND (record_kind <> 'new' OR :with_new = 1);

-- name: handovers_of :many
-- All records about one certificate, oldest first.
SELECT person_id, id, certificate_id, target, record_kind, state, number, package_id, attempts, sent_on, answered_on,
	reason, created_at
FROM handover WHERE person_id = :person_id AND certificate_id = :certificate_id
ORDER BY id;

-- name: handover_of_package :many
-- param: after_id int
-- param: most int
SELECT person_id, id, certificate_id, record_kind, state, number FROM handover
WHERE package_id = :package_id AND id > :after_id
ORDER BY id LIMIT :most;

-- name: handover_counts :many
-- column: n int
SELECT state, COUNT(*) AS n FROM handover WHERE package_id = :package_id GROUP BY state ORDER BY state;

-- name: handover_list :list
-- param: sent_before int
-- param: find_id int
-- filter: h.certificate_id = :find_id
-- filter: h.state = :state
-- filter: h.target = :target
-- filter: h.record_kind = :record_kind
-- filter: h.package_id = :package_id
-- filter: h.state = 'sent' AND h.sent_on <= :sent_before
-- sort: newest = h.id DESC
-- sort: oldest = h.id
-- sort: sent = h.sent_on, h.id
SELECT h.person_id, h.id, h.certificate_id, h.target, h.record_kind, h.state, h.number, h.package_id, h.attempts, h.sent_on,
	h.answered_on, h.reason, c.name, c.body_name
FROM handover h JOIN certificate c ON c.person_id = h.person_id AND c.id = h.certificate_id
WHERE {scope h} {filters}
ORDER BY {sort};

-- name: handover_numbered :many
-- The records about a number, newest first: an answer is matched with the one that was sent.
SELECT h.person_id, h.id, h.record_kind, h.state, h.target, h.package_id, h.body_id, h.region, c.name
FROM certificate_number n JOIN handover h ON h.person_id = n.found_person_id AND h.certificate_id = n.certificate_id
	JOIN certificate c ON c.person_id = h.person_id AND c.id = h.certificate_id
WHERE n.number = :number AND h.target = :target
ORDER BY h.id DESC;
