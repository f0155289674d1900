CREATE TABLE towns (id INTEGER PRIMARY KEY, name text);
CREATE TABLE users (id INTEGER PRIMARY KEY, town integer REFERENCES towns ON DELETE CASCADE, n integer);
CREATE TABLE pets (id INTEGER PRIMARY KEY, owner integer REFERENCES users (id) ON DELETE SET NULL, name text);
INSERT INTO towns VALUES (1, 'Bern'), (2, 'Rome');
INSERT INTO users VALUES (1, 1, 5), (2, 2, NULL), (3, NULL, 7);
INSERT INTO pets VALUES (1, 1, 'Rex'), (2, 2, 'Tom');
