-- Checkpoints are numbered without gaps and sealed with the platform's key (core/tlog_seal.h): one that is taken away is missed. Those from before have number 0 and no seal.
ALTER TABLE log_checkpoint ADD COLUMN checkpoint_no INT8 NOT NULL DEFAULT 0;
ALTER TABLE log_checkpoint ADD COLUMN seal TEXT NOT NULL DEFAULT '';
-- The number of the last one.
ALTER TABLE log_head ADD COLUMN checkpoint_no INT8 NOT NULL DEFAULT 0;
UPDATE log_head SET checkpoint_no = (SELECT COUNT(*) FROM log_checkpoint);
