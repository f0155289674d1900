UPDATE {users} SET city = 'y' WHERE id = 11;
