SELECT id, name, years FROM {users} ORDER BY id;
