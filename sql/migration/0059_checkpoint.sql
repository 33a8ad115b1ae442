-- Checkpoints are numbered without gaps and sealed with the platform's key (core/tlog_seal.h): one that is taken away is missed. Those from before have number 0 and no seal.
ALTER TABLE log_checkpoint ADD COLUMN checkpoint_no INT8 NOT NULL DEFAULT 0;
ALTER TABLE log_checkpoint ADD COLUMN seal TEXT NOT NULL DEFAULT '';
-- The number of the last one.
ALTER TABLE log_head ADD COLUMN checkpoint_no INT8 NOT NULL DEFAULT 0;
UPDATE log_head SET checkpoint_no = (SELECT COUNT(*) FROM log_checkpoint);

-- Of those who are no witnesses any more: nobody can check them here, nobody is shown them.
DELETE FROM log_cosignature WHERE witness_id NOT IN (SELECT id FROM log_witness);
