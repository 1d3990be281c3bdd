# SPDX-License-Identifier: MIT
"""What the daemon promises, with everything done to break it. Sizes are for a short run; TOCSIN_HARD=full in the
environment makes them what the promises speak of: 200 kills among 20,000 events, a flood of a million lines."""

import collections
import contextlib
import os
import random
import re
import threading
import time

import pytest

from daemon import RULE, Daemon

IS_FULL = os.environ.get("TOCSIN_HARD") == "full"
KILLS = 200 if IS_FULL else 12
EVENTS = 20_000 if IS_FULL else 1_500
FLOOD = 1_000_000 if IS_FULL else 150_000
MEBIBYTE = 1 << 20
MAIL_WAITING = 0
# Mails that may have been taken by the server at a kill without our knowing: on each connection those that are
# pipelined, and those whose fates share a commit. Mails that were merely claimed are far more.
IN_FLIGHT = 64


class Writer(threading.Thread):
    """Appends numbered lines to three logs at a steady pace. They can be rotated meanwhile, as logrotate does."""

    NAMES = ("a.log", "b.log", "c.log")

    def __init__(self, folder, count, seconds):
        super().__init__(daemon=True)
        self.folder, self.count, self.pause = folder, count, seconds / count
        self.written = 0
        self.lock = threading.Lock()

    def run(self):
        for number in range(self.count):
            name = self.NAMES[number % len(self.NAMES)]
            with self.lock, (self.folder / name).open("a") as file:
                file.write(f"{time.time()} noise {number}\nhit {number} in {name}\n")
                self.written = number + 1
            if number % 10 == 0:
                time.sleep(self.pause * 10)

    def rotate(self, name):
        """NAME becomes NAME.1, NAME.1 becomes NAME.2, and so on."""
        with self.lock:
            if not (self.folder / name).exists():
                return
            for place in range(len(list(self.folder.glob(f"{name}.*"))), 0, -1):
                (self.folder / f"{name}.{place}").rename(self.folder / f"{name}.{place + 1}")
            (self.folder / name).rename(self.folder / f"{name}.1")


def arrivals(mailbox):
    """Key -> the Message-IDs with which it arrived, once each time."""
    found = collections.defaultdict(list)
    for path in mailbox.files():
        text = path.read_text(errors="replace")
        key = re.search(r"^X-Tocsin-Key: (\d+)$", text, re.MULTILINE)
        if key:
            found[int(key[1])].append(re.search(r"^Message-Id: <(.*)>$", text, re.MULTILINE | re.IGNORECASE)[1])
    return found


def test_kills_lose_nothing_and_double_nothing(tmp_path, postfix):
    accounts = ('relay = { transport = "smtp"; host = "127.0.0.1"; port = %d; tls = "none"; from = "t@example.org"; };'
                % postfix.ports["smtp"])
    daemon = Daemon(tmp_path, accounts=accounts, rules=RULE.replace("ops@", "box99@"))
    writer = Writer(tmp_path, EVENTS, KILLS * 0.6)
    rng = random.Random(1)
    times_in_doubt = collections.Counter()
    writer.start()
    for kill in range(KILLS):
        # Every other one from its very first moment on: while it puts together what the last kill left.
        daemon.start(wait=kill % 2 == 0)
        if kill == 0:
            # A file of which nobody ever saw anything is none that was rotated.
            daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails")[0][0] > 30, "to see all three logs")
        time.sleep(rng.uniform(0, 0.5 if kill % 2 == 0 else 0.1))
        if kill % 3 == 1:
            writer.rotate(rng.choice(writer.NAMES))
        assert daemon.process.poll() is None, daemon.tail()
        daemon.kill()
        if kill % 3 == 2:
            writer.rotate(rng.choice(writer.NAMES))
        times_in_doubt.update(id_ for (id_,) in daemon.query("SELECT message_id FROM mails WHERE state = 0"))
    with daemon:
        writer.join()
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE state = 2") == [(EVENTS,)],
                        "for all mails to be delivered", timeout=600)
        assert daemon.stop() == 0
    keys = collections.Counter(key for (key,) in daemon.query("SELECT group_key FROM mails"))
    assert sorted(keys, key=int) == [str(number) for number in range(EVENTS)]
    assert max(keys.values()) == 1, "a mail was queued twice"
    mailbox = postfix.maildir("box99")
    deadline = time.monotonic() + 120
    while len(arrivals(mailbox)) < EVENTS and time.monotonic() < deadline:
        time.sleep(0.5)
    arrived = arrivals(mailbox)
    assert sorted(arrived) == list(range(EVENTS))
    for key, ids in arrived.items():
        assert len(set(ids)) == 1
        # Each time but the last it was on its way when a kill came.
        doubts = times_in_doubt[ids[0]]
        assert len(ids) - 1 <= doubts, f"{key} arrived {len(ids)} times and was in doubt {doubts} times"
    assert sum(len(ids) - 1 for ids in arrived.values()) <= KILLS * IN_FLIGHT


