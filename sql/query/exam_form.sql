-- name: paper_form_put :exec
INSERT INTO paper_form (id, paper_set_id, form_no, form_state, n_items, score_centi, content_cipher, content_hash)
VALUES (:id, :paper_set_id, :form_no, :form_state, :n_items, :score_centi, :content_cipher, :content_hash)
ON CONFLICT (id) DO UPDATE SET form_state = excluded.form_state, n_items = excluded.n_items,
	score_centi = excluded.score_centi, content_cipher = excluded.content_cipher, content_hash = excluded.content_hash;

-- name: paper_form_find :one
SELECT id, paper_set_id, form_no, form_state, n_items, score_centi, content_cipher, content_hash
FROM paper_form WHERE id = :id;

-- name: paper_form_of_set :many
SELECT id, form_no, form_state, n_items, score_centi, content_hash
FROM paper_form WHERE paper_set_id = :paper_set_id ORDER BY form_no;

-- name: paper_form_item_clear :exec
DELETE FROM paper_form_item WHERE form_id = :form_id;

-- name: paper_form_item_insert :exec
INSERT INTO paper_form_item (form_id, item_no, item_id, version_no, item_kind, score_centi)
VALUES (:form_id, :item_no, :item_id, :version_no, :item_kind, :score_centi);

-- name: paper_form_items :many
SELECT item_no, item_id, version_no, item_kind, score_centi
FROM paper_form_item WHERE form_id = :form_id ORDER BY item_no;
