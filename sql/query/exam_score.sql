-- name: score_exam :one
SELECT x.id, x.batch_id, x.body_id, x.region, x.part, x.title, x.state, x.score_version, x.pass_centi, x.starts_at, x.n_sittings
FROM exam x WHERE x.id = :id AND {scope x};

-- name: score_version_insert :exec
INSERT INTO score_version (id, exam_id, score_version, batch_id, body_id, region, state, reason, rulings, multiple_rule,
	pass_centi, n_sittings, n_up, n_down, n_newly_passed, n_newly_failed, against_version, requested_by,
	first_approver_id, second_approver_id, created_at)
VALUES (:id, :exam_id, :score_version, :batch_id, :body_id, :region, 'computing', :reason, :rulings, :multiple_rule,
	:pass_centi, 0, 0, 0, 0, 0, :against_version, :requested_by, 0, 0, :created_at);

-- name: score_version_find :one
SELECT v.id, v.exam_id, v.score_version, v.batch_id, v.body_id, v.region, v.state, v.reason, v.rulings, v.multiple_rule,
	v.pass_centi, v.n_sittings, v.n_up, v.n_down, v.n_newly_passed, v.n_newly_failed, v.against_version, v.requested_by,
	v.first_approver_id, v.second_approver_id, v.created_at
FROM score_version v WHERE v.id = :id AND {scope v};

-- name: score_version_of :one
SELECT id, exam_id, score_version, state, rulings, multiple_rule, pass_centi, against_version
FROM score_version WHERE exam_id = :exam_id AND score_version = :score_version;

-- name: score_versions_of_exam :many
SELECT id, score_version, state, reason, multiple_rule, pass_centi, n_sittings, n_up, n_down, n_newly_passed, n_newly_failed,
	against_version, requested_by, created_at
FROM score_version WHERE exam_id = :exam_id ORDER BY score_version;

-- name: score_version_last :one
-- column: last int
SELECT CAST(COALESCE(max(score_version), 0) AS BIGINT) AS last FROM score_version WHERE exam_id = :exam_id;

-- name: score_version_counts :exec
UPDATE score_version SET n_sittings = :n_sittings, n_up = :n_up, n_down = :n_down, n_newly_passed = :n_newly_passed,
	n_newly_failed = :n_newly_failed
WHERE id = :id;

-- name: score_version_move :exec
UPDATE score_version SET state = :state WHERE id = :id AND state = :from_state;

-- name: score_version_first :exec
UPDATE score_version SET first_approver_id = :first_approver_id WHERE id = :id;

-- name: score_version_second :exec
UPDATE score_version SET second_approver_id = :second_approver_id WHERE id = :id;

-- name: score_sittings_after :many
-- A piece of an exam's sittings, in the order of their ids.
-- param: after_id int
SELECT person_id, id, enrolment_id, form_id, state, ended_why, score_centi, score_version
FROM sitting WHERE exam_id = :exam_id AND id > :after_id ORDER BY id LIMIT 200;

-- name: score_sittings_open :one
-- How many are not at their end.
-- column: n int
SELECT CAST(count(*) AS BIGINT) AS n FROM sitting
WHERE exam_id = :exam_id AND state IN ('waiting', 'admitted', 'running', 'paused');

-- name: score_sitting_find :one
SELECT s.person_id, s.id, s.exam_id, s.batch_id, s.body_id, s.region, s.enrolment_id, s.batch_room_id, s.seat, s.ticket_no,
	s.name, s.form_id, s.order_seed, s.state, s.begun_at, s.ended_at, s.ended_why, s.score_centi, s.score_version
FROM sitting s WHERE s.person_id = :person_id AND s.id = :id AND {scope s};

-- name: sitting_score_put :exec
INSERT INTO sitting_score (person_id, sitting_id, score_version, exam_id, body_id, region, raw_centi, score_centi, n_pending,
	detail)
VALUES (:person_id, :sitting_id, :score_version, :exam_id, :body_id, :region, :raw_centi, :score_centi, :n_pending, :detail)
ON CONFLICT (person_id, sitting_id, score_version) DO UPDATE SET raw_centi = excluded.raw_centi,
	score_centi = excluded.score_centi, n_pending = excluded.n_pending, detail = excluded.detail;

