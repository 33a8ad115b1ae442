-- Statistics made while essays were still waiting for marks are of the machine-scored items alone, and say so.
ALTER TABLE exam_stat ADD COLUMN n_pending INT8 NOT NULL DEFAULT 0;
