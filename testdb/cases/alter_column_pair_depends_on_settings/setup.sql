CREATE TABLE events (id integer PRIMARY KEY, at timestamptz);
INSERT INTO events VALUES (1, '2024-01-01 23:30:00+00'), (2, NULL);
