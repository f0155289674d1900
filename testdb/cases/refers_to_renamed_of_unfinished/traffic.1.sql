INSERT INTO people (person, name, age) VALUES (20, 'Between', 1);
UPDATE people SET age = age + 1 WHERE person = 1;
UPDATE people SET age = age - 1 WHERE person = 1;
DELETE FROM people WHERE person = 20;
