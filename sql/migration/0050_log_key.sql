-- By what name and with which keys the public log is signed.
CREATE TABLE log_origin (
	id INT8 NOT NULL PRIMARY KEY,            -- 1
	origin TEXT NOT NULL                     -- fixed once a checkpoint was signed
);

-- Every key that ever signed a checkpoint. A key that was lost is named, so that nobody trusts it.
CREATE TABLE log_key (
	id INT8 NOT NULL PRIMARY KEY,
	verifier_key TEXT NOT NULL,              -- as C2SP signed-note writes it
	key_state TEXT NOT NULL,                 -- current, retired, lost
	created_at INT8 NOT NULL,
	ended_at INT8 NOT NULL                   -- 0: in use
);
CREATE UNIQUE INDEX log_key_once ON log_key (verifier_key);
