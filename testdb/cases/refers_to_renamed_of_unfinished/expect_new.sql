SELECT person, name, age, code, boss FROM {people} ORDER BY person;
SELECT id, owner, name, keeper FROM {pets} ORDER BY id;