FLOOD_RULE = '{ name = "flood"; on = "app.hit"; interval = "5s"; catch_up = "0"; to = [ "ops@example.org" ]; }'


@pytest.fixture
def counting(tmp_path):
    """Templates that tell the counts in a header."""
    folder = tmp_path / "templates"
    folder.mkdir()
    folder.chmod(0o755)
    for name in ("log-alert", "digest", "resolved"):
        text = "---\nsubject: {{ rule }}\nX-Count: {{ count }}\n---\n{{ count }} events\n"
        (folder / f"{name}.mail").write_text(text)
        (folder / f"{name}.mail").chmod(0o644)


def test_a_flood_is_one_mail_and_digests(tmp_path, counting):
    with Daemon(tmp_path, rules=FLOOD_RULE) as daemon:
        with (tmp_path / "app.log").open("w") as file:
            for start in range(0, FLOOD, 10_000):
                file.write("".join(f"2026-01-01 00:00:00 hit n{number} of the flood\n"
                                   for number in range(start, min(start + 10_000, FLOOD))))

        def told():
            counts = [int(re.search(r"^X-Count: (\d+)$", mail.read_text(), re.MULTILINE)[1]) for mail in daemon.mails()]
            return counts if sum(counts) >= FLOOD else None

        counts = daemon.wait_for(told, "for all of the flood to be told", timeout=300)
        assert sum(counts) == FLOOD
        assert 2 <= len(counts) < 60
        assert daemon.memory_peak() < 64 * MEBIBYTE
        assert daemon.stop() == 0


def test_a_full_disk_loses_nothing(tmp_path, small_disk):
    with Daemon(tmp_path) as daemon:
        daemon.append("hit before")
        daemon.wait_for(lambda: len(daemon.mails()) == 1, "for the first mail")
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        for number in range(200):
            daemon.append(f"hit {number} {'x' * 2000}")
        daemon.wait_for(lambda: b"kept in memory" in daemon.read_log(), "for the trouble")
        assert b"full" in daemon.read_log()
        ballast.unlink()
        daemon.wait_for(lambda: len(daemon.mails()) == 201, "for the rest", timeout=60)
        assert daemon.stop() == 0
    daemon = Daemon(tmp_path)
    with daemon:
        daemon.append("hit after")
        daemon.wait_for(lambda: len(daemon.mails()) == 202, "for the last mail")


def test_a_link_lost_at_the_dot_is_unknown_and_sent_again_as_the_same(tmp_path, misbehaving):
    misbehaving.drops_at_dot = 1
    with Daemon(tmp_path, accounts=misbehaving.account) as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query("SELECT 1 FROM log WHERE action = 'unknown'"), "for the doubt")
        daemon.wait_for(lambda: len(misbehaving.ids) == 2, "for the second try", timeout=150)
        assert misbehaving.ids[0] == misbehaving.ids[1]
        daemon.wait_for(lambda: daemon.query("SELECT state FROM mails") == [(2,)], "for its end")


def test_a_refused_recipient_stops_nobody_else_and_postmaster_hears_of_it(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org",)
    accounts = misbehaving.account + f' local = {{ transport = "maildir"; path = "{tmp_path}/Mail"; }};'
    with Daemon(tmp_path, accounts=accounts, daemon='postmaster = "pm@example.org"; ',
                rules=RULE.replace('"ops@example.org"', '"bad@example.org", "good@example.org"')) as daemon:
        daemon.append("hit 1")
        states = daemon.wait_for(lambda: [row for row in daemon.query(
            "SELECT address, state FROM recipients ORDER BY address") if row[1] != MAIL_WAITING][1:], "for the fates")
        assert states == [("good@example.org", 1)] or len(states) == 1
        daemon.wait_for(lambda: len(misbehaving.ids) == 2, "for the notice", timeout=60)
        assert daemon.query("SELECT address FROM recipients JOIN mails ON mails.id = mail WHERE rule = 'tocsin'") == [
            ("pm@example.org",)]


def test_a_notice_that_fails_causes_no_notice(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org", "pm@example.org")
    with Daemon(tmp_path, accounts=misbehaving.account, daemon='postmaster = "pm@example.org"; ',
                rules=RULE.replace("ops@", "bad@")) as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE state = 3") == [(2,)],
                        "for the mail and its notice to fail", timeout=60)
        daemon.append("hit 2")
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE state = 3 AND rule = 'hits'") == [(2,)],
                        "for the next to fail")
        time.sleep(0.5)
        assert daemon.query("SELECT count(*) FROM mails WHERE rule = 'tocsin'") == [(1,)]
