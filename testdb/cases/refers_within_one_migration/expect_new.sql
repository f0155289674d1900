SELECT person, name, age, team, boss FROM {people} ORDER BY person;
SELECT id, code FROM {teams} ORDER BY id;
