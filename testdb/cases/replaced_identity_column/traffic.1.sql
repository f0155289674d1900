INSERT INTO counted (n) VALUES (6);
DELETE FROM counted WHERE n = 6;
