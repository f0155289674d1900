UPDATE {users} SET city = 'b' WHERE id = 1;
UPDATE {users} SET city = 'a' WHERE id = 11;
