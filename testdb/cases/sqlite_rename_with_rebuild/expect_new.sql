SELECT id, age FROM {people} ORDER BY id;
