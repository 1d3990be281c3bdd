# SPDX-License-Identifier: MIT
"""The daemon that was root: who it is then, and the secrets that only root can read."""

import grp
import os
import tempfile
from pathlib import Path

import pytest

from daemon import Daemon

NOBODY = 65534


@pytest.fixture
def open_folder():
    """One that other users can enter, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="tocsin-daemon-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def read_status(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return dict(line.split(":", 1) for line in file)


def maildir(folder):
    return 'local = { transport = "maildir"; path = "%s"; from = "t@example.org"; };' % (folder / "open/Mail")


def test_it_becomes_the_user_and_cannot_go_back(open_folder):
    """User, group and all groups beside it; no capability is left, and no program can give one back."""
    os.setgroups([0, 4, 27])
    try:
        with Daemon(open_folder, daemon='user = "nobody"; ', accounts=maildir(open_folder)) as daemon:
            status = read_status(daemon)
            assert status["Uid"].split() == [str(NOBODY)] * 4
            assert status["Gid"].split() == [str(NOBODY)] * 4
            assert set(status["Groups"].split()) <= {str(NOBODY)}
            tasks = list(Path(f"/proc/{daemon.process.pid}/task").iterdir())
            assert len(tasks) > 1
            for task in tasks:
                assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n" in (task / "status").read_text()
            for name in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
                assert int(status[name], 16) == 0, name
            assert status["NoNewPrivs"].strip() == "1"
            assert (open_folder / "store").stat().st_uid == NOBODY
            assert daemon.stop() == 0
    finally:
        os.setgroups([])


def test_it_takes_the_group_that_it_is_told(open_folder):
    group = grp.getgrnam("adm")
    with Daemon(open_folder, daemon='user = "nobody"; group = "adm"; ', accounts=maildir(open_folder)) as daemon:
        status = read_status(daemon)
        assert status["Gid"].split() == [str(group.gr_gid)] * 4
        assert "0" not in status["Groups"].split()


def login(server, secret):
    return server.account.replace('tls = "none";', 'tls = "none"; user = "alerts"; clear_login = true; idle = "0"; '
                                  f'auth = [ "PLAIN" ]; secret = {{ file = "{secret}"; }};')


@pytest.fixture
def secret():
    """A file that root alone can read, in a folder that root alone can enter."""
    with tempfile.TemporaryDirectory(prefix="tocsin-secret-", dir="/root") as folder:
        path = Path(folder) / "secret"
        path.write_text("first\n")
        path.chmod(0o600)
        yield path


def test_secrets_of_root_are_read_before_it_is_root_no_more(open_folder, secret, misbehaving):
    with Daemon(open_folder, accounts=login(misbehaving, secret), daemon='user = "nobody"; ') as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: misbehaving.ids, "for the mail")
        # Kept over reloads, for as long as the setting is the same.
        assert "again:" in daemon.reload()
        daemon.append("hit 2")
        daemon.wait_for(lambda: len(misbehaving.ids) == 2, "for the next")
        assert set(misbehaving.passwords) == {"first"}
        # Another file cannot be read: that is said, with what to do, and all stays as it was.
        other = secret.with_name("other")
        other.write_text("other\n")
        other.chmod(0o600)
        good = daemon.config.read_text()
        daemon.configure(good.replace(str(secret), str(other)))
        said = daemon.reload()
        assert "stays as it was" in said and f"chown root:GROUP {other}" in said and "chmod 0640" in said
        daemon.append("hit 3")
        daemon.wait_for(lambda: len(misbehaving.ids) == 3, "for the third")
        # One that the daemon's group may read is read anew.
        shared = open_folder / "shared.secret"
        shared.write_text("second\n")
        os.chown(shared, 0, NOBODY)
        shared.chmod(0o640)
        daemon.configure(good.replace(str(secret), str(shared)))
        assert "again:" in daemon.reload()
        daemon.append("hit 4")
        daemon.wait_for(lambda: len(misbehaving.ids) == 4, "for the fourth")
        assert misbehaving.passwords[-1] == "second"
        assert daemon.stop() == 0


def test_a_missing_secret_is_told_at_the_start(open_folder, misbehaving):
    daemon = Daemon(open_folder, accounts=login(misbehaving, open_folder / "missing"), daemon='user = "nobody"; ')
    daemon.start(wait=False)
    assert daemon.process.wait(60) == os.EX_CONFIG
    assert b"tocsin.conf:2:" in daemon.read_log() and b"missing" in daemon.read_log()
