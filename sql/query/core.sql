-- Statements of the core floor.

-- name: platform_clock :one
SELECT demo, clock_offset_s FROM platform WHERE id = :id;

-- name: platform_insert :exec
INSERT INTO platform (id, demo, clock_offset_s, created_at) VALUES (:id, :demo, :clock_offset_s, :created_at)
ON CONFLICT (id) DO NOTHING;

-- name: platform_clock_move :exec
UPDATE platform SET clock_offset_s = :clock_offset_s WHERE id = :id AND demo = 1;

-- name: region_insert :exec
INSERT INTO region (code, name, parent, tier, is_local) VALUES (:code, :name, :parent, :tier, :is_local)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, parent = excluded.parent, tier = excluded.tier,
	is_local = excluded.is_local;

-- name: region_find :one
SELECT code, name, parent, tier, is_local FROM region WHERE code = :code;

-- name: region_all :many
SELECT code, name, parent, tier, is_local FROM region ORDER BY code;

-- name: region_children :many
SELECT code, name, parent, tier, is_local FROM region WHERE parent = :parent ORDER BY code;

-- name: holiday_put :exec
INSERT INTO holiday (day_on, kind, name) VALUES (:day_on, :kind, :name)
ON CONFLICT (day_on) DO UPDATE SET kind = excluded.kind, name = excluded.name;

-- name: holiday_between :many
-- param: from_on int
-- param: to_on int
SELECT day_on, kind, name FROM holiday WHERE day_on >= :from_on AND day_on <= :to_on ORDER BY day_on;

-- name: setting_candidates :many
-- param: city text
-- param: province text
SELECT region, effective_on, amount FROM setting_value
WHERE name = :name AND effective_on <= :effective_on AND region IN ('', :region, :city, :province)
ORDER BY region DESC, effective_on DESC;

-- name: setting_put :exec
INSERT INTO setting_value (name, region, effective_on, amount, set_by, set_at)
VALUES (:name, :region, :effective_on, :amount, :set_by, :set_at)
ON CONFLICT (name, region, effective_on) DO UPDATE SET amount = excluded.amount, set_by = excluded.set_by,
	set_at = excluded.set_at;

-- name: setting_all :many
SELECT name, region, effective_on, amount, set_by, set_at FROM setting_value
ORDER BY name, region, effective_on;

-- name: setting_of_name :many
SELECT name, region, effective_on, amount, set_by, set_at FROM setting_value
WHERE name = :name ORDER BY region, effective_on;

-- name: audit_insert :exec
INSERT INTO audit (id, at, account_id, actor_name, role, ip, action, kind, subject_id, purpose, detail, seal)
VALUES (:id, :at, :account_id, :actor_name, :role, :ip, :action, :kind, :subject_id, :purpose, :detail, :seal);

-- name: audit_list :list
-- param: from_at int
-- param: to_at int
-- filter: at >= :from_at
-- filter: at < :to_at
-- filter: account_id = :account_id
-- filter: action = :action
-- filter: kind = :kind
-- filter: subject_id = :subject_id
-- sort: newest = id DESC
-- sort: oldest = id
SELECT id, at, account_id, actor_name, role, ip, action, kind, subject_id, purpose, detail FROM audit
WHERE 1 = 1 {filters} ORDER BY {sort};

-- What seals the trail (core/audit_seal.h).
-- name: audit_walk :each
SELECT id, at, account_id, actor_name, role, ip, action, kind, subject_id, purpose, detail, seal FROM audit ORDER BY id;

-- name: audit_first_sealed :one
SELECT id FROM audit WHERE seal <> '' ORDER BY id LIMIT 1;

-- name: audit_span :one
-- param: after_id int
-- param: before_id int
-- param: most int
-- column: n int
-- column: upto_id int
SELECT count(*) AS n, max(id) AS upto_id FROM
	(SELECT id FROM audit WHERE id > :after_id AND id < :before_id ORDER BY id LIMIT :most) AS came;

-- name: audit_count_last :one
SELECT audit_no, first_id, upto_id FROM audit_count ORDER BY audit_no DESC LIMIT 1;

-- name: audit_counts :many
SELECT audit_no, first_id, upto_id, n_rows, counted_at, seal FROM audit_count ORDER BY audit_no;

-- name: audit_count_insert :exec
INSERT INTO audit_count (audit_no, first_id, upto_id, n_rows, counted_at, seal)
VALUES (:audit_no, :first_id, :upto_id, :n_rows, :counted_at, :seal);

-- name: event_insert :exec
INSERT INTO event (person_id, id, kind, subject_id, at, account_id, actor_name, role, action, from_state, to_state,
	reason)
VALUES (:person_id, :id, :kind, :subject_id, :at, :account_id, :actor_name, :role, :action, :from_state, :to_state,
	:reason);

-- name: event_of_subject :many
SELECT id, at, account_id, actor_name, role, action, from_state, to_state, reason FROM event
WHERE person_id = :person_id AND subject_id = :subject_id AND kind = :kind ORDER BY at, id;

