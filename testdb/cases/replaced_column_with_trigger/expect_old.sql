SELECT id, name, age FROM users ORDER BY id;
SELECT user_id, what FROM seen ORDER BY user_id, what;
