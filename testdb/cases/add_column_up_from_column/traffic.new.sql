INSERT INTO {users} (id, name, city) VALUES (11, 'New', 'Bern');
UPDATE {users} SET city = 'Rome' WHERE id = 1;
