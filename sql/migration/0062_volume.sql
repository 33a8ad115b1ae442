-- How long a printed volume can be downloaded. Those that are there keep a month.

ALTER TABLE certificate_volume ADD COLUMN until_on INT8 NOT NULL DEFAULT 0;
ALTER TABLE certificate_volume ADD COLUMN cleared_at INT8 NOT NULL DEFAULT 0;
UPDATE certificate_volume SET until_on = (created_at + 28800) / 86400 + 30;
CREATE INDEX certificate_volume_by_term ON certificate_volume (cleared_at, until_on, id);
