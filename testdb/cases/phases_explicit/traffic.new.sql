UPDATE {users} SET age = 38 WHERE id = 2;
