UPDATE orders SET shipped = greatest(shipped, placed);
ALTER TABLE orders ADD CONSTRAINT shipped_later CHECK (shipped >= placed);
