UPDATE {users} SET city = 5 WHERE id = 11;
