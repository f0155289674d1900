INSERT INTO {people} (person, name, code, boss) VALUES (11, 'New', 110, 1);
INSERT INTO {visits} (id, person, code) VALUES (1, 11, 110);
-- fails: 23503
INSERT INTO {visits} (id, person) VALUES (2, 99);
-- fails: 23503
INSERT INTO {visits} (id, code) VALUES (2, 99);
-- fails: 23503
UPDATE {people} SET boss = 99 WHERE person = 1;
-- fails: 23503
UPDATE {pets} SET keeper = 99 WHERE id = 1;
UPDATE {pets} SET keeper = 11 WHERE id = 1;
DELETE FROM {visits};
