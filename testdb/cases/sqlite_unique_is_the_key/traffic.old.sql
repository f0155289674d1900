INSERT INTO t VALUES ('old', 5);
UPDATE t SET code = 'b' WHERE code = 'a';
