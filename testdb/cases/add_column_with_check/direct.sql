ALTER TABLE users ADD COLUMN city integer CONSTRAINT city_positive CHECK (city > 0);
