INSERT INTO counted (n) VALUES (10);
DELETE FROM counted WHERE id = 4;
