INSERT INTO {scratch} (id, item) VALUES (1, 'x');
