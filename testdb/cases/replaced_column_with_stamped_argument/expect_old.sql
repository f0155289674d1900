SELECT id, name, width FROM {users} ORDER BY id;
