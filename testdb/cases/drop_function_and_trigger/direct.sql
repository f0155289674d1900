DROP TRIGGER shouts ON users;
DROP FUNCTION shout();
