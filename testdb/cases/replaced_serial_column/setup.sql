CREATE TABLE counted (id serial PRIMARY KEY, n integer);
INSERT INTO counted (n) VALUES (1), (2);
