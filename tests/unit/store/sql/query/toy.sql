-- name: thing_insert :exec
INSERT INTO thing (id, region, body_id, name, picture, weight, amount, state)
VALUES (:id, :region, :body_id, :name, :picture, :weight, :amount, :state)

-- name: thing_find :one
SELECT id, region, body_id, name, picture, weight, amount, state FROM thing WHERE id = :id;

-- name: thing_visible :one
SELECT t.name FROM thing t WHERE t.id = :id AND {scope t}

-- name: thing_add :exec
-- param: more int
UPDATE thing SET amount = amount + :more WHERE id = :id

-- name: thing_swap :one
-- Compare and set; :amount is what was read before.
-- param: next int
UPDATE thing SET amount = :next WHERE id = :id AND amount = :amount RETURNING id, amount

-- name: thing_new :one
INSERT INTO thing (id, region, body_id, name, picture, weight, amount, state)
VALUES (:id, '', 0, :name, :picture, 0, 0, '') ON CONFLICT (name) DO UPDATE SET amount = thing.amount + 1
RETURNING id, amount

-- name: thing_touch :exec
UPDATE thing SET state = :state WHERE {scope}

-- name: thing_all :many
SELECT id, name FROM thing ORDER BY id

-- name: thing_total :one
-- column: n int
-- column: total int
-- column: heaviest float
SELECT count(*) AS n, CAST(sum(amount) AS BIGINT) AS total, max(weight) AS heaviest FROM thing

-- name: thing_each :each
-- param: least int
SELECT id, name, picture FROM thing WHERE id >= :least ORDER BY id

-- name: thing_list :list
-- column: place text
-- filter: t.state = :state
-- filter: (t.name >= :prefix AND t.name < :prefix_end)
-- filter: t.amount <> :not_amount
-- param: prefix text
-- param: prefix_end text
-- param: not_amount int
-- param: place text
-- sort: name = t.name, t.id
-- sort: heaviest = t.weight DESC, t.id
SELECT t.id, t.name, t.amount, :place AS place FROM thing t WHERE {scope t} {filters} ORDER BY {sort}

-- name: state_list :list
-- column: n int
-- sort: state = state
WITH known AS (SELECT state, amount FROM thing WHERE amount >= :amount)
SELECT state, count(*) AS n FROM known GROUP BY state {sort}

-- name: distinct_list :list
-- sort: state = state
SELECT DISTINCT state FROM thing {sort}

-- name: shelf_insert :exec
INSERT INTO shelf (id, title) VALUES (:id, :title)

-- name: shelf_all :many
SELECT id, title FROM shelf ORDER BY title

-- name: shelf_like :many
-- param: pattern text
SELECT id FROM shelf WHERE title LIKE :pattern ORDER BY id

-- name: placed_insert :exec
INSERT INTO placed (shelf_id, id) VALUES (:shelf_id, :id)

-- name: thing_held :one
SELECT t.name FROM thing t WHERE t.id = :id {share t}
