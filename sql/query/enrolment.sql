-- name: enrolled_contacts :many
-- Who takes part in a batch, for avoidance.
SELECT e.person_id, e.name, e.unit, i.idno_index
FROM enrolment e JOIN person_idno i ON i.found_person_id = e.person_id
WHERE e.batch_id = :batch_id AND e.state IN ('submitted', 'mend', 'accepted')
ORDER BY e.seq, e.person_id;
