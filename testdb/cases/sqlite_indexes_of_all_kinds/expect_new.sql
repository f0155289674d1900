SELECT * FROM {users} ORDER BY id;
