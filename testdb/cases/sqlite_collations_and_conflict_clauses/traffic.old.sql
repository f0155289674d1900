INSERT INTO t (id, n, name, code) VALUES (3, 4, 'Cid', 'c');
INSERT INTO t VALUES (4, 4, 'Dan', 'a');
INSERT INTO t VALUES (5, 4, NULL, 'e');
-- fails: SQLITE_CONSTRAINT_CHECK
INSERT INTO t VALUES (6, 4, 'Nobody', 'f');