-- name: sitting_score_find :one
SELECT raw_centi, score_centi, n_pending, detail FROM sitting_score
WHERE person_id = :person_id AND sitting_id = :sitting_id AND score_version = :score_version;

-- name: sitting_scores_of_version :many
SELECT person_id, sitting_id, raw_centi, score_centi, n_pending FROM sitting_score
WHERE exam_id = :exam_id AND score_version = :score_version ORDER BY sitting_id;

-- name: sitting_set_score :exec
UPDATE sitting SET score_centi = :score_centi, score_version = :score_version WHERE person_id = :person_id AND id = :id;

-- name: exam_set_score :exec
UPDATE exam SET score_version = :score_version, pass_centi = :pass_centi WHERE id = :id;

-- name: score_pending :one
-- Essays of a version that people have not decided.
-- column: n int
-- column: n_sheets int
SELECT CAST(COALESCE(sum(n_pending), 0) AS BIGINT) AS n, CAST(count(*) AS BIGINT) AS n_sheets
FROM sitting_score WHERE exam_id = :exam_id AND score_version = :score_version;

-- name: score_difference :one
-- What a version changes against another. pass: the new cut, old_pass: the old one.
-- param: pass int
-- param: old_pass int
-- param: against_version int
-- column: n int
-- column: n_up int
-- column: n_down int
-- column: n_newly_passed int
-- column: n_newly_failed int
SELECT CAST(count(*) AS BIGINT) AS n,
	CAST(COALESCE(sum(CASE WHEN a.score_centi > b.score_centi THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_up,
	CAST(COALESCE(sum(CASE WHEN a.score_centi < b.score_centi THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_down,
	CAST(COALESCE(sum(CASE WHEN a.score_centi >= :pass AND b.score_centi < :old_pass THEN 1 ELSE 0 END), 0) AS BIGINT)
		AS n_newly_passed,
	CAST(COALESCE(sum(CASE WHEN a.score_centi < :pass AND b.score_centi >= :old_pass THEN 1 ELSE 0 END), 0) AS BIGINT)
		AS n_newly_failed
FROM sitting_score a JOIN sitting_score b ON b.person_id = a.person_id AND b.sitting_id = a.sitting_id
	AND b.score_version = :against_version
WHERE a.exam_id = :exam_id AND a.score_version = :score_version;

-- name: score_changed :list
-- Whose score or outcome a version changes.
-- param: pass int
-- param: old_pass int
-- param: against_version int
-- column: old_centi int
-- column: passes int
-- column: passed int
-- sort: ticket = s.ticket_no, s.id
-- sort: change = a.score_centi - b.score_centi, s.id
SELECT s.person_id, s.id, s.ticket_no, s.name, s.seat, s.batch_room_id, b.score_centi AS old_centi, a.score_centi,
	CASE WHEN b.score_centi >= :old_pass THEN 1 ELSE 0 END AS passed,
	CASE WHEN a.score_centi >= :pass THEN 1 ELSE 0 END AS passes
FROM sitting_score a JOIN sitting_score b ON b.person_id = a.person_id AND b.sitting_id = a.sitting_id
	AND b.score_version = :against_version
	JOIN sitting s ON s.person_id = a.person_id AND s.id = a.sitting_id
WHERE a.exam_id = :exam_id AND a.score_version = :score_version AND {scope s}
	AND (a.score_centi <> b.score_centi
		OR (a.score_centi >= :pass AND b.score_centi < :old_pass) OR (a.score_centi < :pass AND b.score_centi >= :old_pass))
	{sort};

-- name: score_list :list
-- filter: s.batch_room_id = :batch_room_id
-- filter: s.state = :state
-- filter: s.ticket_no = :ticket_no
-- sort: ticket = s.ticket_no, s.id
-- sort: score = s.score_centi DESC, s.id
SELECT s.person_id, s.id, s.ticket_no, s.name, s.seat, s.batch_room_id, s.state, s.ended_at, s.score_centi, s.score_version
FROM sitting s WHERE s.exam_id = :exam_id AND {scope s} {filters} {sort};

-- name: score_bands :many
-- How many sittings in each band of five points.
-- column: band int
-- column: n int
SELECT CAST(CASE WHEN score_centi >= 10000 THEN 19 ELSE score_centi / 500 END AS BIGINT) AS band,
	CAST(count(*) AS BIGINT) AS n
FROM sitting_score WHERE exam_id = :exam_id AND score_version = :score_version GROUP BY 1 ORDER BY 1;

-- name: essay_open :exec
INSERT INTO essay_mark (person_id, sitting_id, item_no, round, exam_id, form_id, body_id, region, marker_id, marker_name,
	score_centi, full_centi, note, taken_at, marked_at)
VALUES (:person_id, :sitting_id, :item_no, :round, :exam_id, :form_id, :body_id, :region, 0, '', 0, :full_centi, '', 0, 0)
ON CONFLICT (person_id, sitting_id, item_no, round) DO NOTHING;

-- name: essay_held :one
-- What a marker has in hand.
SELECT person_id, sitting_id, item_no, round, exam_id, form_id, full_centi
FROM essay_mark WHERE exam_id = :exam_id AND marked_at = 0 AND marker_id = :marker_id
ORDER BY taken_at LIMIT 1;

-- name: essay_free :many
-- Essays without a marker, or whose marker let them lie, that this marker has not marked in another round and no
-- moderator has decided.
-- param: held_before int
-- param: own_id int
SELECT m.person_id, m.sitting_id, m.item_no, m.round, m.exam_id, m.form_id, m.full_centi, m.marker_id
FROM essay_mark m
WHERE m.exam_id = :exam_id AND m.marked_at = 0 AND (m.marker_id = 0 OR m.taken_at < :held_before)
	AND NOT EXISTS (SELECT 1 FROM essay_mark o WHERE o.person_id = m.person_id AND o.sitting_id = m.sitting_id
		AND o.item_no = m.item_no AND (o.round = 4 OR (o.round <> m.round AND o.marker_id = :own_id)))
ORDER BY m.item_no, m.round, m.sitting_id LIMIT 64;

-- name: score_lock :exec
-- Whoever marks, computes or decides about the scores of an exam waits for the others.
UPDATE exam SET score_version = score_version WHERE id = :id;

-- name: essay_claim :exec
-- Nobody marks an essay in two rounds.
-- param: from_id int
UPDATE essay_mark SET marker_id = :marker_id, marker_name = :marker_name, taken_at = :taken_at
WHERE person_id = :person_id AND sitting_id = :sitting_id AND item_no = :item_no AND round = :round
	AND marker_id = :from_id AND marked_at = 0
	AND NOT EXISTS (SELECT 1 FROM essay_mark o WHERE o.person_id = :person_id AND o.sitting_id = :sitting_id
		AND o.item_no = :item_no AND o.round <> :round AND o.marker_id = :marker_id);

-- name: essay_set :exec
UPDATE essay_mark SET score_centi = :score_centi, note = :note, marked_at = :marked_at
WHERE person_id = :person_id AND sitting_id = :sitting_id AND item_no = :item_no AND round = :round
	AND marker_id = :marker_id AND marked_at = 0;

-- name: essay_moderated :exec
INSERT INTO essay_mark (person_id, sitting_id, item_no, round, exam_id, form_id, body_id, region, marker_id, marker_name,
	score_centi, full_centi, note, taken_at, marked_at)
VALUES (:person_id, :sitting_id, :item_no, 4, :exam_id, :form_id, :body_id, :region, :marker_id, :marker_name,
	:score_centi, :full_centi, :note, :marked_at, :marked_at)
ON CONFLICT (person_id, sitting_id, item_no, round) DO UPDATE SET marker_id = excluded.marker_id,
	marker_name = excluded.marker_name, score_centi = excluded.score_centi, note = excluded.note,
	marked_at = excluded.marked_at;

-- name: essay_rounds :many
SELECT item_no, round, exam_id, form_id, body_id, region, marker_id, marker_name, score_centi, full_centi, note, marked_at
FROM essay_mark WHERE person_id = :person_id AND sitting_id = :sitting_id ORDER BY item_no, round;

-- name: essay_progress :one
-- column: n int
-- column: n_marked int
-- column: n_third int
SELECT CAST(count(*) AS BIGINT) AS n, CAST(COALESCE(sum(CASE WHEN marked_at > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_marked,
	CAST(COALESCE(sum(CASE WHEN round = 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_third
FROM essay_mark WHERE exam_id = :exam_id;

-- name: essay_markers :many
-- How each marker marks: for the moderator. Shares of full marks in per mille.
-- column: n int
-- column: mean_permille int
-- column: squares int
SELECT marker_id, marker_name, CAST(count(*) AS BIGINT) AS n,
	CAST(COALESCE(sum(score_centi * 1000 / full_centi), 0) AS BIGINT) AS mean_permille,
	CAST(COALESCE(sum((score_centi * 1000 / full_centi) * (score_centi * 1000 / full_centi)), 0) AS BIGINT) AS squares
FROM essay_mark WHERE exam_id = :exam_id AND marked_at > 0 AND round < 4
GROUP BY marker_id, marker_name ORDER BY marker_name, marker_id;

-- name: essay_list :list
-- column: given int
-- filter: EXISTS (SELECT 1 FROM essay_mark t WHERE t.person_id = m.person_id AND t.sitting_id = m.sitting_id AND t.item_no = m.item_no AND t.round = :round)
-- sort: item = m.item_no, m.sitting_id, m.round
SELECT m.person_id, m.sitting_id, m.item_no, m.round, m.marker_name, m.score_centi, m.full_centi, m.note, m.marked_at,
	CASE WHEN m.marked_at > 0 THEN 1 ELSE 0 END AS given
FROM essay_mark m WHERE m.exam_id = :exam_id AND {scope m} {filters} {sort};

-- name: exams_scored :many
SELECT id FROM exam WHERE score_version > 0 AND (:id = 0 OR id = :id) ORDER BY id;

-- name: exam_cut_of_batch :one
-- The theory's own cut when an exam of the batch has one.
SELECT pass_centi, state FROM exam WHERE batch_id = :batch_id AND part = 1;

-- name: score_items :many
-- The items of the forms that were sat.
SELECT f.form_no, i.item_no, i.item_id, i.item_kind
FROM exam x JOIN paper_form f ON f.paper_set_id = x.paper_set_id JOIN paper_form_item i ON i.form_id = f.id
WHERE x.id = :exam_id ORDER BY f.form_no, i.item_no;

-- name: score_exams_waiting :many
-- Exams that are over and not published, the oldest first.
SELECT x.id, x.title, x.ends_at, x.score_version FROM exam x
WHERE x.state = 'closed' AND {scope x} ORDER BY x.ends_at, x.id LIMIT 200;

-- name: essays_waiting :many
-- param: own_id int
-- column: n int
SELECT x.id, x.title, x.ends_at, CAST(count(*) AS BIGINT) AS n
FROM exam x JOIN essay_mark m ON m.exam_id = x.id AND m.marked_at = 0 AND (m.marker_id = 0 OR m.marker_id = :own_id)
WHERE x.state = 'closed' AND x.body_id = :body_id
	AND NOT EXISTS (SELECT 1 FROM essay_mark o WHERE o.person_id = m.person_id AND o.sitting_id = m.sitting_id
		AND o.item_no = m.item_no AND (o.round = 4 OR (o.round <> m.round AND o.marker_id = :own_id)))
GROUP BY x.id, x.title, x.ends_at ORDER BY x.ends_at, x.id LIMIT 200;

-- name: score_versions_waiting :many
-- Decisions that wait for somebody else than who proposed or approved them.
-- param: own_id int
SELECT v.id, v.exam_id, v.reason, v.created_at, x.title
FROM score_version v JOIN exam x ON x.id = v.exam_id
WHERE v.state IN ('proposed', 'approved_once') AND v.requested_by <> :own_id AND v.first_approver_id <> :own_id
	AND {scope v} ORDER BY v.created_at, v.id LIMIT 200;
