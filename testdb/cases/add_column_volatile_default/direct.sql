ALTER TABLE users ADD COLUMN city uuid NOT NULL DEFAULT gen_random_uuid();
