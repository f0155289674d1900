INSERT INTO {docs} (id, body) VALUES (11, 'NEW');
INSERT INTO {docs} (id) VALUES (12);
