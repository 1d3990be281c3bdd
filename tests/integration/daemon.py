# SPDX-License-Identifier: MIT
"""The installed daemon, run by a test in a folder of its own."""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import stage

WAIT = float(os.environ.get("TOCSIN_WAIT", "60"))
TOCSIND = os.environ.get("TOCSIND_BINARY", str(stage.STAGE / "sbin/tocsind"))

# One rule on one log file: every line with "hit N" is an event whose key is N.
CONFIG = """
accounts = {{ {accounts} }};
triggers = {{
  app = {{
    trigger = "log"; files = [ "{folder}/*.log" ]; from = "start";
    patterns = ( {{ name = "hit"; regex = "hit (?<number>[^ ]+)"; key = "number"; }} );
  }};
}};
rules = ( {rules} );
store = {{ path = "{folder}/store/tocsin.db"; }};
daemon = {{ socket = "{folder}/control.sock"; {daemon} }};
"""
RULE = ('{ name = "hits"; on = "app.hit"; group_by = [ "key" ]; interval = "0"; limit = "none"; catch_up = "0"; '
        'to = [ "ops@example.org" ]; }')


class Daemon:
    """tocsind with a configuration; its log is in a file."""

    def __init__(self, folder, accounts=None, rules=RULE, daemon="", config=None):
        self.folder = Path(folder)
        self.folder.chmod(0o755)
        self.config = self.folder / "tocsin.conf"
        self.log = self.folder / "daemon.log"
        self.mail = self.folder / "Mail"
        self.process = None
        accounts = accounts or f'local = {{ transport = "maildir"; path = "{self.mail}"; from = "t@example.org"; }};'
        self.configure(config or CONFIG.format(folder=self.folder, accounts=accounts, rules=rules, daemon=daemon))

    def configure(self, text):
        self.config.write_text(text)
        self.config.chmod(0o644)

    def start(self, wrapper=(), wait=True):
        """Starts it, and waits until it says so."""
        at = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*wrapper, str(TOCSIND), "--config", str(self.config)], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=stage.environment())
        if wait:
            self.wait_for(lambda: b"started:" in self.read_log(at), "to start")
        return self

    def read_log(self, at=0):
        return self.log.read_bytes()[at:]

    def wait_for(self, condition, what, timeout=WAIT):
        deadline = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            if self.process.poll() is not None and not condition():
                raise AssertionError(f"the daemon ended with {self.process.returncode}, waiting {what}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s {what}:\n{self.tail()}")
            time.sleep(0.01)

    def tail(self):
        return self.read_log().decode(errors="replace")[-4000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout=WAIT):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def reload(self):
        """SIGHUP; waits for the outcome and returns what was logged about it."""
        at = self.log.stat().st_size
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: re.search(rb"again:|stays as it was", self.read_log(at)), "for the reload")
        return self.read_log(at).decode()

    def mails(self):
        folder = self.mail / "new"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def append(self, *lines, name="app.log"):
        with (self.folder / name).open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def query(self, sql, *arguments):
        """Asks a copy of the store, for the daemon locks its own; again if it was torn, for it is written meanwhile."""
        for _ in range(100):
            with tempfile.TemporaryDirectory() as folder:
                for name in ("tocsin.db", "tocsin.db-wal"):
                    if (self.folder / "store" / name).exists():
                        shutil.copy(self.folder / "store" / name, folder)
                try:
                    with contextlib.closing(sqlite3.connect(f"{folder}/tocsin.db")) as database:
                        return database.execute(sql, arguments).fetchall()
                except sqlite3.DatabaseError as error:
                    last = error
        raise last

    def forget_told(self):
        """Makes a store, which nobody has open, one in which nobody was told of any failure."""
        with contextlib.closing(sqlite3.connect(self.folder / "store/tocsin.db")) as database:
            database.execute("UPDATE mails SET told = 0")
            database.commit()

    def memory_peak(self):
        """Peak resident memory in bytes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
