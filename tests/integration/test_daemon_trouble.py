# SPDX-License-Identifier: MIT
"""The daemon in trouble, with signals at the worst moment: full disks, floods, notices about notices."""

import json
import os
import signal
import subprocess
import time

import pytest

import stage
from ballast import Ballast
from daemon import RULE, TOCSIND, Daemon

DEAD = 3


def status(daemon, timeout=20):
    """What `tocsin status --json` tells."""
    done = subprocess.run([str(stage.TOCSIN), "status", "--json", "--socket", str(daemon.folder / "control.sock")],
                          capture_output=True, text=True, timeout=timeout, check=True)
    return json.loads(done.stdout)


def get_into_trouble(daemon, disk, lines=100):
    """A daemon that has delivered one mail, and then cannot store what LINES lines are about."""
    daemon.append("hit before")
    daemon.wait_for(lambda: daemon.query("SELECT state FROM mails") == [(2,)], "for the first mail to be settled")
    ballast = Ballast(disk)
    ballast.fill()
    daemon.append(*(f"hit {number} {'x' * 2000}" for number in range(lines)))
    daemon.wait_for(lambda: b"kept in memory" in daemon.read_log(), "for the trouble")
    return ballast


def test_a_reload_on_a_full_disk_waits_for_room(tmp_path, small_disk):
    with Daemon(tmp_path) as daemon:
        ballast = get_into_trouble(daemon, small_disk)
        for _ in range(2):
            assert "stays as it was" in daemon.reload()
            assert "full" in status(daemon)["store_error"]
        ballast.drop()
        daemon.wait_for(lambda: len(daemon.mails()) == 101, "for the rest")
        daemon.wait_for(lambda: status(daemon)["store_error"] is None, "for the store to be well")
        assert "again:" in daemon.reload()
        daemon.append("hit after")
        daemon.wait_for(lambda: len(daemon.mails()) == 102, "for the last mail")
        assert daemon.stop() == 0


@pytest.mark.parametrize("is_reloaded", [False, True])
def test_it_stops_while_the_disk_is_full_and_loses_nothing(tmp_path, small_disk, is_reloaded):
    with Daemon(tmp_path, daemon='stop_within = "1s"; ') as daemon:
        ballast = get_into_trouble(daemon, small_disk)
        if is_reloaded:
            daemon.reload()
        assert daemon.stop() == 0
        assert b"read again after the next start" in daemon.read_log()
        ballast.drop()
    with daemon:
        daemon.wait_for(lambda: len(daemon.mails()) == 101, "for the rest")


def test_a_start_on_a_full_disk_says_so_or_waits(tmp_path, small_disk):
    daemon = Daemon(tmp_path)
    with daemon:
        ballast = get_into_trouble(daemon, small_disk)
        daemon.kill()
    ballast.fill()
    at = daemon.log.stat().st_size
    daemon.start(wait=False)
    daemon.wait_for(lambda: daemon.process.poll() is not None or b"started:" in daemon.read_log(at), "for an outcome")
    assert b"full" in daemon.read_log(at) or daemon.process.poll() is None, daemon.tail()
    if daemon.process.poll() is not None:
        assert daemon.process.returncode == os.EX_UNAVAILABLE
        ballast.drop()
        daemon.start()
    else:
        ballast.drop()
    daemon.wait_for(lambda: len(daemon.mails()) >= 101, "for the rest")
    assert daemon.query("SELECT count(*), count(DISTINCT group_key) FROM mails") == [(101, 101)]
    assert daemon.stop() == 0


FLOOD_RULE = '{ name = "flood"; on = "app.hit"; interval = "5s"; catch_up = "0"; to = [ "ops@example.org" ]; }'
FLOOD = 3_000_000


@pytest.fixture
def flood(tmp_path):
    """A backlog that takes much longer to read than any signal may take."""
    with (tmp_path / "app.log").open("w") as file:
        for start in range(0, FLOOD, 10_000):
            file.write("".join(f"2026-01-01 hit n{number} of the flood\n" for number in range(start, start + 10_000)))
    yield
    (tmp_path / "app.log").unlink()


def is_read_partly(daemon):
    """Some of the flood is counted."""
    [trigger] = status(daemon)["triggers"]
    return 0 < trigger["events"] < FLOOD


def test_sigterm_in_a_flood_ends_within_the_bound(tmp_path, flood):
    with Daemon(tmp_path, rules=FLOOD_RULE, daemon='stop_within = "1s"; ') as daemon:
        daemon.wait_for(lambda: is_read_partly(daemon), "for the flood to be under way")
        before = status(daemon)["triggers"][0]["events"]
        assert daemon.stop(timeout=30) == 0
    # It ended in the midst of it, and goes on where it was.
    assert before < FLOOD
    with daemon:
        daemon.wait_for(lambda: is_read_partly(daemon), "for the flood to go on")


def test_a_reload_in_a_flood_ends_and_the_daemon_answers(tmp_path, flood):
    with Daemon(tmp_path, rules=FLOOD_RULE) as daemon:
        daemon.wait_for(lambda: is_read_partly(daemon), "for the flood to be under way")
        for interval in ("6s", "7s"):
            daemon.configure(daemon.config.read_text().replace('interval = "5s"', f'interval = "{interval}"'))
            assert "again:" in daemon.reload()
            assert is_read_partly(daemon), "the reload waited for all of the flood"
        seen = status(daemon)["triggers"][0]["events"]
        daemon.wait_for(lambda: status(daemon)["triggers"][0]["events"] > seen, "for the flood to go on")


