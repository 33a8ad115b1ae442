-- name: forensic_exams :many
-- The exams a set of forms was or will be sat at.
SELECT x.id, x.paper_set_id, x.title, x.batch_id, x.body_id, x.region, x.score_version, x.starts_at, x.n_sittings, b.name AS body_name
FROM exam x JOIN body b ON b.id = x.body_id
WHERE x.paper_set_id = :paper_set_id AND x.state <> 'void' AND {scope x} ORDER BY x.id;

-- name: forensic_exam :one
SELECT x.id, x.paper_set_id, x.title, x.batch_id, x.body_id, x.region, x.score_version, x.starts_at, x.n_sittings, b.name AS body_name
FROM exam x JOIN body b ON b.id = x.body_id WHERE x.id = :id AND {scope x};

-- name: forensic_look_exam_insert :exec
INSERT INTO forensic_look_exam (look_id, exam_id, body_id, region, score_version)
VALUES (:look_id, :exam_id, :body_id, :region, :score_version);

-- name: forensic_look_exams :many
SELECT exam_id, score_version FROM forensic_look_exam WHERE look_id = :look_id ORDER BY exam_id;

-- name: forensic_places :many
-- The rooms of an exam, where they are and how they are seated.
SELECT b.id, b.venue_id, r.name AS room_name, v.name AS venue_name, r.seats, r.per_row
FROM exam_room x JOIN batch_room b ON b.id = x.batch_room_id JOIN room r ON r.id = b.room_id JOIN venue v ON v.id = b.venue_id
WHERE x.exam_id = :exam_id ORDER BY b.id;

-- name: forensic_proctors :many
SELECT s.batch_room_id, s.staff_id, t.name
FROM exam_room x JOIN batch_staff s ON s.batch_room_id = x.batch_room_id AND s.duty = 'proctor' JOIN staff t ON t.id = s.staff_id
WHERE x.exam_id = :exam_id ORDER BY s.staff_id, s.batch_room_id;

-- name: forensic_units :many
SELECT e.id, e.unit FROM enrolment e WHERE e.batch_id = :batch_id AND e.unit <> '' ORDER BY e.unit, e.id;

-- name: forensic_look_insert :exec
INSERT INTO forensic_look (id, exam_id, paper_set_id, body_id, region, score_version, n_sittings, n_items, n_pairs_near, n_pairs_far, found_near,
	found_far, alpha, single_near, single_far, least_near, least_far, n_clusters, worst_misfit, has_times, has_changes, power,
	picture, created_by, created_at)
VALUES (:id, :exam_id, :paper_set_id, :body_id, :region, :score_version, :n_sittings, :n_items, :n_pairs_near, :n_pairs_far, :found_near,
	:found_far, :alpha, :single_near, :single_far, :least_near, :least_far, :n_clusters, :worst_misfit, :has_times, :has_changes,
	:power, :picture, :created_by, :created_at);

-- name: forensic_look_newest :one
-- Of one exam (paper_set_id 0), or over those exams of a set that make up this very region (exam_id 0).
SELECT l.id, l.exam_id, l.score_version, l.n_sittings, l.n_items, l.n_pairs_near, l.n_pairs_far, l.found_near, l.found_far, l.alpha,
	l.single_near, l.single_far, l.least_near, l.least_far, l.n_clusters, l.worst_misfit, l.has_times, l.has_changes, l.power,
	l.picture, l.created_at
FROM forensic_look l WHERE l.exam_id = :exam_id AND l.paper_set_id = :paper_set_id AND l.region = :region AND {scope l}
ORDER BY l.id DESC LIMIT 1;

-- name: forensic_look_find :one
SELECT l.id, l.exam_id, l.score_version, l.n_sittings, l.n_items, l.n_pairs_near, l.n_pairs_far, l.found_near, l.found_far, l.alpha,
	l.single_near, l.single_far, l.least_near, l.least_far, l.n_clusters, l.worst_misfit, l.has_times, l.has_changes, l.power,
	l.picture, l.created_at
