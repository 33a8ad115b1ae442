-- The public key of the machine that a venue without a line runs its exams on; '' for none. Packages for the venue open on no other.
ALTER TABLE venue ADD COLUMN machine_key TEXT NOT NULL DEFAULT '';
