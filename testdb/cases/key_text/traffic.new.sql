INSERT INTO {words} VALUES ('new', '9') ON CONFLICT (word) DO UPDATE SET n = excluded.n;
INSERT INTO {words} VALUES ('a', '10') ON CONFLICT (word) DO UPDATE SET n = excluded.n;
