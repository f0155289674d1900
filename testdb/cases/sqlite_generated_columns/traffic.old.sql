INSERT INTO t (id, first, n) VALUES (3, 'c', 7);
UPDATE t SET first = 'z' WHERE id = 1;
