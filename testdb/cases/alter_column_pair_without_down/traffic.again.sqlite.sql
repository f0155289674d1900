UPDATE {users} SET age = 'many' WHERE id = 2;
UPDATE {users} SET age = 'five' WHERE id = 11;