FROM forensic_look l WHERE l.id = :id AND l.exam_id = :exam_id AND l.paper_set_id = :paper_set_id AND {scope l};

-- name: forensic_pair_insert :exec
INSERT INTO forensic_pair (look_id, rank_no, exam_id, body_id, region, person_a, sitting_a, person_b, sitting_b, is_near, is_finding,
	cluster_no, n_common, n_right, n_wrong, expected_right, expected_wrong, p_m4, p_gbt, p_omega, p_adjusted, omega_ab, omega_ba,
	evidence)
VALUES (:look_id, :rank_no, :exam_id, :body_id, :region, :person_a, :sitting_a, :person_b, :sitting_b, :is_near, :is_finding,
	:cluster_no, :n_common, :n_right, :n_wrong, :expected_right, :expected_wrong, :p_m4, :p_gbt, :p_omega, :p_adjusted,
	:omega_ab, :omega_ba, :evidence);

-- name: forensic_person_insert :exec
INSERT INTO forensic_person (look_id, measure, person_id, sitting_id, exam_id, body_id, region, n_looked, figure, expected, p_value,
	p_adjusted)
VALUES (:look_id, :measure, :person_id, :sitting_id, :exam_id, :body_id, :region, :n_looked, :figure, :expected, :p_value,
	:p_adjusted);

-- name: forensic_group_insert :exec
INSERT INTO forensic_group (look_id, group_kind, measure, group_id, exam_id, body_id, region, label, n_people, n_marked, figure,
	expected, p_value, p_adjusted)
VALUES (:look_id, :group_kind, :measure, :group_id, :exam_id, :body_id, :region, :label, :n_people, :n_marked, :figure, :expected,
	:p_value, :p_adjusted);

-- name: forensic_pair_list :list
-- param: findings int
-- param: near int
-- filter: p.is_finding = 1 AND :findings = 1
-- filter: p.is_near = 1 AND :near = 1
-- sort: rank = p.rank_no
-- sort: wrong = p.n_wrong DESC, p.rank_no
SELECT p.rank_no, a.name AS name_a, a.ticket_no AS ticket_a, a.seat AS place_a, ra.name AS room_a,
	b.name AS name_b, b.ticket_no AS ticket_b, b.seat AS place_b, rb.name AS room_b, p.is_near, p.is_finding, p.cluster_no,
	p.n_common, p.n_right, p.n_wrong, p.expected_right, p.expected_wrong, p.p_m4, p.p_adjusted, a.exam_id AS exam_a,
	b.exam_id AS exam_b, ea.title AS title_a, eb.title AS title_b
FROM forensic_pair p JOIN sitting a ON a.person_id = p.person_a AND a.id = p.sitting_a
	JOIN sitting b ON b.person_id = p.person_b AND b.id = p.sitting_b
	JOIN batch_room xa ON xa.id = a.batch_room_id JOIN room ra ON ra.id = xa.room_id
	JOIN batch_room xb ON xb.id = b.batch_room_id JOIN room rb ON rb.id = xb.room_id
	JOIN exam ea ON ea.id = a.exam_id JOIN exam eb ON eb.id = b.exam_id
WHERE p.look_id = :look_id AND {scope p} {filters} {sort};

-- name: forensic_pair_find :one
SELECT p.look_id, p.rank_no, p.exam_id, p.body_id, p.region, a.name AS name_a, a.ticket_no AS ticket_a, a.seat AS place_a,
	ra.name AS room_a, a.batch_room_id AS batch_room_a, a.score_centi AS points_a, b.name AS name_b, b.ticket_no AS ticket_b,
	b.seat AS place_b, rb.name AS room_b, b.batch_room_id AS batch_room_b, b.score_centi AS points_b, ra.seats, ra.per_row,
	p.is_near, p.is_finding, p.cluster_no, p.n_common, p.n_right, p.n_wrong, p.expected_right, p.expected_wrong, p.p_m4, p.p_gbt,
	p.p_omega, p.p_adjusted, p.omega_ab, p.omega_ba, p.evidence, a.exam_id AS exam_a, b.exam_id AS exam_b, ea.title AS title_a,
	eb.title AS title_b
