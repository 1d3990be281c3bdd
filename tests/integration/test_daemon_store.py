# SPDX-License-Identifier: MIT
"""The store fails: who hears of it, and how; what a start says of a store that it cannot use."""

import contextlib
import email
import email.policy
import os
import sqlite3
import subprocess

import pytest

from ballast import Ballast
from daemon import TOCSIND, Daemon

FULL = "cannot use its store"


def accounts(folder):
    return "".join('%s = { transport = "maildir"; path = "%s/%s"; from = "t@example.org"; }; ' % (name, folder, path)
                   for name, path in (("local", "Mail"), ("aside", "Aside")))


def subjects(folder, name):
    new = folder / name / "new"
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
             for path in (sorted(new.iterdir()) if new.is_dir() else [])]
    return [mail["Subject"] for mail in mails if mail["To"] == "pm@example.org"]


def test_a_full_disk_is_told_past_the_store_once(tmp_path, small_disk):
    with Daemon(tmp_path, accounts=accounts(tmp_path),
                daemon='postmaster = "pm@example.org"; fallback = "aside"; ') as daemon:
        daemon.append("hit before")
        daemon.wait_for(lambda: daemon.query("SELECT state FROM mails") == [(2,)], "for the first mail to be settled")
        ballast = Ballast(small_disk)
        ballast.fill()
        daemon.append(*(f"hit {number} {'x' * 2000}" for number in range(100)))
        daemon.wait_for(lambda: b"postmaster was told of it through account 'aside'" in daemon.read_log(),
                        "for postmaster to be told")
        [subject] = subjects(tmp_path, "Aside")
        assert FULL in subject
        [path] = (tmp_path / "Aside/new").iterdir()
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert mail["Auto-Submitted"] == "auto-generated" and "full" in mail.get_content()
        daemon.reload()
        ballast.drop()
        # That it is over comes the usual way.
        daemon.wait_for(lambda: any("store" in subject for subject in subjects(tmp_path, "Mail")), "for the good news")
        daemon.wait_for(lambda: len(daemon.mails()) >= 102, "for the rest")
        assert len(subjects(tmp_path, "Aside")) == 1
        assert daemon.stop() == 0


def edit(daemon, sql):
    """Changes a store that nobody has open."""
    with contextlib.closing(sqlite3.connect(daemon.folder / "store/tocsin.db")) as database:
        database.execute(sql)
        database.commit()


def test_mails_that_cannot_be_read_are_told_once(tmp_path):
    """The envelope of one is damaged."""
    dead = 'dead = { transport = "smtp"; host = "127.0.0.1"; port = 9; tls = "none"; from = "t@example.org"; }; '
    daemon = Daemon(tmp_path, accounts=dead)
    with daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query("SELECT 1 FROM mails WHERE tries > 0 OR state = 0"), "for the mail")
        assert daemon.stop() == 0
    edit(daemon, "CREATE TABLE kept AS SELECT id, options FROM mails")
    edit(daemon, "UPDATE mails SET options = x'ff', due = 0")
    said = b"no mail is sent while the store fails"
    at = daemon.log.stat().st_size
    with daemon:
        daemon.wait_for(lambda: said in daemon.read_log(at), "for the trouble to be told")
        assert b"damaged" in daemon.read_log(at)
        for number in range(2, 5):
            daemon.append(f"hit {number}")
            daemon.wait_for(lambda count=number: daemon.query("SELECT count(*) FROM mails") == [(count,)],
                            "for one more")
        assert daemon.read_log(at).count(said) == 1
        assert daemon.stop() == 0
    edit(daemon, "UPDATE mails SET options = (SELECT options FROM kept WHERE kept.id = mails.id) "
                 "WHERE id IN (SELECT id FROM kept)")
    edit(daemon, "DROP TABLE kept")
    daemon.configure(daemon.config.read_text().replace(dead, accounts(tmp_path)))
    with daemon:
        daemon.wait_for(lambda: len(daemon.mails()) == 4, "for all mails")


def start_and_fail(daemon):
    done = subprocess.run([str(TOCSIND), "--config", str(daemon.config)], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("damage", ["text", "cut", "overwritten"])
def test_a_store_that_is_none_is_refused(tmp_path, damage):
    daemon = Daemon(tmp_path)
    with daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query("SELECT state FROM mails") == [(2,)], "for the mail to be settled")
        assert daemon.stop() == 0
    path = tmp_path / "store/tocsin.db"
    whole = path.read_bytes()
    path.write_bytes({"text": b"no database\n" * 1000, "cut": whole[:5000],
                      "overwritten": whole[:200] + os.urandom(len(whole) - 200)}[damage])
    code, said = start_and_fail(daemon)
    assert code == os.EX_UNAVAILABLE, said
    assert str(path) in said and ("malformed" in said or "not a database" in said), said
    # It is left as it is, for whoever can make use of it.
    path.write_bytes(whole)
    with daemon:
        daemon.append("hit 2")
        daemon.wait_for(lambda: len(daemon.mails()) == 2, "for the next mail")


def test_a_store_that_another_program_locks_is_refused(tmp_path):
    daemon = Daemon(tmp_path)
    with daemon:
        assert daemon.stop() == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "store/tocsin.db", isolation_level=None)) as database:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        code, said = start_and_fail(daemon)
        database.execute("ROLLBACK")
    assert code == os.EX_UNAVAILABLE, said
    assert "locked" in said and "tocsin.db" in said
    with daemon:
        daemon.append("hit 1")
        daemon.wait_for(daemon.mails, "for the mail")
