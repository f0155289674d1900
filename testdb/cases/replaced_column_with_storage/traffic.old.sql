INSERT INTO docs (id, body) VALUES (10, 'old');
UPDATE docs SET body = 'b' WHERE id = 1;
