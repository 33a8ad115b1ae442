-- What became of certificates, as the public log says it: for the snapshots that offline verifiers use.
CREATE TABLE log_status (
	handle TEXT NOT NULL PRIMARY KEY,        -- what the log calls the certificate
	state TEXT NOT NULL,                     -- '', s (suspended), r (revoked)
	face_version INT8 NOT NULL               -- that counts; 0: never corrected
);

-- How many leaves it was read from.
CREATE TABLE log_status_head (
	id INT8 NOT NULL PRIMARY KEY,            -- 1
	tree_size INT8 NOT NULL,
	changed_size INT8 NOT NULL,              -- of the tree whose last leaf changed a state
	run_no INT8 NOT NULL
);

-- The last snapshot of each day.
CREATE TABLE status_snapshot (
	made_on INT8 NOT NULL PRIMARY KEY,
	tree_size INT8 NOT NULL,
	n_entries INT8 NOT NULL,
	file_text TEXT NOT NULL,                 -- base/status.h
	at INT8 NOT NULL
);

-- Places in the status lists of verifiable credentials, at random within a list; given when a certificate is first exported.
CREATE TABLE vc_slot (
	list_no INT8 NOT NULL,
	list_index INT8 NOT NULL,
	found_person_id INT8 NOT NULL,
	certificate_id INT8 NOT NULL,
	PRIMARY KEY (list_no, list_index)
);
CREATE UNIQUE INDEX vc_slot_by_certificate ON vc_slot (certificate_id);

-- The lists as they were signed last, by purpose.
CREATE TABLE vc_list (
	list_no INT8 NOT NULL,
	purpose TEXT NOT NULL,                   -- revocation, suspension
	file_text TEXT NOT NULL,
	at INT8 NOT NULL,
	PRIMARY KEY (list_no, purpose)
);
