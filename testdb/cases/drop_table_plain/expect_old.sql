SELECT id, what FROM scrap ORDER BY id;
