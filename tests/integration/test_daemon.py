# SPDX-License-Identifier: MIT
"""tocsind as it is run: from a log line to a mail, through signals, crashes and bad configurations."""

import email
import email.policy
import os
import re
import socket
import subprocess
import time

import pytest

from daemon import CONFIG, RULE, TOCSIND, Daemon


def parse(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


@pytest.fixture
def daemon(tmp_path):
    with Daemon(tmp_path) as running:
        yield running


def test_a_line_becomes_a_mail(daemon):
    daemon.append("nothing", "hit 7 of the target", "nothing either")
    daemon.wait_for(daemon.mails, "for the mail", timeout=10)
    [path] = daemon.mails()
    mail = parse(path)
    assert mail["To"] == "ops@example.org"
    assert mail["From"] == "t@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Tocsin-Rule"] == "hits"
    assert "hit 7 of the target" in mail.get_body(("plain",)).get_content()
    assert "hit 7 of the target" in mail.get_body(("html",)).get_content()
    assert daemon.stop() == 0
    assert [state for (state,) in daemon.query("SELECT state FROM mails")] == [2]


DELIVERED = "SELECT count(*) FROM mails WHERE state = 2"


def test_a_line_is_told_once_over_restarts(tmp_path):
    daemon = Daemon(tmp_path)
    for number in range(6):
        with daemon:
            daemon.append(f"hit {number}")
            # Until that is on disk a kill would leave the mail in doubt, and it would be sent again.
            daemon.wait_for(lambda: daemon.query(DELIVERED) == [(number + 1,)], f"for mail {number}")
            if number % 2:
                assert daemon.stop() == 0
    assert len(daemon.query("SELECT id FROM mails")) == 6
    assert len(daemon.mails()) == 6


def test_what_came_while_it_was_down_is_told(tmp_path):
    daemon = Daemon(tmp_path)
    daemon.append("hit before")
    with daemon:
        daemon.wait_for(lambda: len(daemon.mails()) == 1, "for the mail")
        assert b"before" in daemon.mails()[0].read_bytes()


def test_a_reload_with_mistakes_changes_nothing(daemon):
    good = daemon.config.read_text()
    daemon.configure(good.replace('on = "app.hit"', 'on = "app.hitt"').replace("interval", "intervall"))
    said = daemon.reload()
    assert "stays as it was" in said
    assert "tocsin.conf:" in said and "did you mean 'interval'" in said
    daemon.append("hit still")
    daemon.wait_for(daemon.mails, "for the mail")


def test_a_reload_brings_new_rules(daemon):
    daemon.append("hit 1")
    daemon.wait_for(lambda: len(daemon.mails()) == 1, "for the first mail")
    daemon.configure(CONFIG.format(
        folder=daemon.folder, daemon="", rules=RULE.replace("ops@", "others@"),
        accounts=f'local = {{ transport = "maildir"; path = "{daemon.mail}"; from = "t@example.org"; }};'))
    assert "read " in daemon.reload()
    daemon.append("hit 2")
    daemon.wait_for(lambda: len(daemon.mails()) == 2, "for the second mail")
    assert sorted(parse(path)["To"] for path in daemon.mails()) == ["ops@example.org", "others@example.org"]


THRESHOLD = ('{ name = "many"; on = "app.hit"; threshold = { count = 4; within = "1h"; }; limit = "none"; '
             'catch_up = "0"; to = [ "ops@example.org" ]; }')


def test_a_reload_keeps_half_counted_windows(tmp_path):
    with Daemon(tmp_path, rules=THRESHOLD) as daemon:
        daemon.append("hit 1", "hit 2", "hit 3")
        daemon.wait_for(lambda: len(daemon.query("SELECT 1 FROM log WHERE action = 'event'")) == 3, "for the events")
        other = THRESHOLD + ', { name = "other"; on = "app.*"; where = "number == \'x\'"; to = [ "x@example.org" ]; }'
        daemon.configure(daemon.config.read_text().replace(THRESHOLD, other))
        assert "2 rules" in daemon.reload()
        assert daemon.mails() == []
        daemon.append("hit 4")
        daemon.wait_for(daemon.mails, "for the mail")
        assert b"hit 1" in daemon.mails()[0].read_bytes()


