-- How often a row was saved: a form tells which state of it was seen, so that nobody overwrites unseen what another saved.
ALTER TABLE venue ADD COLUMN revision INT8 NOT NULL DEFAULT 1;
ALTER TABLE room ADD COLUMN revision INT8 NOT NULL DEFAULT 1;
ALTER TABLE staff ADD COLUMN revision INT8 NOT NULL DEFAULT 1;
