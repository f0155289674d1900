SELECT id, name, town FROM {users} ORDER BY id;
