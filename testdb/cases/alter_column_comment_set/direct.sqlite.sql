-- The comment is kept in the journal.
SELECT 1;
