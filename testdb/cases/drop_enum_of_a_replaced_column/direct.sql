ALTER TABLE users ALTER COLUMN mood TYPE text USING CASE mood WHEN 'sad' THEN 'low' WHEN 'ok' THEN 'fine' END;
DROP TYPE mood;
