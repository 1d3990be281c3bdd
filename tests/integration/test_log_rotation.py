# SPDX-License-Identifier: MIT
"""Random things happen to a log that the real daemon follows: appending, rotation by rename, copytruncate and gzip,
truncation, removal, kill -9. A model of the file says which lines must be in the queue, and which may be lost since
they were destroyed before anybody could read them; none may be there twice. TOCSIN_HARD=full runs many more."""

import collections
import lzma
import os
import random
import re
import shutil
import subprocess
import time

import pytest

from daemon import CONFIG, RULE, Daemon

IS_FULL = os.environ.get("TOCSIN_HARD") == "full"
SEEDS = range(1, 61 if IS_FULL else 5)
ACTIONS = 120 if IS_FULL else 40
OLDEST = 3


class World:
    """A log with its rotated files, what was written to it, and the daemon that follows it."""

    def __init__(self, folder, seed, pattern):
        self.folder, self.random = folder, random.Random(seed)
        account = f'local = {{ transport = "maildir"; path = "{folder}/Mail"; from = "t@example.org"; }};'
        config = CONFIG.replace("{folder}/*.log", "{folder}/" + pattern)
        self.daemon = Daemon(folder, config=config.format(folder=folder, accounts=account, rules=RULE, daemon=""))
        self.log = folder / "app.log"
        self.number = 0
        self.present = []  # keys in the log as it is
        self.must, self.may = set(), set()
        self.history = []
        self.is_running = False

    def arrivals(self):
        """Key -> the Message-IDs with which it arrived: one that comes again was sent again after a kill."""
        found = collections.defaultdict(set)
        for path in self.daemon.mails():
            text = path.read_bytes()
            key = re.search(rb"^X-Tocsin-Key: (\S+)", text, re.MULTILINE)
            found[key[1].decode()].add(re.search(rb"^Message-Id: <(.*)>", text, re.MULTILINE | re.IGNORECASE)[1])
        return found

    def start(self):
        if not self.is_running:
            self.daemon.start()
            self.is_running = True

    def kill(self):
        self.daemon.kill()
        self.is_running = False

    def settle(self):
        """Everything that must come has come."""
        self.start()
        try:
            self.daemon.wait_for(lambda: self.must <= set(self.arrivals()), "for every line")
        except AssertionError as error:
            lost = sorted(self.must - set(self.arrivals()))
            raise AssertionError(f"lost {lost} after {self.history}: {error}") from error

    def append(self):
        """Some lines, and now and then so much of others that copying and compressing take a while."""
        with self.log.open("a") as file:
            if self.random.random() < 0.1:
                file.write("\n".join(self.random.randbytes(60).hex() for _ in range(20_000)) + "\n")
            for _ in range(self.random.randint(1, 6)):
                self.number += 1
                file.write(f"hit k{self.number} \n")
                self.present.append(f"k{self.number}")
                self.must.add(f"k{self.number}")

    def make_way(self):
        """app.log.1 becomes app.log.2 and so on; what is removed was read."""
        for place in range(OLDEST, 0, -1):
            for suffix in ("", ".gz"):
                old = self.folder / f"app.log.{place}{suffix}"
                if old.exists() and place == OLDEST:
                    self.settle()
                    old.unlink()
                elif old.exists():
                    old.rename(self.folder / f"app.log.{place + 1}{suffix}")

    def rename(self):
        if self.log.exists() and self.present:
            self.make_way()
            self.log.rename(self.folder / "app.log.1")
            self.log.touch()
            self.present = []

    def copytruncate(self):
        """To a new file, or over the one before, whose lines were read."""
        target = self.folder / "app.log.1"
        if not self.log.exists() or not self.present:
            return
        if self.random.random() < 0.3 and target.exists():
            self.settle()
            shutil.copyfile(self.log, target)
        else:
            self.make_way()
            subprocess.run(["cp", "-p", self.log, target], check=True)
        os.truncate(self.log, 0)
        self.present = []

    def compress(self):
        """With gzip(1), whatever the daemon does or has read until then."""
        plain = [path for path in self.folder.glob("app.log.?") if not path.with_suffix(f"{path.suffix}.gz").exists()]
        if plain:
            subprocess.run(["gzip", self.random.choice(sorted(plain))], check=True)

    def lose(self):
        """The log is truncated or removed; what was not read until then may be lost."""
        if not self.log.exists():
            return
        if self.random.random() < 0.5:
            self.settle()
        else:
            unread = set(self.present) - set(self.arrivals())
            self.must -= unread
            self.may |= unread
        if self.random.random() < 0.5:
            os.truncate(self.log, 0)
        else:
            self.log.unlink()
        self.present = []

    def kill_or_start(self):
        if self.is_running:
            self.wait(0.05)
            self.kill()
        else:
            self.start()

    def wait(self, seconds=0.3):
        """A moment of any length: how far the daemon comes in it is left to chance."""
        time.sleep(self.random.random() * seconds)

    def act(self):
        action = self.random.choices(
            (self.append, self.rename, self.copytruncate, self.compress, self.lose, self.kill_or_start, self.wait),
            (45, 9, 9, 6, 4, 12, 10))[0]
        self.history.append(f"{action.__name__}@{self.number}")
        action()

    def check(self):
        """Each line once; a restart, at which all is looked at again, adds nothing."""
        for _ in range(2):
            self.append()
            self.settle()
            assert self.daemon.stop() == 0
            self.is_running = False
        found = self.arrivals()
        assert not {key: ids for key, ids in found.items() if len(ids) > 1}, self.history
        assert set(found) <= self.must | self.may, self.history


@pytest.mark.parametrize("pattern", ["app.log*", "app.log"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_is_queued_once(tmp_path, seed, pattern):
    world = World(tmp_path, seed, pattern)
    world.log.touch()
    world.start()
    try:
        for _ in range(ACTIONS):
            world.act()
        world.check()
    finally:
        if world.daemon.process.poll() is None:
            world.kill()


def test_a_rotated_log_that_cannot_be_read_is_told(tmp_path):
    daemon = Daemon(tmp_path)
    log = tmp_path / "app.log"
    with daemon:
        daemon.append("hit 1 x")
        daemon.wait_for(lambda: len(daemon.mails()) == 1, "for the first line")
        assert daemon.stop() == 0
    daemon.append("hit 2 x")
    (tmp_path / "app.log.1.xz").write_bytes(lzma.compress(log.read_bytes()))
    log.unlink()
    daemon.append("hit 3 x")
    with daemon:
        daemon.wait_for(lambda: len(daemon.mails()) == 2, "for the line after it")
        told = f"warning: .*'{re.escape(str(log))}', read up to byte 8, is not there any more"
        daemon.wait_for(lambda: re.search(told.encode(), daemon.read_log()), "to be told")
