SELECT id, name, email, born FROM users ORDER BY id;
SELECT * FROM codes ORDER BY area, code;
