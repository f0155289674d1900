SELECT id, name, years, city FROM {people} ORDER BY id;
