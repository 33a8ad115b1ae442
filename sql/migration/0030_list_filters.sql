-- What the lists of an authority ask for at hundreds of thousands of rows. Each index leads with what is asked and goes
-- on by id, so that a page is read from the newest however many rows there are; the columns behind let it sift without
-- the row. One with a WHERE is taken only by a query that says the same condition: it holds the few rows that are not as
-- nearly all are, or must not tempt a planner to sort a whole province for the first page.
CREATE INDEX enrolment_by_state ON enrolment (state, id, region, body_id, verdict, spot_check) WHERE state <> 'certified';
CREATE INDEX enrolment_by_verdict ON enrolment (verdict, id, region, body_id, state, spot_check) WHERE verdict <> 'met';
CREATE INDEX enrolment_by_spot_check ON enrolment (spot_check, id, region, body_id, state, verdict) WHERE spot_check <> '';
CREATE INDEX enrolment_by_county ON enrolment (region, id, state, verdict, spot_check) WHERE region <> '';
-- Names are asked for whole or from their beginning, and listed in their order.
CREATE INDEX enrolment_by_name ON enrolment (name, id, region, body_id, state);

DROP INDEX certificate_by_state;
CREATE INDEX certificate_by_state ON certificate (state, id, region, body_id, grade, body_kind) WHERE state <> 'valid';
CREATE INDEX certificate_by_county ON certificate (region, id, state, grade, body_kind) WHERE region <> '';
CREATE INDEX certificate_by_occupation ON certificate (occupation_id, id, region, body_id, state, grade, body_kind);
CREATE INDEX certificate_by_kind ON certificate (body_kind, id, region, body_id, state, grade);
CREATE INDEX certificate_by_grade ON certificate (grade, id, region, body_id, state);
CREATE INDEX certificate_by_day ON certificate (issued_on, id, region, body_id, state, grade, body_kind);
