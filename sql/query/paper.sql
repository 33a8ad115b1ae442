-- Sets of equivalent forms

-- name: paper_set_insert :exec
INSERT INTO paper_set (id, bank_id, blueprint_id, body_id, region, title, state, seed, n_forms, open_from_at, open_to_at,
	opened_at, created_by, created_at, blueprint_version, job_id)
VALUES (:id, :bank_id, :blueprint_id, :body_id, :region, :title, 'assembling', :seed, :n_forms, :open_from_at, :open_to_at,
	0, :created_by, :created_at, :blueprint_version, :job_id);

-- name: paper_set_find :one
-- column: bank_title text
-- column: blueprint_title text
SELECT s.id, s.bank_id, s.blueprint_id, s.body_id, s.region, s.title, s.state, s.seed, s.n_forms, s.open_from_at,
	s.open_to_at, s.opened_at, s.created_by, s.created_at, s.blueprint_version, s.job_id, s.draft_cipher, s.report,
	s.sealed_at, s.early_reason, s.early_by, s.early_until_at, COALESCE(b.title, '') AS bank_title,
	COALESCE(p.title, '') AS blueprint_title
FROM paper_set s LEFT JOIN bank b ON b.id = s.bank_id LEFT JOIN blueprint p ON p.id = s.blueprint_id
WHERE s.id = :id AND {scope s};

-- name: paper_set_list :list
-- column: bank_title text
-- filter: s.state = :state
-- sort: newest = s.id DESC
SELECT s.id, s.title, s.state, s.n_forms, s.open_from_at, s.opened_at, s.created_at, s.body_id, s.region,
	COALESCE(b.title, '') AS bank_title
FROM paper_set s LEFT JOIN bank b ON b.id = s.bank_id
WHERE {scope s} {filters}
ORDER BY {sort};

-- name: paper_set_lock :exec
-- Changes nothing; the row stays locked until the transaction ends.
UPDATE paper_set SET title = paper_set.title WHERE id = :id;

-- name: paper_set_move :exec
-- param: from_state text
UPDATE paper_set SET state = :state WHERE id = :id AND state = :from_state;

-- name: paper_set_again :exec
UPDATE paper_set SET seed = :seed, job_id = :job_id, draft_cipher = '', report = '', blueprint_version = :blueprint_version,
	n_forms = :n_forms
WHERE id = :id;

-- name: paper_set_job :exec
UPDATE paper_set SET job_id = :job_id WHERE id = :id;

-- name: paper_set_assembled :exec
-- Only of the assembly that was asked for last.
UPDATE paper_set SET draft_cipher = :draft_cipher, report = :report
WHERE id = :id AND state = 'assembling' AND seed = :seed;

-- name: paper_assembler :one
-- For whom the set was assembled last.
SELECT account_id FROM event
WHERE person_id = 0 AND subject_id = :subject_id AND kind = 'paper_set' AND action = 'done'
ORDER BY at DESC, id DESC LIMIT 1;

-- name: paper_drafts :many
-- Sets of a bank and a body whose items are not sealed yet.
SELECT id, seed, draft_cipher FROM paper_set
WHERE body_id = :body_id AND (body_id > 0 OR region = :region) AND bank_id = :bank_id AND state IN ('assembled', 'approved') AND draft_cipher <> ''
ORDER BY id;

-- name: paper_item_now :one
-- What papers may take of an item today; 0: nothing.
SELECT approved_version_no FROM item WHERE id = :id;

-- name: paper_set_sealed :exec
-- The seed goes with the items: with it and the bank the same forms could be assembled again.
UPDATE paper_set SET draft_cipher = '', seed = '', sealed_at = :sealed_at WHERE id = :id;

-- name: paper_set_opened :exec
UPDATE paper_set SET opened_at = :opened_at, seed = :seed WHERE id = :id;

-- name: paper_set_early :exec
UPDATE paper_set SET early_reason = :early_reason, early_by = :early_by, early_until_at = :early_until_at WHERE id = :id;

-- name: paper_set_window :exec
UPDATE paper_set SET open_from_at = :open_from_at, open_to_at = :open_to_at WHERE id = :id;

-- name: paper_forms_sealed :many
SELECT id, form_no, form_state, n_items, score_centi, content_cipher, content_hash
FROM paper_form WHERE paper_set_id = :paper_set_id ORDER BY form_no;

-- name: paper_forms_drop :exec
DELETE FROM paper_form WHERE paper_set_id = :paper_set_id AND form_state = 'sealed';

-- name: paper_form_withdraw :exec
-- Sealed ones stay so: nobody opens them any more.
UPDATE paper_form SET form_state = 'withdrawn' WHERE paper_set_id = :paper_set_id AND form_state = 'opened';

-- name: paper_exams_running :one
-- column: exams int
SELECT COUNT(*) AS exams FROM exam WHERE paper_set_id = :paper_set_id AND state IN ('ready', 'running');

