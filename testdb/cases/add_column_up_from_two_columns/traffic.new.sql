INSERT INTO {users} (id, name, age, city) VALUES (11, 'New', 5, 'New is 5');
