SELECT id, during, room FROM {bookings} ORDER BY id;
