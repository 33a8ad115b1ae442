-- name: exam_stat_put :exec
INSERT INTO exam_stat (exam_id, body_id, region, score_version, n_sittings, n_items, forms, irt_model, curve, n_pending, taken_by,
	taken_at, created_at)
VALUES (:exam_id, :body_id, :region, :score_version, :n_sittings, :n_items, :forms, :irt_model, :curve, :n_pending, 0, 0,
	:created_at)
ON CONFLICT (exam_id) DO UPDATE SET score_version = excluded.score_version, n_sittings = excluded.n_sittings,
	n_items = excluded.n_items, forms = excluded.forms, irt_model = excluded.irt_model, curve = excluded.curve, n_pending = excluded.n_pending,
	taken_by = 0, taken_at = 0, created_at = excluded.created_at;

-- name: exam_stat_find :one
SELECT s.exam_id, s.score_version, s.n_sittings, s.n_items, s.forms, s.irt_model, s.curve, s.n_pending, s.taken_by, s.taken_at,
	s.created_at
FROM exam_stat s WHERE s.exam_id = :exam_id AND {scope s};

-- name: exam_stat_take :exec
UPDATE exam_stat SET taken_by = :taken_by, taken_at = :taken_at WHERE exam_id = :exam_id AND taken_at = 0;

-- name: item_stat_clear :exec
DELETE FROM item_stat WHERE exam_id = :exam_id;

-- name: item_stat_insert :exec
INSERT INTO item_stat (exam_id, item_id, version_no, body_id, region, item_kind, places, n_answers, n_omitted,
	facility_permille, discrimination_permille, upper_lower_permille, seconds, irt_state, irt_a, irt_b, irt_se_b, fit_p,
	advice, options)
VALUES (:exam_id, :item_id, :version_no, :body_id, :region, :item_kind, :places, :n_answers, :n_omitted,
	:facility_permille, :discrimination_permille, :upper_lower_permille, :seconds, :irt_state, :irt_a, :irt_b, :irt_se_b,
	:fit_p, :advice, :options);

-- name: item_stats :many
SELECT item_id, version_no, n_answers, facility_permille, discrimination_permille, irt_state, irt_a, irt_b
FROM item_stat WHERE exam_id = :exam_id ORDER BY item_id, version_no;

-- name: item_stat_find :one
-- column: bank_id int
SELECT s.exam_id, s.item_id, s.version_no, s.item_kind, s.places, s.n_answers, s.n_omitted, s.facility_permille,
	s.discrimination_permille, s.upper_lower_permille, s.seconds, s.irt_state, s.irt_a, s.irt_b, s.irt_se_b, s.fit_p, s.advice,
	s.options, COALESCE(i.bank_id, 0) AS bank_id
FROM item_stat s LEFT JOIN item i ON i.id = s.item_id WHERE s.exam_id = :exam_id AND s.item_id = :item_id AND s.version_no = :version_no AND {scope s};

-- name: item_stat_list :list
-- param: advised int
-- filter: s.item_kind = :item_kind
-- filter: s.advice <> '' AND :advised = 1
-- sort: place = s.places, s.item_id
-- sort: facility = s.facility_permille, s.item_id
-- sort: discrimination = s.discrimination_permille, s.item_id
-- sort: seconds = s.seconds DESC, s.item_id
SELECT s.item_id, s.version_no, s.item_kind, s.places, s.n_answers, s.n_omitted, s.facility_permille,
	s.discrimination_permille, s.upper_lower_permille, s.seconds, s.irt_state, s.irt_a, s.irt_b, s.fit_p, s.advice
FROM item_stat s WHERE s.exam_id = :exam_id AND {scope s} {filters} {sort};

-- name: item_take_stat :exec
-- Figures of a version that is no longer the one in use say nothing about it. Parameters that could not be fitted
-- (calibrated_on 0: too few sheets) leave the older ones.
-- param: version_no int
UPDATE item SET n_answers = :n_answers, facility_permille = :facility_permille,
	discrimination_permille = :discrimination_permille,
	irt_a = CASE WHEN :calibrated_on > 0 THEN :irt_a ELSE item.irt_a END,
	irt_b = CASE WHEN :calibrated_on > 0 THEN :irt_b ELSE item.irt_b END,
	calibrated_on = CASE WHEN :calibrated_on > 0 THEN :calibrated_on ELSE item.calibrated_on END
WHERE id = :id AND approved_version_no IN (:version_no, 0) AND {scope};
