INSERT INTO {users} (id, name, age) VALUES (11, 'New (5)', 5);
UPDATE {users} SET name = 'Bobby' WHERE id = 2;
