CREATE TABLE t (code text NOT NULL UNIQUE, n integer);
INSERT INTO t VALUES ('a', 1), ('', NULL);