-- The last step taken; notes leave to_state empty.
-- name: event_last_step :one
SELECT id, account_id, actor_name, action FROM event
WHERE person_id = :person_id AND subject_id = :subject_id AND kind = :kind AND to_state <> ''
ORDER BY at DESC, id DESC LIMIT 1;

-- name: deadline_open :exec
INSERT INTO deadline (id, kind, subject_id, name, region, body_id, due_on, opened_at, closed_at)
VALUES (:id, :kind, :subject_id, :name, :region, :body_id, :due_on, :opened_at, 0);

-- name: deadline_close :exec
UPDATE deadline SET closed_at = :closed_at WHERE subject_id = :subject_id AND kind = :kind AND closed_at = 0;

-- name: deadline_of_subject :one
SELECT id, name, due_on FROM deadline WHERE subject_id = :subject_id AND kind = :kind AND closed_at = 0
ORDER BY due_on LIMIT 1;

-- Open deadlines in scope, the most urgent first.
-- name: deadline_list :list
-- param: before_on int
-- filter: kind = :kind
-- filter: due_on < :before_on
-- sort: due = due_on, id
SELECT id, kind, subject_id, name, region, body_id, due_on, opened_at FROM deadline
WHERE closed_at = 0 AND {scope} {filters} ORDER BY {sort};

-- name: file_insert :exec
INSERT INTO file (person_id, id, body_id, region, name, mime, size, sha256, data, created_by, created_at)
VALUES (:person_id, :id, :body_id, :region, :name, :mime, :size, :sha256, :data, :created_by, :created_at);

-- name: file_find :one
SELECT person_id, id, body_id, region, name, mime, size, sha256, data, created_by, created_at FROM file
WHERE person_id = :person_id AND id = :id AND {scope};

-- name: file_delete :exec
DELETE FROM file WHERE person_id = :person_id AND id = :id;

-- name: job_insert :exec
INSERT INTO job (id, kind, state, args, done, total, message, result_path, region, body_id, created_by, created_at,
	started_at, beat_at, ended_at, attempts)
VALUES (:id, :kind, 'waiting', :args, 0, 0, '', '', :region, :body_id, :created_by, :created_at, 0, 0, 0, 0);

-- A waiting job may not begin before its beat_at; a running one whose heart stopped may be taken up again. Neither counts
-- behind ahead_at: that was written by a clock which has been put right since.
-- name: job_ready :one
-- param: stale_at int
-- param: now_at int
-- param: ahead_at int
SELECT id, kind, state, args, done, total, region, body_id, created_by, attempts FROM job
WHERE (state = 'waiting' AND (beat_at <= :now_at OR beat_at > :ahead_at))
	OR (state = 'running' AND (beat_at < :stale_at OR beat_at > :ahead_at))
ORDER BY id LIMIT 1;

-- name: job_claim :exec
-- param: attempts_before int
-- param: state_before text
UPDATE job SET state = 'running', started_at = :started_at, beat_at = :beat_at, attempts = :attempts
WHERE id = :id AND state = :state_before AND attempts = :attempts_before;

-- name: job_beat :exec
UPDATE job SET done = :done, total = :total, message = :message, beat_at = :beat_at
WHERE id = :id AND state = 'running' AND attempts = :attempts;

-- name: job_set_result :exec
UPDATE job SET result_path = :result_path WHERE id = :id AND state = 'running' AND attempts = :attempts;

-- name: job_end :exec
UPDATE job SET state = :state, message = :message, ended_at = :ended_at, beat_at = :beat_at
WHERE id = :id AND state = 'running' AND attempts = :attempts;

-- Left for another worker, who makes the same attempt.
-- name: job_yield :exec
UPDATE job SET state = 'waiting', attempts = attempts - 1, beat_at = :beat_at
WHERE id = :id AND state = 'running' AND attempts = :attempts;

-- name: job_finish :exec
UPDATE job SET state = 'done', ended_at = :ended_at
WHERE id = :id AND state = 'running' AND attempts = :attempts;

-- name: job_close :exec
UPDATE job SET state = :state, ended_at = :ended_at WHERE id = :id AND state IN ('waiting', 'running');

-- name: job_find :one
SELECT id, kind, state, args, done, total, message, result_path, region, body_id, created_by, created_at, started_at,
	beat_at, ended_at, attempts FROM job WHERE id = :id AND {scope};

-- name: job_list :list
-- filter: state = :state
-- filter: kind = :kind
-- filter: created_by = :created_by
-- sort: newest = id DESC
-- sort: oldest = id
SELECT id, kind, state, done, total, message, result_path, region, body_id, created_by, created_at, started_at,
	ended_at, attempts FROM job WHERE {scope} {filters} ORDER BY {sort};

-- name: job_waiting_count :one
-- column: n int
SELECT count(*) AS n FROM job WHERE state IN ('waiting', 'running');
