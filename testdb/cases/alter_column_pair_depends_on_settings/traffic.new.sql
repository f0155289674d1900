SET TimeZone = 'Asia/Tokyo';
INSERT INTO {events} VALUES (11, '2024-03-01');
