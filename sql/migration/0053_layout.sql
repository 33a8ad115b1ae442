-- Layouts of certificates that a province puts in place of ours (doc/layout.h). Append only: the newest of a kind counts; one
-- without text takes the program's own back.
CREATE TABLE certificate_layout (
	id INT8 NOT NULL PRIMARY KEY,
	layout_kind TEXT NOT NULL,               -- certificate, special-certificate
	svg TEXT NOT NULL,
	svg_sha256 TEXT NOT NULL,
	note TEXT NOT NULL,
	created_by INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE INDEX certificate_layout_by_kind ON certificate_layout (layout_kind, id);

-- Certificates of a batch as files to download, made by a job: a volume is a zip of PDFs, or a PDF of sheets.
CREATE TABLE certificate_volume (
	id INT8 NOT NULL PRIMARY KEY,
	job_id INT8 NOT NULL,
	batch_id INT8 NOT NULL,
	body_id INT8 NOT NULL,
	region TEXT NOT NULL,
	volume_kind TEXT NOT NULL,               -- zip, single, double
	volume_no INT8 NOT NULL,                 -- from 1
	first_number TEXT NOT NULL,
	last_number TEXT NOT NULL,
	last_id INT8 NOT NULL,                   -- the certificate that the next volume begins after
	n INT8 NOT NULL,                         -- certificates
	file_id INT8 NOT NULL,
	created_at INT8 NOT NULL
);
CREATE UNIQUE INDEX certificate_volume_once ON certificate_volume (job_id, volume_no);
CREATE INDEX certificate_volume_by_batch ON certificate_volume (batch_id, id);
