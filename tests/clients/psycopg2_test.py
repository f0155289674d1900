"""psycopg2, as most programs in Python use it."""

import io
import unittest

import psycopg2
import psycopg2.extras

from shop import SharedScenario, ShopTest


class Client:
    """SQL of an application with one connection; a transaction per method."""

    def __init__(self, connection):
        self.connection = connection

    def rows(self, sql, values=()):
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def roll_back_after(self, sql, values):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
        self.connection.rollback()

    def is_locked_while(self, key, other):
        """True when `other` cannot lock the row while this one has it."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT id FROM users WHERE id = %s FOR UPDATE", (key,))
            return (
                other.rows("SELECT id FROM users WHERE id = %s FOR UPDATE SKIP LOCKED", (key,))
                == []
            )
        finally:
            self.connection.rollback()

    def delete_user(self, email):
        self.rows("DELETE FROM users WHERE email = %s", (email,))

    def set_age(self, email, age):
        self.rows("UPDATE users SET age = %s WHERE email = %s", (age, email))


class OldClient(Client):
    def add_user(self, name, email, age):
        return self.rows(
            "INSERT INTO users (name, email, age) VALUES (%s, %s, %s) RETURNING id",
            (name, email, age),
        )[0][0]

    def add_user_and_roll_back(self, name, email):
        self.roll_back_after("INSERT INTO users (name, email) VALUES (%s, %s)", (name, email))

    def upsert_user(self, name, email, age):
        self.rows(
            "INSERT INTO users (name, email, age) VALUES (%s, %s, %s) ON CONFLICT (email) "
            "DO UPDATE SET name = excluded.name, age = excluded.age",
            (name, email, age),
        )

    def user(self, email):
        found = self.rows("SELECT name, age FROM users WHERE email = %s", (email,))
        return found[0] if found else None

    def add_order(self, user, amount):
        self.rows("INSERT INTO orders (user_id, amount) VALUES (%s, %s)", (user, amount))

    def double_orders(self, user):
        self.rows("UPDATE orders SET amount = amount * 2 WHERE user_id = %s", (user,))

    def orders(self, user):
        return [
            row[0]
            for row in self.rows(
                "SELECT amount FROM orders WHERE user_id = %s ORDER BY id", (user,)
            )
        ]


class NewClient(Client):
    def add_user(self, name, email, age, locale):
        return self.rows(
            "INSERT INTO users (full_name, email, age, locale)"
            " VALUES (%s, %s, %s, %s) RETURNING id",
            (name, email, age, locale),
        )[0][0]

    def add_user_and_roll_back(self, name, email):
        self.roll_back_after("INSERT INTO users (full_name, email) VALUES (%s, %s)", (name, email))

    def upsert_user(self, name, email, age):
        self.rows(
            "INSERT INTO users (full_name, email, age) VALUES (%s, %s, %s) ON CONFLICT (email) "
            "DO UPDATE SET full_name = excluded.full_name, age = excluded.age",
            (name, email, age),
        )

    def user(self, email):
        found = self.rows("SELECT full_name, age, locale FROM users WHERE email = %s", (email,))
        return found[0] if found else None

    def add_order(self, user, amount):
        self.rows("INSERT INTO purchases (user_id, amount) VALUES (%s, %s)", (user, amount))

    def double_orders(self, user):
        self.rows("UPDATE purchases SET amount = amount * 2 WHERE user_id = %s", (user,))

    def orders(self, user):
        return [
            row[0]
            for row in self.rows(
                "SELECT amount FROM purchases WHERE user_id = %s ORDER BY id", (user,)
            )
        ]


class Psycopg2Test(SharedScenario, ShopTest):
    def setUp(self):
        self.old = OldClient(psycopg2.connect(self.shop.dsn(self.shop.old_role)))
        self.new = NewClient(psycopg2.connect(self.shop.dsn(self.shop.new_role)))
        self.addCleanup(self.old.connection.close)
        self.addCleanup(self.new.connection.close)

    def test_batches(self):
        with self.new.connection, self.new.connection.cursor() as cursor:
            made = psycopg2.extras.execute_values(
                cursor,
                "INSERT INTO users (full_name, email, age) VALUES %s RETURNING id",
                [(f"Kay {i}", f"kay{i}@example.org", i) for i in range(300)],
                page_size=50,
                fetch=True,
            )
        self.assertEqual(len({row[0] for row in made}), 300)
        with self.old.connection, self.old.connection.cursor() as cursor:
            psycopg2.extras.execute_batch(
                cursor,
                "UPDATE users SET age = %s WHERE email = %s",
                [(str(i + 1), f"kay{i}@example.org") for i in range(300)],
            )
        self.assertEqual(
            self.new.rows("SELECT sum(age) FROM users WHERE email LIKE 'kay%%'"), [(45150,)]
        )

    def test_cursors_on_the_server(self):
        for client, table in ((self.old, "orders"), (self.new, "purchases")):
            with client.connection, client.connection.cursor(name="walk") as cursor:
                cursor.itersize = 1
                cursor.execute(f"SELECT id FROM {table} WHERE id <= 3 ORDER BY id")
                self.assertEqual([row[0] for row in cursor], [1, 2, 3])

    def test_prepared_statements(self):
        for client, column in ((self.old, "name"), (self.new, "full_name")):
            client.rows(
                f"PREPARE add AS INSERT INTO users ({column}, email) VALUES ($1, $2) RETURNING id"
            )
            made = [
                client.rows("EXECUTE add (%s, %s)", ("Lou", f"lou-{column}-{i}@example.org"))[0][0]
                for i in range(10)
            ]
            self.assertEqual(len(set(made)), 10)

    def test_copy_into_a_view_is_refused_and_what_works_instead(self):
        with self.old.connection, self.old.connection.cursor() as cursor:
            cursor.copy_expert(
                "COPY users (name, email, age) FROM STDIN", io.StringIO("Max\tmax@example.org\t7\n")
            )
        self.assertEqual(self.new.user("max@example.org"), ("Max", 7, "en"))
        with self.assertRaises(
            psycopg2.errors.WrongObjectType
        ), self.new.connection, self.new.connection.cursor() as cursor:
            cursor.copy_expert("COPY users (full_name) FROM STDIN", io.StringIO("Nan\n"))
        out = io.StringIO()
        with self.new.connection, self.new.connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE loaded (full_name text, email text, age integer)")
            cursor.copy_expert("COPY loaded FROM STDIN", io.StringIO("Nan\tnan@example.org\t8\n"))
            cursor.execute("INSERT INTO users (full_name, email, age) SELECT * FROM loaded")
            cursor.copy_expert(
                "COPY (SELECT full_name, age FROM users WHERE email = 'nan@example.org') TO STDOUT",
                out,
            )
        self.assertEqual(out.getvalue(), "Nan\t8\n")
        self.assertEqual(self.old.user("nan@example.org"), ("Nan", "8"))

    def test_on_conflict_by_a_constraints_name_needs_the_columns_instead(self):
        with self.assertRaises(psycopg2.errors.UndefinedObject):
            self.new.rows(
                "INSERT INTO users (full_name, email) VALUES ('Ada', 'ada@example.org') "
                "ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING"
            )
        self.new.rows(
            "INSERT INTO users (full_name, email) VALUES ('Ada', 'ada@example.org') "
            "ON CONFLICT (email) DO NOTHING"
        )
        # A table that is the same in both versions is no view.
        self.new.rows(
            "INSERT INTO tags (label) VALUES ('a') ON CONFLICT ON CONSTRAINT tags_label DO NOTHING"
        )

    def test_what_a_view_lacks_and_the_way_round(self):
        """docs/clients.md lists these."""
        for refused, instead in (
            ("SELECT ctid FROM users", "SELECT id FROM users"),
            (
                "SELECT count(*) FROM users TABLESAMPLE system (100)",
                "SELECT count(*) FROM users ORDER BY random()",
            ),
            (
                "SELECT currval(pg_get_serial_sequence('users', 'id'))",
                "SELECT currval('users_id_seq')",
            ),
            (
                "SELECT id, full_name, count(*) FROM users GROUP BY id",
                "SELECT id, full_name, count(*) FROM users GROUP BY id, full_name",
            ),
            ("TRUNCATE purchases", "DELETE FROM purchases WHERE false"),
            ("CREATE TEMP TABLE t (u bigint REFERENCES users)", "CREATE TEMP TABLE t (u bigint)"),
        ):
            with self.subTest(refused):
                self.new.rows("SELECT nextval('users_id_seq')")
                try:
                    found = self.new.rows(refused)
                except psycopg2.Error:
                    self.new.connection.rollback()
                else:
                    # No error, and no answer either.
                    self.assertEqual(found, [(None,)])
                self.new.rows(instead)

    def test_merge_needs_a_server_that_can_merge_into_views(self):
        merge = (
            "MERGE INTO users u USING (VALUES ('ada@example.org', 37)) v (email, age)"
            " ON u.email = v.email "
            "WHEN MATCHED THEN UPDATE SET age = v.age"
        )
        version = self.new.connection.server_version
        if version >= 170000:
            self.new.rows(merge)
            self.assertEqual(self.old.user("ada@example.org"), ("Ada", "37"))
            self.new.set_age("ada@example.org", 36)
        else:
            with self.assertRaises(psycopg2.Error):
                self.new.rows(merge)
            self.new.connection.rollback()
        if version >= 150000:
            self.old.rows(merge.replace("37", "'38'"))
            self.assertEqual(self.new.user("ada@example.org"), ("Ada", 38, "en"))
            self.old.set_age("ada@example.org", "36")

    def test_a_function_of_the_application_with_its_own_path(self):
        with self.shop.owner() as connection, connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION public.rename(which text, new_name text) RETURNS void "
                "LANGUAGE sql SECURITY DEFINER SET search_path = public AS "
                "'UPDATE users SET name = new_name WHERE email = which'"
            )
        self.new.rows("SELECT public.rename('ben@example.org', 'Benny')")
        self.assertEqual(self.new.user("ben@example.org"), ("Benny", None, "en"))


if __name__ == "__main__":
    unittest.main()
