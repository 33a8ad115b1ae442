-- What a certificate has in the public log: a row for each of its leaves, written with the fact.
CREATE TABLE certificate_proof (
	person_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	leaf_no INT8 NOT NULL,                   -- 1: issued
	leaf_id INT8 NOT NULL,                   -- in the log; larger than that of the leaf before
	leaf_kind TEXT NOT NULL,                 -- certificate.issued, …
	handle TEXT NOT NULL,                    -- what the log calls the certificate
	face_version INT8 NOT NULL,              -- of the face that counts since
	result_version INT8 NOT NULL,            -- of the list it rests on
	change_id INT8 NOT NULL,                 -- the change that was decided, or 0
	reason TEXT NOT NULL,                    -- of a state, as the public reads it
	account_id INT8 NOT NULL,                -- who did it
	salt_cipher TEXT NOT NULL,               -- the salts of the commitments, sealed
	at INT8 NOT NULL,
	PRIMARY KEY (person_id, certificate_id, leaf_no)
);

-- How far certificates that were issued before the log began have been given their leaves.
CREATE TABLE certificate_backfill (
	id INT8 NOT NULL PRIMARY KEY,            -- 1
	done_id INT8 NOT NULL,                   -- certificates up to this one have theirs
	is_done INT8 NOT NULL
);
