-- A photo may have 8 MiB at most: what a province allowed beyond that was never reached.
UPDATE setting_value SET amount = 8192 WHERE name = 'photo.bytes_max' AND amount > 8192;
