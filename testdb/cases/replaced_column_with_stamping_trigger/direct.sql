ALTER TABLE users DISABLE TRIGGER USER;
UPDATE users SET name = name || '!';
UPDATE users SET touched = touched + 1 WHERE id IN (1, 2);
ALTER TABLE users ENABLE TRIGGER USER;
