SELECT id, name, age, email FROM {people} ORDER BY id;
