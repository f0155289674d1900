ALTER TABLE orders DROP CONSTRAINT shipped_later;