def test_signals_before_the_start_wait_for_it(tmp_path):
    """They come before the program's first line: blocked and pending, as exec leaves them."""
    daemon = Daemon(tmp_path)
    at = daemon.log.stat().st_size if daemon.log.exists() else 0
    code = ("import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); "
            "os.kill(os.getpid(), signal.SIGHUP); os.execv(sys.argv[1], sys.argv[1:])")
    daemon.start(wrapper=("/usr/bin/python3", "-c", code))
    daemon.wait_for(lambda: b"again:" in daemon.read_log(at), "for the reload")
    daemon.append("hit 1")
    daemon.wait_for(daemon.mails, "for the mail")
    assert daemon.stop() == 0


def test_a_reload_at_any_moment_of_the_start_is_survived(tmp_path):
    """Once the signal is caught or blocked it never ends the daemon."""
    hangup = 1 << (signal.SIGHUP - 1)
    for delay in (0, 0.001, 0.003, 0.01, 0.03):
        daemon = Daemon(tmp_path)
        at = daemon.log.stat().st_size if daemon.log.exists() else 0
        daemon.start(wait=False)

        def is_safe(pid=daemon.process.pid):
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                lines = dict(line.split(":", 1) for line in file)
            return (int(lines["SigBlk"], 16) | int(lines["SigCgt"], 16)) & hangup and lines["Name"].strip() == "tocsind"

        daemon.wait_for(is_safe, "for the signal to be held")
        time.sleep(delay)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for(lambda at=at, daemon=daemon: b"again:" in daemon.read_log(at), "for the reload")
        assert daemon.stop() == 0


OWN_RULE = ('{ name = "mine"; on = "tocsin.mail-failed"; interval = "0"; limit = "none"; group_by = [ "mail" ]; '
            'to = [ "bad2@example.org" ]; }')


def test_a_rule_on_failed_mails_hears_of_none_of_its_own(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org", "bad2@example.org")
    with Daemon(tmp_path, accounts=misbehaving.account, rules=RULE.replace("ops@", "bad@") + ", " + OWN_RULE) as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: status(daemon)["notices_failed"] == 1, "for the notice to fail")
        # What follows that goes round would do so before the next event's mail and its notice have failed.
        daemon.append("hit 2")
        daemon.wait_for(lambda: status(daemon)["notices_failed"] == 2, "for the second notice to fail")
        assert daemon.stop() == 0
    assert daemon.query("SELECT rule, state, count(*) FROM mails GROUP BY rule ORDER BY rule") == [
        ("hits", DEAD, 2), ("mine", DEAD, 2)]
    # It is known after a restart too: the store has it.
    with daemon:
        daemon.append("hit 3")
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE rule = 'mine' AND state = 3") == [(3,)],
                        "for the third")
    assert daemon.query("SELECT count(*) FROM mails") == [(6,)]


def test_a_notice_that_waits_for_a_restart_is_still_a_notice(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org",)
    other = ('other = { transport = "smtp"; host = "127.0.0.1"; port = 9; tls = "none"; from = "t@example.org"; };')
    with Daemon(tmp_path, accounts=misbehaving.account + other, rules=RULE.replace("ops@", "bad@") + ", " +
                OWN_RULE.replace("group_by", 'via = [ "other" ]; group_by')) as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query("SELECT 1 FROM mails WHERE rule = 'mine'"), "for the notice")
        assert daemon.stop() == 0
    misbehaving.refused += ("bad2@example.org",)
    daemon.configure(daemon.config.read_text().replace('port = 9;', f"port = {misbehaving.server_address[1]};"))
    with daemon:
        daemon.wait_for(lambda: status(daemon)["notices_failed"] == 1, "for the notice to fail", timeout=150)
        assert daemon.stop() == 0
    assert daemon.query("SELECT rule, count(*) FROM mails GROUP BY rule ORDER BY rule") == [("hits", 1), ("mine", 1)]


def test_a_faulty_template_for_faults_does_not_go_round(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "faulty.mail").write_text("---\nsubject: {{ 1 / (count - 1) }}\n---\n{{ 1 / (count - 1) }}\n")
    for path in (folder, folder / "faulty.mail"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    rules = (RULE.replace("limit", 'template = "faulty"; limit') + ', { name = "faults"; on = "tocsin.mail-fault"; '
             'template = "faulty"; interval = "0"; limit = "none"; to = [ "ops@example.org" ]; }')
    about_faults = "SELECT count(*) FROM mails WHERE rule = 'faults' AND state = 2"
    with Daemon(tmp_path, rules=rules) as daemon:
        daemon.append("hit 1")
        daemon.wait_for(lambda: daemon.query(about_faults) == [(1,)], "for the mail about the fault")
        daemon.append("hit 2")
        daemon.wait_for(lambda: daemon.query(about_faults) == [(2,)], "for the second")
        assert daemon.stop() == 0
    assert daemon.query("SELECT count(*) FROM mails") == [(4,)]


def test_all_that_failed_before_the_end_is_told_after_it(tmp_path, misbehaving):
    """More than a page of them: they failed while there was nobody to tell."""
    count = 450
    misbehaving.refused = ("bad@example.org",)
    with Daemon(tmp_path, accounts=misbehaving.account, rules=RULE.replace("ops@", "bad@")) as daemon:
        daemon.append(*(f"hit {number}" for number in range(count)))
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE state = 3") == [(count,)],
                        "for the failures", timeout=240)
        assert daemon.stop() == 0
    daemon.forget_told()
    with daemon:
        daemon.wait_for(lambda: daemon.query("SELECT count(*) FROM mails WHERE told = 0") == [(0,)],
                        "for all to be told")
        assert daemon.stop() == 0
    assert daemon.query("SELECT count(*) FROM mails WHERE told = 1") == [(count,)]
