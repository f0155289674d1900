SELECT id, name, age FROM {people} ORDER BY id;
