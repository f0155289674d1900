UPDATE users SET name = 'eve' WHERE id = 1;
