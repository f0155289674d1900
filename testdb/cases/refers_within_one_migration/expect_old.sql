SELECT id, name, age FROM users ORDER BY id;
SELECT id, code FROM teams ORDER BY id;
