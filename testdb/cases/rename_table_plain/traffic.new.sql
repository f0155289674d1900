INSERT INTO {people} (id, name) VALUES (11, 'New');
UPDATE {people} SET name = 'Ada L.' WHERE id = 1;
