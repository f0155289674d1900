CREATE TABLE t (id bigint PRIMARY KEY NOT NULL, name text);
INSERT INTO t VALUES (5, 'a'), (-3, NULL);
