INSERT INTO {people} (id, name, years, city) VALUES (11, 'New', 105, 'x');
UPDATE {people} SET years = 141 WHERE id = 2;
