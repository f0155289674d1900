INSERT INTO {counted} (n) VALUES (4);
INSERT INTO {counted} (n) VALUES (5);
UPDATE {counted} SET n = 50 WHERE n = 5;
