SELECT id, body FROM docs ORDER BY id;
