SELECT id, name, n FROM {users} ORDER BY id;
