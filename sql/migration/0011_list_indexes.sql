-- What the lists of an authority ask for at hundreds of thousands of rows: a state, in a region, newest or oldest first.

CREATE INDEX certificate_by_state ON certificate (state, region, id);
CREATE INDEX objection_by_state ON objection (state, region, id);
CREATE INDEX result_change_by_state ON result_change (state, region, id);
CREATE INDEX result_change_by_id ON result_change (id);
