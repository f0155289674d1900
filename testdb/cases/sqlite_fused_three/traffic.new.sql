INSERT INTO {users} (id, full_name, years, city) VALUES (11, 'New', '105', 'c105');
UPDATE {users} SET full_name = 'Robert' WHERE id = 2;
