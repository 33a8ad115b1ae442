-- What an item is called in its file, and what is said of it, may quote the item: sealed. Rows from before have both
-- in name and verdict_text.
ALTER TABLE item_import_row ADD COLUMN words_cipher TEXT NOT NULL DEFAULT '';
