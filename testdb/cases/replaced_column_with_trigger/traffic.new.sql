UPDATE {users} SET name = 'ROB' WHERE id = 2;
UPDATE {users} SET age = 41 WHERE id = 2;
