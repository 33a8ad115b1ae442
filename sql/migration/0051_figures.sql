-- Figures that were published in the public log (statistics/publish.h): one publication a day.
CREATE TABLE figures_publication (
	published_on INT8 NOT NULL PRIMARY KEY,
	tree_size INT8 NOT NULL,                 -- the leaves that they count
	leaf_id INT8 NOT NULL,                   -- of the leaf that says them
	at INT8 NOT NULL
);
