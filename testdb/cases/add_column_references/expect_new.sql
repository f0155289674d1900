SELECT id, name, age, city, home FROM {users} ORDER BY id;
