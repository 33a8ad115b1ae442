-- The core floor: regions, calendar, settings, accounts, events, audit, files, jobs.
-- Types are PostgreSQL's; INT8, BYTEA and FLOAT8 are translated for SQLite. No column is NULL: 0 and '' say "none".

CREATE TABLE platform (
	id INT8 NOT NULL PRIMARY KEY,            -- always 1
	demo INT8 NOT NULL,                      -- 1: demo province, the rehearsal clock may be moved
	clock_offset_s INT8 NOT NULL,            -- added to the system's clock
	created_at INT8 NOT NULL
);

CREATE TABLE region (
	code TEXT NOT NULL PRIMARY KEY,          -- GB/T 2260 cut to its significant digits: 37, 3710, 371002
	name TEXT NOT NULL,
	parent TEXT NOT NULL,
	tier INT8 NOT NULL,                      -- 1 province, 2 city, 3 county
	is_local INT8 NOT NULL                   -- 1: a suffix of the city's own, not in GB/T 2260
);

CREATE TABLE holiday (
	day_on INT8 NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,                      -- holiday, workday (make-up day)
	name TEXT NOT NULL
);

CREATE TABLE setting_value (
	name TEXT NOT NULL,
	region TEXT NOT NULL,                    -- '' is the whole country
	effective_on INT8 NOT NULL,
	amount INT8 NOT NULL,
	set_by INT8 NOT NULL,
	set_at INT8 NOT NULL,
	PRIMARY KEY (name, region, effective_on)
);

CREATE TABLE account (
	id INT8 NOT NULL PRIMARY KEY,
	login TEXT NOT NULL,                     -- of staff; workers log in with their number, found by its index
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	region TEXT NOT NULL,
	body_id INT8 NOT NULL,
	linked_person_id INT8 NOT NULL,
	state TEXT NOT NULL,                     -- active, disabled
	password_hash TEXT NOT NULL,
	must_change INT8 NOT NULL,
	totp_cipher TEXT NOT NULL,               -- '' until enrolled
	totp_step INT8 NOT NULL,                 -- the last step used
	failed INT8 NOT NULL,
	locked_until_at INT8 NOT NULL,
	created_at INT8 NOT NULL,
	password_at INT8 NOT NULL,
	seen_at INT8 NOT NULL
);
CREATE INDEX account_by_body ON account (body_id, id);
CREATE INDEX account_by_region ON account (region, id);

CREATE TABLE account_login (
	login_key TEXT NOT NULL PRIMARY KEY,     -- 'staff:NAME' or 'idno:BLIND INDEX'
	account_id INT8 NOT NULL
);

CREATE TABLE session (
	token_hash TEXT NOT NULL PRIMARY KEY,
	account_id INT8 NOT NULL,
	stage TEXT NOT NULL,                     -- second (password given, second factor awaited), full
	csrf_secret TEXT NOT NULL,
	ip TEXT NOT NULL,
	agent TEXT NOT NULL,
	created_at INT8 NOT NULL,
	seen_at INT8 NOT NULL,
	expires_at INT8 NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);

CREATE TABLE api_token (
	token_hash TEXT NOT NULL PRIMARY KEY,
	id INT8 NOT NULL,
	account_id INT8 NOT NULL,
	name TEXT NOT NULL,
	scopes TEXT NOT NULL,                    -- permission codes with commas
	created_at INT8 NOT NULL,
	expires_at INT8 NOT NULL,
	revoked_at INT8 NOT NULL,
	used_at INT8 NOT NULL
);
CREATE INDEX api_token_by_account ON api_token (account_id, id);

CREATE TABLE audit (
	id INT8 NOT NULL PRIMARY KEY,
	at INT8 NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	role TEXT NOT NULL,
	ip TEXT NOT NULL,
	action TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject_id INT8 NOT NULL,
	purpose TEXT NOT NULL,
	detail TEXT NOT NULL
);
CREATE INDEX audit_by_account ON audit (account_id, id);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX audit_by_subject ON audit (subject_id, id);

CREATE TABLE event (
	person_id INT8 NOT NULL,                 -- 0 when it is nobody's
	id INT8 NOT NULL,
	kind TEXT NOT NULL,
	subject_id INT8 NOT NULL,
	at INT8 NOT NULL,
	account_id INT8 NOT NULL,
	actor_name TEXT NOT NULL,
	role TEXT NOT NULL,
	action TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX event_by_subject ON event (subject_id, kind, id);

CREATE TABLE deadline (
	id INT8 NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	subject_id INT8 NOT NULL,
	name TEXT NOT NULL,                      -- the setting that gave the number of days
	region TEXT NOT NULL,
	body_id INT8 NOT NULL,
	due_on INT8 NOT NULL,
	opened_at INT8 NOT NULL,
	closed_at INT8 NOT NULL
);
CREATE INDEX deadline_by_subject ON deadline (subject_id, kind, closed_at);
CREATE INDEX deadline_open ON deadline (closed_at, region, due_on);

CREATE TABLE file (
	person_id INT8 NOT NULL,                 -- 0 when it is nobody's
	id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	name TEXT NOT NULL,
	mime TEXT NOT NULL,
	size INT8 NOT NULL,
	sha256 TEXT NOT NULL,                    -- of the plain bytes
	data BYTEA NOT NULL,                     -- sealed
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	PRIMARY KEY (person_id, id)
);
CREATE INDEX file_by_id ON file (id);

CREATE TABLE job (
	id INT8 NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,                     -- waiting, running, done, failed, cancelled
	args TEXT NOT NULL,
	done INT8 NOT NULL,
	total INT8 NOT NULL,
	message TEXT NOT NULL,
	result_path TEXT NOT NULL,
	region TEXT NOT NULL,
	body_id INT8 NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL,
	started_at INT8 NOT NULL,
	beat_at INT8 NOT NULL,
	ended_at INT8 NOT NULL,
	attempts INT8 NOT NULL
);
CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_creator ON job (created_by, id);