def test_half_counted_windows_survive_a_kill(tmp_path):
    daemon = Daemon(tmp_path, rules=THRESHOLD)
    with daemon:
        daemon.append("hit 1", "hit 2", "hit 3")
        daemon.wait_for(lambda: len(daemon.query("SELECT 1 FROM log WHERE action = 'event'")) == 3, "for the events")
        daemon.kill()
    with daemon:
        daemon.append("hit 4")
        daemon.wait_for(daemon.mails, "for the mail")


def test_there_is_one_daemon_to_a_store(daemon):
    second = subprocess.run([str(TOCSIND), "--config", str(daemon.config)], capture_output=True, text=True, timeout=30,
                            check=False)
    assert second.returncode == os.EX_UNAVAILABLE
    assert str(daemon.process.pid) in second.stderr


def test_mistakes_are_all_told_and_it_does_not_start(tmp_path):
    daemon = Daemon(tmp_path)
    daemon.configure('rules = ( { name = "a"; on = "nope.x"; colour = "red"; } );\n'
                     'accounts = { a = { transport = "smpt"; }; };\ntrigers = { };\n')
    done = subprocess.run([str(TOCSIND), "--config", str(daemon.config)], capture_output=True, text=True, timeout=30,
                          check=False)
    assert done.returncode == os.EX_CONFIG
    for words in ("tocsin.conf:1: unknown setting 'colour'", "tocsin.conf:2:", "unknown section 'trigers'"):
        assert words in done.stderr


def test_sigterm_ends_within_the_bound(tmp_path):
    """A server that takes the connection and says nothing must not hold it up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        accounts = ('relay = { transport = "smtp"; host = "127.0.0.1"; port = %d; tls = "none"; from = "t@x.org"; };'
                    % server.getsockname()[1])
        with Daemon(tmp_path, accounts=accounts, daemon='stop_within = "1s"; ') as daemon:
            daemon.append("hit 1")
            connection, _ = server.accept()
            started = time.monotonic()
            assert daemon.stop(timeout=20) == 0
            assert time.monotonic() - started < 8
            connection.close()
    assert daemon.query("SELECT state FROM mails") == [(0,)]


# What somebody may write into a log who wants something of whoever reads the mails about it.
HOSTILE = [
    "x\\r\\nBcc: evil@example.net",
    "x\rBcc: evil@example.net\rX:",
    "x\x0bBcc:evil@example.net\x0c\x00\x1b[31m",
    "=?utf-8?q?=0D=0ABcc:=20evil@example.net?=",
    "<script>alert(1)</script>&amp;\"'",
    "{{7*7}}{%include'/etc/passwd'%}{#",
    "$(touch${IFS}/tmp/x)`id`",
    "\udcff\udcfe\u202eevil\u2028Bcc:x",
    "a" * 5000,
    "evil@example.net,ops@example.org>\x01",
    "'\"\\\\;--",
    ".",
    "--=-boundary--",
]
HOSTILE_RULE = ('{ name = "hits"; on = "app.hit"; group_by = [ "key" ]; interval = "0"; limit = "none"; '
                'catch_up = "0"; to = [ "ops@example.org" ]; cc = [ "field:number" ]; }')
FIELDS = {"return-path", "delivered-to", "from", "to", "subject", "date", "message-id", "auto-submitted", "list-id",
          "x-tocsin-rule", "x-tocsin-key", "x-tocsin-state", "x-tocsin-reason", "mime-version", "content-type",
          "content-transfer-encoding"}


def test_log_text_adds_no_header_no_address_and_no_markup(tmp_path):
    with Daemon(tmp_path, rules=HOSTILE_RULE) as daemon:
        with (tmp_path / "app.log").open("wb") as file:
            for text in HOSTILE:
                file.write(b"hit " + text.encode(errors="surrogateescape") + b" end\n")
        daemon.wait_for(lambda: len(daemon.mails()) == len(HOSTILE), "for all mails")
        recipients = daemon.query("SELECT DISTINCT address FROM recipients")
    assert recipients == [("ops@example.org",)]
    for path in daemon.mails():
        mail = parse(path)
        assert {name.lower() for name in mail.keys()} <= FIELDS, path.read_bytes()[:2000]
        assert len(mail.keys()) == len(set(mail.keys()))
        assert mail["To"] == "ops@example.org"
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
        html = mail.get_body(("html",)).get_content()
        assert "<script>alert" not in html and "49" not in mail["Subject"]
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", mail.get_body(("plain",)).get_content())
        assert max(map(len, path.read_bytes().splitlines())) <= 998
