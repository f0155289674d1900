SET TimeZone = 'Asia/Tokyo';
INSERT INTO events VALUES (10, '2024-02-01 23:30:00+00');
