"""PgBouncer before both versions: a pooler hands one server session to many clients.

A role per version is the form that survives: the server sets its search_path when the session
begins, and PgBouncer never mixes the sessions of two roles.
"""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

import psycopg2

from psycopg2_test import NewClient, OldClient
from shop import SharedScenario, ShopTest, server

# testdb/test brings the program alone: the package would start a service.
PGBOUNCER = shutil.which(
    "pgbouncer",
    path=os.pathsep.join(
        [
            os.environ.get("PATH", ""),
            "/usr/sbin",
            os.environ.get("SEGUE_TESTDB", "") + "/pgbouncer/usr/sbin",
        ]
    ),
)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Pooler:
    """Both modes, one server session per role and mode, so that clients must share it."""

    def __init__(self, shop):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        folder.chmod(0o777)
        at = server()
        self.port = free_port()
        target = f"host={at['host']} port={at['port']} dbname={shop.name}"
        (folder / "users.txt").write_text(
            "".join(f'"{role}" ""\n' for role in (shop.old_role, shop.new_role))
        )
        (folder / "pgbouncer.ini").write_text(
            f"""
[databases]
session = {target} pool_mode=session pool_size=2
transaction = {target} pool_mode=transaction pool_size=1
[pgbouncer]
listen_addr =
listen_port = {self.port}
unix_socket_dir = {folder}
unix_socket_mode = 0777
auth_type = trust
auth_file = {folder}/users.txt
logfile = {folder}/log
max_client_conn = 50
"""
        )
        if PGBOUNCER is None:
            raise AssertionError("no pgbouncer: testdb/test brings it")
        command = [PGBOUNCER, str(folder / "pgbouncer.ini")]
        if os.getuid() == 0:  # it refuses to run as root
            command[1:1] = ["--user", os.environ.get("SEGUE_TESTDB_USER", "postgres")]
            owner = pwd.getpwnam(os.environ.get("SEGUE_TESTDB_USER", "postgres"))
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self.wait_until_it_listens(folder)

    def wait_until_it_listens(self, folder):
        for _ in range(500):
            if (folder / f".s.PGSQL.{self.port}").exists():
                return
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        raise AssertionError(
            (folder / "log").read_text() if (folder / "log").exists() else "no pgbouncer"
        )

    def connect(self, mode, role, **more):
        return psycopg2.connect(
            host=self.folder.name, port=self.port, dbname=mode, user=role, **more
        )

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()


class PoolerTest(ShopTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pooler = Pooler(cls.shop)
        cls.addClassCleanup(cls.pooler.close)

    def client(self, mode, role, kind):
        client = kind(self.pooler.connect(mode, role))
        self.addCleanup(client.connection.close)
        return client


class SessionModeTest(SharedScenario, PoolerTest):
    def setUp(self):
        self.old = self.client("session", self.shop.old_role, OldClient)
        self.new = self.client("session", self.shop.new_role, NewClient)

    def test_a_session_that_selected_a_version_leaves_nothing_to_the_next(self):
        other = self.pooler.connect("session", self.shop.old_role)
        with other, other.cursor() as cursor:
            cursor.execute("SELECT segue.use_version('0002_shop')")
        other.close()
        # DISCARD ALL, PgBouncer's default reset in this mode, gives the role's own path back.
        self.assertEqual(
            self.client("session", self.shop.old_role, OldClient).user("ada@example.org"),
            ("Ada", "36"),
        )


class TransactionModeTest(SharedScenario, PoolerTest):
    def setUp(self):
        self.old = self.client("transaction", self.shop.old_role, OldClient)
        self.new = self.client("transaction", self.shop.new_role, NewClient)

    def test_many_clients_share_the_sessions_of_two_versions(self):
        wrong = []

        def work(role, kind, wanted):
            connection = self.pooler.connect("transaction", role)
            try:
                for _ in range(30):
                    if kind(connection).user("ada@example.org") != wanted:
                        wrong.append(role)
            except psycopg2.Error as error:
                wrong.append(str(error))
            finally:
                connection.close()

        threads = [
            threading.Thread(target=work, args=arguments)
            for arguments in 4
            * [
                (self.shop.old_role, OldClient, ("Ada", "36")),
                (self.shop.new_role, NewClient, ("Ada", 36, "en")),
            ]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(wrong, [])

    def test_options_in_the_connection_string_are_refused(self):
        with self.assertRaisesRegex(psycopg2.OperationalError, "unsupported startup parameter"):
            self.pooler.connect(
                "transaction", self.shop.old_role, options="-c search_path=public_0002_shop,public"
            )

    def test_set_reaches_strangers_and_set_local_does_not(self):
        first = self.client("transaction", self.shop.old_role, OldClient)
        second = self.client("transaction", self.shop.old_role, OldClient)
        with first.connection, first.connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path = public_0002_shop, public")
            cursor.execute("SELECT full_name FROM users WHERE id = 1")
        self.assertEqual(second.user("ada@example.org"), ("Ada", "36"))
        try:
            first.rows("SET search_path = public_0002_shop, public")
            with self.assertRaises(psycopg2.errors.UndefinedColumn):
                second.user("ada@example.org")
        finally:
            second.connection.rollback()
            second.rows("RESET search_path")


if __name__ == "__main__":
    unittest.main()
