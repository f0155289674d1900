UPDATE users SET age = 37 WHERE id = 1;
