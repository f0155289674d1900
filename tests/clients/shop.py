"""A shop on a database of its own, carried by the command from its old version to its new one.

The old version of the application connects as one role and uses the base tables; the new one as
another role, whose search_path is what `migrate version` says. Names of roles end with the
database's, because roles belong to the whole server.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from decimal import Decimal

import psycopg2

VERSION = "0002_shop"

SETUP = """
CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL, email text UNIQUE, age text);
CREATE TABLE orders (
  id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  amount numeric NOT NULL DEFAULT 0, note text);
CREATE TABLE tags (id bigserial PRIMARY KEY, label text CONSTRAINT tags_label UNIQUE);
INSERT INTO users (name, email, age)
  VALUES ('Ada', 'ada@example.org', '36'), ('Ben', 'ben@example.org', '');
INSERT INTO orders (user_id, amount) VALUES (1, 12.5), (1, 7), (2, 0.25);
"""

MIGRATION = """
operations:
  - rename_column: { table: users, from: name, to: full_name }
  - alter_column:
      table: users
      column: age
      type: integer
      up: "nullif(age, '')::integer"
      down: "age::text"
  - add_column:
      table: users
      column: { name: locale, type: text, nullable: false, default: "'en'" }
  - alter_column:
      table: orders
      column: amount
      type: bigint
      up: "(amount * 100)::bigint"
      down: "amount::numeric / 100"
  - rename_table: { from: orders, to: purchases }
"""


def server():
    """Connection parameters of a superuser on the tests' server."""
    folder = os.environ.get("SEGUE_TEST_SERVER")
    url = (
        (pathlib.Path(folder) / "url").read_text().strip()
        if folder
        else os.environ["SEGUE_TEST_POSTGRES"]
    )
    return psycopg2.extensions.parse_dsn(url)


class Shop:
    """Made migrated, both versions served; `close` drops it with its roles."""

    made = 0

    def __init__(self):
        Shop.made += 1
        self.name = f"shop_{os.getpid()}_{Shop.made}"
        self.old_role = f"{self.name}_old"
        self.new_role = f"{self.name}_new"
        self.folder = tempfile.TemporaryDirectory()
        pathlib.Path(self.folder.name, VERSION + ".yaml").write_text(MIGRATION)
        self.as_server(f"CREATE DATABASE {self.name}")
        with self.owner() as connection, connection.cursor() as cursor:
            cursor.execute(SETUP)
            for role in (self.old_role, self.new_role):
                cursor.execute(f"CREATE ROLE {role} LOGIN")
                cursor.execute(
                    f"GRANT SELECT, INSERT, UPDATE, DELETE ON users, orders, tags TO {role}"
                )
                cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        self.migrate("up")
        self.select_version(self.new_role)

    def select_version(self, role):
        """What `migrate version` prints for a role, done."""
        lines = self.migrate("version", VERSION).splitlines()
        told = next(line for line in lines if "ALTER ROLE" in line)
        with self.owner() as connection, connection.cursor() as cursor:
            cursor.execute(told.replace("<role>", role))

    def close(self):
        self.as_server(f"DROP DATABASE {self.name} WITH (FORCE)")
        for role in (self.old_role, self.new_role):
            self.as_server(f"DROP ROLE {role}")
        self.folder.cleanup()

    def as_server(self, sql):
        connection = psycopg2.connect(**server())
        connection.autocommit = True
        try:
            connection.cursor().execute(sql)
        finally:
            connection.close()

    def owner(self):
        return psycopg2.connect(**{**server(), "dbname": self.name})

    def parameters(self, role, **more):
        return {**server(), "dbname": self.name, "user": role, **more}

    def dsn(self, role, **more):
        return psycopg2.extensions.make_dsn(**self.parameters(role, **more))

    def url(self):
        at = self.parameters(server()["user"])
        return f"postgresql://{at['user']}@/{at['dbname']}?host={at['host']}&port={at['port']}"

    def migrate(self, *arguments, expected=0):
        """Standard output of the command; its failure is the test's."""
        done = subprocess.run(
            [
                os.environ["SEGUE_MIGRATE"],
                "--database",
                self.url(),
                "--dir",
                self.folder.name,
                *arguments,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "SEGUE_CLIENT_GRACE": "0s"},
        )
        if done.returncode != expected:
            raise AssertionError(
                f"migrate {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout


class ShopTest(unittest.TestCase):
    """Every client does the same on both versions; what it alone can do, its own tests add."""

    @classmethod
    def setUpClass(cls):
        cls.shop = Shop()
        cls.addClassCleanup(cls.shop.close)

    def check_database(self):
        report = json.loads(self.shop.migrate("verify", "--json"))
        self.assertTrue(report["ok"], report)

    def tearDown(self):
        self.check_database()


class SharedScenario:
    """Mixed into a ShopTest that gives `old` and `new`: objects with the application's methods."""

    def test_what_one_version_writes_the_other_reads(self):
        old, new = self.old, self.new
        cid = old.add_user("Cid", "cid@example.org", "41")
        self.assertEqual(new.user("cid@example.org"), ("Cid", 41, "en"))
        dot = new.add_user("Dot", "dot@example.org", None, "fr")
        self.assertEqual(old.user("dot@example.org"), ("Dot", None))
        old.add_order(dot, Decimal("3.75"))
        new.add_order(cid, 199)
        self.assertEqual(new.orders(dot), [375])
        self.assertEqual(old.orders(cid), [Decimal("1.99")])

    def test_updates_reach_the_other_side(self):
        eve = self.old.add_user("Eve", "eve@example.org", "20")
        self.new.set_age("eve@example.org", 21)
        self.assertEqual(self.old.user("eve@example.org"), ("Eve", "21"))
        self.old.set_age("eve@example.org", "22")
        self.assertEqual(self.new.user("eve@example.org"), ("Eve", 22, "en"))
        self.old.add_order(eve, Decimal("1"))
        self.new.double_orders(eve)
        self.assertEqual(self.old.orders(eve), [Decimal("2")])

    def test_upserts_meet_the_same_row(self):
        self.old.upsert_user("Flo", "flo@example.org", "1")
        self.new.upsert_user("Florence", "flo@example.org", 2)
        self.assertEqual(self.old.user("flo@example.org"), ("Florence", "2"))
        self.old.upsert_user("Flo", "flo@example.org", "3")
        self.assertEqual(self.new.user("flo@example.org"), ("Flo", 3, "en"))

    def test_a_transaction_that_is_rolled_back_leaves_nothing_on_either_side(self):
        for client, other in ((self.old, self.new), (self.new, self.old)):
            client.add_user_and_roll_back("Gus", "gus@example.org")
            self.assertIsNone(other.user("gus@example.org"))

    def test_deletes_cascade_from_either_side(self):
        for client, other in ((self.old, self.new), (self.new, self.old)):
            hal = self.old.add_user("Hal", "hal@example.org", "5")
            self.old.add_order(hal, Decimal("5"))
            client.delete_user("hal@example.org")
            self.assertIsNone(other.user("hal@example.org"))
            self.assertEqual(other.orders(hal), [])

    def test_locked_rows_are_locked_for_the_other_version(self):
        ida = self.old.add_user("Ida", "ida@example.org", "30")
        self.assertTrue(self.old.is_locked_while(ida, self.new))
        self.assertTrue(self.new.is_locked_while(ida, self.old))

    def test_what_is_wrong_for_the_new_type_is_refused_there_only(self):
        with self.assertRaisesRegex(Exception, "many"):
            self.new.add_user("Jo", "jo@example.org", "many", "en")
        self.assertIsNone(self.old.user("jo@example.org"))
