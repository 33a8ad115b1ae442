-- Exceptions to a recall's list may be thousands: they have a list of their own, beside the course of the recall.

UPDATE event SET kind = 'recall_item' WHERE kind = 'recall' AND action IN ('take_out', 'take_in');