-- name: paper_forms_seen :many
-- Who has begun with which form.
-- column: sittings int
SELECT form_id, COUNT(*) AS sittings FROM sitting WHERE exam_id = :exam_id AND begun_at > 0 AND form_id > 0
GROUP BY form_id ORDER BY form_id;

-- name: paper_item_used :exec
-- param: sittings int
UPDATE item SET used_on = :used_on, exposures = item.exposures + :sittings WHERE id = :id;

-- Custodians

-- name: paper_custodian_insert :exec
INSERT INTO paper_custodian (paper_set_id, custodian_no, account_id, name, salt, share_cipher, given_cipher, given_at,
	tries, tried_at)
VALUES (:paper_set_id, :custodian_no, :account_id, :name, '', '', '', 0, 0, 0);

-- name: paper_custodians_clear :exec
DELETE FROM paper_custodian WHERE paper_set_id = :paper_set_id;

-- name: paper_custodian_take :exec
UPDATE paper_custodian SET salt = :salt, share_cipher = :share_cipher, given_cipher = :given_cipher
WHERE paper_set_id = :paper_set_id AND custodian_no = :custodian_no AND given_at = 0;

-- name: paper_custodian_confirm :exec
UPDATE paper_custodian SET given_at = :given_at
WHERE paper_set_id = :paper_set_id AND custodian_no = :custodian_no AND given_at = 0;

-- name: paper_custodians_late :exec
-- Nobody came in time: together with a later one the share would open the set.
-- param: since_at int
UPDATE paper_custodian SET given_cipher = '' WHERE paper_set_id = :paper_set_id AND given_at < :since_at;

-- name: paper_wrap_insert :exec
INSERT INTO paper_wrap (paper_set_id, one_no, other_no, key_cipher) VALUES (:paper_set_id, :one_no, :other_no, :key_cipher);

-- name: paper_wrap_find :one
SELECT key_cipher FROM paper_wrap WHERE paper_set_id = :paper_set_id AND one_no = :one_no AND other_no = :other_no;

-- name: paper_custodians :many
SELECT paper_set_id, custodian_no, account_id, name, salt, share_cipher, given_cipher, given_at, tries, tried_at
FROM paper_custodian WHERE paper_set_id = :paper_set_id ORDER BY custodian_no;

-- name: paper_custodian_tried :exec
UPDATE paper_custodian SET tries = :tries, tried_at = :tried_at
WHERE paper_set_id = :paper_set_id AND custodian_no = :custodian_no;

-- name: paper_custodian_give :exec
UPDATE paper_custodian SET given_cipher = :given_cipher, given_at = :given_at, tries = 0
WHERE paper_set_id = :paper_set_id AND custodian_no = :custodian_no;

-- name: paper_custodians_forget :exec
UPDATE paper_custodian SET given_cipher = '', given_at = 0 WHERE paper_set_id = :paper_set_id;

-- name: paper_accounts :many
-- Who may be a custodian: the body's own people, and those of the authorities above it.
SELECT id, name, login, role, region, body_id FROM account
WHERE state = 'active' AND role IN ('body_clerk', 'body_manager', 'authority', 'authority_head')
	AND (body_id = :body_id OR body_id = 0) AND :region LIKE region || '%'
ORDER BY body_id DESC, id LIMIT 300;

-- Prints and traces

-- name: paper_print_insert :exec
INSERT INTO paper_print (id, paper_set_id, form_id, print_kind, venue, mark, account_id, actor_name, at)
VALUES (:id, :paper_set_id, :form_id, :print_kind, :venue, :mark, :account_id, :actor_name, :at);

-- name: paper_prints :many
SELECT p.id, p.form_id, p.print_kind, p.venue, p.mark, p.actor_name, p.at, f.form_no
FROM paper_print p JOIN paper_form f ON f.id = p.form_id
WHERE p.paper_set_id = :paper_set_id ORDER BY p.id DESC LIMIT 500;

-- name: paper_print_by_mark :one
SELECT p.id, p.paper_set_id, p.form_id, p.print_kind, p.venue, p.mark, p.actor_name, p.at, f.form_no
FROM paper_print p JOIN paper_form f ON f.id = p.form_id JOIN paper_set s ON s.id = p.paper_set_id
WHERE p.mark = :mark AND {scope s};

-- name: paper_trace_exams :many
SELECT id, title, state, n_sittings, starts_at FROM exam WHERE paper_set_id = :paper_set_id ORDER BY id DESC LIMIT 50;

-- name: paper_trace_sittings :many
SELECT t.person_id, t.id, t.exam_id, t.batch_room_id, t.seat, t.ticket_no, t.name, t.form_id, t.order_seed, t.state,
	e.shuffle
FROM sitting t JOIN exam e ON e.id = t.exam_id WHERE t.exam_id = :exam_id AND t.form_id > 0 ORDER BY t.batch_room_id, t.seat;
