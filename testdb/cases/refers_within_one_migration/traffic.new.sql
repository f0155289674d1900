INSERT INTO {people} (person, name, age, team, boss) VALUES (11, 'New', 50, 50, 1);
INSERT INTO {places} VALUES (1);
INSERT INTO {visits} VALUES (1, 1, 11, 1);
-- fails: 23503
INSERT INTO {visits} VALUES (2, 9, 11, 1);
-- fails: 23503
INSERT INTO {visits} VALUES (2, 1, 99, 1);
-- fails: 23503
UPDATE {people} SET team = 99 WHERE person = 1;
-- fails: 23503
UPDATE {people} SET boss = 99 WHERE person = 1;
-- fails: 23503
UPDATE {pets} SET home = 99 WHERE id = 1;
DELETE FROM {visits};
DELETE FROM {places};
