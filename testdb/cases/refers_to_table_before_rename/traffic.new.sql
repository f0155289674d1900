INSERT INTO {people} (id, name, age) VALUES (4, 'New', 5);
UPDATE {people} SET age = 38 WHERE id = 1;
