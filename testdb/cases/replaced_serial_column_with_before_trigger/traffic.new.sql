INSERT INTO {counted} (n) VALUES (4);
INSERT INTO {counted} (n) VALUES (5);
