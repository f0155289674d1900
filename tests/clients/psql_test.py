"""psql, by a role of the version, by PGOPTIONS and by segue.use_version."""

import os
import shutil
import subprocess
import unittest

from shop import VERSION, ShopTest


class PsqlTest(ShopTest):
    def psql(self, role, *commands, fails=False, **environment):
        """What psql prints for the commands, one `-c` each in one session."""
        at = self.shop.parameters(role)
        arguments = [
            shutil.which("psql"),
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            at["host"],
            "-p",
            at["port"],
            "-U",
            role,
            "-d",
            at["dbname"],
        ]
        for command in commands:
            arguments += ["-c", command]
        done = subprocess.run(
            arguments,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        self.assertEqual(done.returncode != 0, fails, done.stderr)
        return done.stderr if fails else done.stdout

    def old(self, *commands, **more):
        return self.psql(self.shop.old_role, *commands, **more)

    def new(self, *commands, **more):
        return self.psql(self.shop.new_role, *commands, **more)

    def test_both_versions_beside_each_other(self):
        self.old("INSERT INTO users (name, email, age) VALUES ('Tom', 'tom@example.org', '3')")
        self.assertEqual(
            self.new(
                "UPDATE users SET age = age + 1 WHERE email = 'tom@example.org' "
                "RETURNING full_name, age, locale"
            ),
            "Tom|4|en\n",
        )
        self.assertEqual(
            self.old("SELECT name, age FROM users WHERE email = 'tom@example.org'"), "Tom|4\n"
        )

    def test_a_session_selects_a_version(self):
        self.assertEqual(
            self.old(
                f"SELECT segue.use_version('{VERSION}')",
                "SELECT count(full_name) > 0 FROM users",
            ).splitlines()[-1],
            "t",
        )
        self.assertIn(
            "there is no version", self.old("SELECT segue.use_version('0009')", fails=True)
        )
        told = self.shop.migrate("version", VERSION, "--env")
        options = next(line for line in told.splitlines() if line.startswith("PGOPTIONS="))
        value = subprocess.run(
            ["sh", "-c", f'{options}; printf %s "$PGOPTIONS"'],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        self.assertEqual(self.old("SELECT count(full_name) > 0 FROM users", PGOPTIONS=value), "t\n")

    def test_what_a_view_is_shown_as(self):
        self.assertIn("|users|view|", self.new("\\dv users"))
        self.assertIn("full_name|text", self.new("\\d users"))
        self.assertIn("|users|table|", self.old("\\dt users"))

    def test_copy(self):
        self.assertEqual(
            self.new("\\copy (SELECT full_name FROM users WHERE id = 1) TO STDOUT"), "Ada\n"
        )
        self.assertIn("view", self.new("\\copy users FROM /dev/null", fails=True))
        self.assertIn("view", self.new("\\copy users TO /dev/null", fails=True))

    def test_truncate_is_for_tables(self):
        self.assertIn("not a table", self.new("TRUNCATE purchases", fails=True))

    def test_the_owner_sees_who_selects_what(self):
        self.assertIn(self.shop.new_role, self.shop.migrate("version", VERSION))


if __name__ == "__main__":
    unittest.main()
