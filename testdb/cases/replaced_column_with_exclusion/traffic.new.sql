INSERT INTO {bookings} (id, during, room) VALUES (12, '[70,80)', '[1,2)');
-- fails: 23P01
INSERT INTO {bookings} (id, during, room) VALUES (13, '[75,90)', '[1,2)');
-- fails: 23P01
UPDATE {bookings} SET during = '[50,60)' WHERE id = 12;
