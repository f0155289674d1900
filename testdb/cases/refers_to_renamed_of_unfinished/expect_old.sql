SELECT id, name, age FROM users ORDER BY id;
SELECT id, owner, name FROM pets ORDER BY id;
