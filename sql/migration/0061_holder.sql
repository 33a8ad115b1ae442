-- Life after issue from the holder's and the body's side: what was decided on a holder's request and whether he has seen it, and
-- what the body that issued a certificate says in a case about it.

ALTER TABLE certificate_change ADD COLUMN read_at INT8 NOT NULL DEFAULT 0;   -- the holder opened the decision

ALTER TABLE revocation ADD COLUMN opinion_kind TEXT NOT NULL DEFAULT '';     -- agree, disagree, facts
ALTER TABLE revocation ADD COLUMN opinion TEXT NOT NULL DEFAULT '';
ALTER TABLE revocation ADD COLUMN opinion_file_id INT8 NOT NULL DEFAULT 0;
ALTER TABLE revocation ADD COLUMN opinion_name TEXT NOT NULL DEFAULT '';
ALTER TABLE revocation ADD COLUMN opinion_at INT8 NOT NULL DEFAULT 0;
