-- The log of look-ups is swept by its ids, which are in the order of time.
DROP INDEX lookup_by_at;
