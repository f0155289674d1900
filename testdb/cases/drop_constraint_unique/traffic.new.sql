INSERT INTO {customers} VALUES (5, 'fay');
UPDATE {customers} SET code = 'eva' WHERE id = 1;
