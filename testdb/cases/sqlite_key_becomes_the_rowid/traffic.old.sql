INSERT INTO t VALUES (10, 'old');
UPDATE t SET id = 6 WHERE id = 5;
