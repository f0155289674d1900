ALTER TABLE orders ADD CONSTRAINT shipped_later CHECK (shipped >= placed);
