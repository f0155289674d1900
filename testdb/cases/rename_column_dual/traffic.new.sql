INSERT INTO {users} (id, full_name) VALUES (11, 'New');
INSERT INTO {users} (id) VALUES (15);
UPDATE {users} SET full_name = 'Older' WHERE id = 10;
INSERT INTO public.users (id, full_name) VALUES (12, 'Newer');
UPDATE public.users SET full_name = 'Robert' WHERE id = 2;
UPDATE public.users SET full_name = upper(full_name) WHERE full_name = 'nobody' AND id = 13;
-- fails: 23514
UPDATE public.users SET full_name = '' WHERE id = 2;
-- fails: 23514
INSERT INTO public.users (id, full_name) VALUES (14, '');
