INSERT INTO bookings (id, during, room) VALUES (10, '[50,60)', '[1,2)');
-- fails: 23P01
INSERT INTO bookings (id, during, room) VALUES (11, '[55,57)', '[1,3)');
UPDATE bookings SET during = '[1,6)', room = '[7,8)' WHERE id = 1;
DELETE FROM bookings WHERE id = 3;
