SET TimeZone = 'UTC';
ALTER TABLE events ALTER COLUMN at TYPE date USING at::date;
