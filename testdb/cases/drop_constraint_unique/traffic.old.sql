INSERT INTO customers VALUES (3, 'ada') ON CONFLICT (code) DO UPDATE SET code = 'eve';
INSERT INTO customers VALUES (4, 'dan');
