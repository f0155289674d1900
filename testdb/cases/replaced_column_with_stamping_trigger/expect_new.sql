SELECT id, name, touched FROM {users} ORDER BY id;