FROM forensic_pair p JOIN sitting a ON a.person_id = p.person_a AND a.id = p.sitting_a
	JOIN sitting b ON b.person_id = p.person_b AND b.id = p.sitting_b
	JOIN batch_room xa ON xa.id = a.batch_room_id JOIN room ra ON ra.id = xa.room_id
	JOIN batch_room xb ON xb.id = b.batch_room_id JOIN room rb ON rb.id = xb.room_id
	JOIN exam ea ON ea.id = a.exam_id JOIN exam eb ON eb.id = b.exam_id
WHERE p.look_id = :look_id AND p.rank_no = :rank_no AND {scope p};

-- name: forensic_persons :many
SELECT f.measure, f.person_id, s.name, s.ticket_no, s.seat, r.name AS room_name, f.n_looked, f.figure, f.expected, f.p_value,
	f.p_adjusted
FROM forensic_person f JOIN sitting s ON s.person_id = f.person_id AND s.id = f.sitting_id
	JOIN batch_room b ON b.id = s.batch_room_id JOIN room r ON r.id = b.room_id
WHERE f.look_id = :look_id AND {scope f} ORDER BY f.measure, f.p_value, f.person_id;

-- name: forensic_groups :many
SELECT g.group_kind, g.measure, g.group_id, g.label, g.n_people, g.n_marked, g.figure, g.expected, g.p_value, g.p_adjusted
FROM forensic_group g WHERE g.look_id = :look_id AND {scope g} ORDER BY g.group_kind, g.measure, g.p_value, g.group_id;

-- name: forensic_case_insert :exec
INSERT INTO forensic_case (id, look_id, rank_no, exam_id, body_id, region, state, reason, statement, conclusion, created_by, created_at)
VALUES (:id, :look_id, :rank_no, :exam_id, :body_id, :region, 'opened', :reason, '', '', :created_by, :created_at);

-- name: forensic_case_find :one
SELECT c.id, c.look_id, c.rank_no, c.exam_id, c.body_id, c.region, c.state, c.reason, c.statement, c.conclusion, c.created_at,
	x.title AS exam_title, y.title AS other_title, b.exam_id AS other_exam_id, l.paper_set_id, a.name AS name_a,
	a.ticket_no AS ticket_a, b.name AS name_b, b.ticket_no AS ticket_b
FROM forensic_case c JOIN exam x ON x.id = c.exam_id JOIN forensic_look l ON l.id = c.look_id
	JOIN forensic_pair p ON p.look_id = c.look_id AND p.rank_no = c.rank_no
	JOIN sitting a ON a.person_id = p.person_a AND a.id = p.sitting_a
	JOIN sitting b ON b.person_id = p.person_b AND b.id = p.sitting_b JOIN exam y ON y.id = b.exam_id
WHERE c.id = :id AND {scope c};

-- name: forensic_case_of_pair :one
SELECT c.id, c.state FROM forensic_case c WHERE c.look_id = :look_id AND c.rank_no = :rank_no AND {scope c};

-- name: forensic_case_list :list
-- filter: c.state = :state
-- sort: newest = c.id DESC
SELECT c.id, c.rank_no, c.state, c.created_at, x.title AS exam_title, a.name AS name_a, b.name AS name_b
FROM forensic_case c JOIN exam x ON x.id = c.exam_id
	JOIN forensic_pair p ON p.look_id = c.look_id AND p.rank_no = c.rank_no
	JOIN sitting a ON a.person_id = p.person_a AND a.id = p.sitting_a
	JOIN sitting b ON b.person_id = p.person_b AND b.id = p.sitting_b
WHERE {scope c} {filters} {sort};

-- name: forensic_case_move :exec
UPDATE forensic_case SET state = :state WHERE id = :id AND state = :from_state;

-- name: forensic_case_set_statement :exec
UPDATE forensic_case SET statement = :statement WHERE id = :id;

-- name: forensic_case_set_conclusion :exec
UPDATE forensic_case SET conclusion = :conclusion WHERE id = :id;
