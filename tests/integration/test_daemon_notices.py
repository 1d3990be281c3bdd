# SPDX-License-Identifier: MIT
"""What the daemon tells the service manager, and postmaster through the fallback; what is emitted by hand and evil."""

import email
import email.policy
import json
import os
import re
import signal
import socket
import subprocess

import pytest

import stage
from control import Control
from daemon import CONFIG, RULE, Daemon


class Manager:
    """What systemd is to a service: a socket for its messages."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(0.05)
        self.heard = []

    def listen(self):
        try:
            while True:
                self.heard.append(self.socket.recv(65536).decode())
        except TimeoutError:
            return self.heard

    def take(self):
        """What was said since the last time, but for the watchdog's beats."""
        said = [text for text in self.listen() if "WATCHDOG=1" not in text]
        self.heard = []
        return said

    def beats(self):
        return sum("WATCHDOG=1" in text for text in self.listen())


@pytest.fixture
def manager(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    return Manager(tmp_path / "notify")


def test_the_service_manager_hears_of_each_step(tmp_path, manager):
    with Daemon(tmp_path) as daemon:
        [ready] = daemon.wait_for(manager.take, "for READY")
        assert ready.splitlines() == ["READY=1", "STATUS=1 triggers, 1 rules, 1 accounts"]
        daemon.wait_for(lambda: manager.beats() >= 2, "for the watchdog's beats")
        manager.take()
        daemon.reload()
        said = []
        daemon.wait_for(lambda: said.extend(manager.take()) or len(said) == 2, "for the reload to be told")
        assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", said[0])
        assert said[1] == ready
        # What failed is in the status, on one line.
        daemon.configure('colour = "red";\n' + daemon.config.read_text().replace("interval", "intervall"))
        daemon.reload()
        said.clear()
        daemon.wait_for(lambda: said.extend(manager.take()) or len(said) == 2, "for the failure to be told")
        assert said[0].startswith("RELOADING=1\n")
        first, status = said[1].splitlines()
        assert first == "READY=1" and "reload, which failed" in status and "tocsin.conf:1" in status
        daemon.process.send_signal(signal.SIGTERM)
        said.clear()
        daemon.wait_for(lambda: said.extend(manager.take()) or said, "for STOPPING")
        assert said[0] == "STOPPING=1"
        assert daemon.process.wait(60) == 0


def test_the_watchdog_is_fed_while_a_flood_is_read_and_reloaded(tmp_path, manager):
    """Twice a beat's time goes by at most between two of them, whatever the main loop does."""
    flood = '{ name = "flood"; on = "app.hit"; interval = "5s"; catch_up = "0"; to = [ "ops@example.org" ]; }'
    with (tmp_path / "app.log").open("w") as file:
        for start in range(0, 1_500_000, 10_000):
            file.write("".join(f"2026-01-01 hit n{number} of the flood\n" for number in range(start, start + 10_000)))
    with Daemon(tmp_path, rules=flood) as daemon:
        daemon.wait_for(lambda: manager.beats() >= 2, "for beats in the flood")
        for _ in range(3):
            manager.take()
            daemon.reload()
            daemon.wait_for(lambda: manager.beats() >= 2, "for beats after a reload in the flood")
    (tmp_path / "app.log").unlink()


def test_status_shows_each_mistake_of_a_reload_on_its_line(tmp_path):
    with Daemon(tmp_path) as daemon:
        daemon.configure('colour = "red";\nsize = 3;\n' + daemon.config.read_text())
        daemon.reload()
        out = subprocess.run([str(stage.TOCSIN), "status", "--socket", str(tmp_path / "control.sock")],
                             capture_output=True, text=True, timeout=60, check=True).stdout
        assert "THE LAST RELOAD FAILED:\n" in out
        assert re.search(r"^  .*tocsin\.conf:1: .*colour", out, re.MULTILINE)
        assert re.search(r"^  .*tocsin\.conf:2: .*size", out, re.MULTILINE)
        assert "\\n" not in out


def read_notices(folder):
    """The texts of what postmaster got."""
    new = folder / "Mail/new"
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
             for path in (new.iterdir() if new.is_dir() else [])]
    return "\n".join(str(mail["Subject"]) + "\n" + mail.get_body(("plain",)).get_content()
                     for mail in mails if mail["To"] == "pm@example.org" and mail["X-Tocsin-Rule"] == "tocsin")


def test_postmaster_hears_through_the_fallback_what_befalls_it(tmp_path):
    """An account out of reach, a mail that was given up, a reload with mistakes, a trigger that fails."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    accounts = (f'relay = {{ transport = "smtp"; host = "127.0.0.1"; port = {port}; tls = "none"; '
                'from = "t@example.org"; }; '
                f'aside = {{ transport = "maildir"; path = "{tmp_path}/Mail"; from = "t@example.org"; }};')
    config = CONFIG.format(folder=tmp_path, accounts=accounts, rules=RULE.replace("limit", 'expire = "1s"; limit'),
                           daemon='postmaster = "pm@example.org"; fallback = "aside"; ')
    config = config.replace("triggers = {", f'triggers = {{ broken = {{ trigger = "log"; files = [ "{tmp_path}/x" ]; '
                                            f'pattern_file = "{tmp_path}/missing.conf"; }};')
    with Daemon(tmp_path, config=config) as daemon:
        daemon.append("hit 1")
        daemon.configure('colour = "red";\n' + config)
        assert "stays as it was" in daemon.reload()

        def told():
            text = read_notices(tmp_path)
            return all(words in text for words in ("relay", "ops@example.org", "colour", "missing.conf"))

        daemon.wait_for(told, "for all notices", timeout=180)
        assert daemon.query("SELECT state FROM mails WHERE rule = 'hits'") == [(3,)]
        assert daemon.query("SELECT DISTINCT address FROM recipients JOIN mails ON mails.id = mail "
                            "WHERE rule = 'tocsin'") == [("pm@example.org",)]
        assert daemon.stop() == 0


EVIL = ["x\r\nBcc: evil@example.net", "x\nBcc: evil@example.net", "x\r\n\r\nbody", "\r\n.\r\nMAIL FROM:<a@b>",
        "ops@example.org\r\nRCPT TO:<evil@example.net>", "{{ 7 * 7 }}", "\u2028Bcc: x"]
EVIL_RULE = ('{ name = "hand"; on = "emit.*"; group_by = [ "key" ]; interval = "0"; limit = "none"; '
             'to = [ "ops@example.org" ]; cc = [ "field:who" ]; template = "evil"; }')
FIELDS = {"return-path", "delivered-to", "from", "to", "subject", "date", "message-id", "auto-submitted", "list-id",
          "x-tocsin-rule", "x-tocsin-key", "x-tocsin-state", "x-tocsin-reason", "mime-version", "content-type",
          "content-transfer-encoding", "x-who"}


@pytest.fixture
def template(tmp_path):
    """One that puts what was emitted where it may do harm."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates").chmod(0o755)
    path = tmp_path / "templates/evil.mail"
    path.write_text("---\nsubject: {{ key }} {{ event.who }}\nX-Who: {{ event.who }}\n---\n"
                    "{% block text %}{{ event.who }}\n{% endblock %}"
                    "{% block html %}<p>{{ event.who }}</p>\n{% endblock %}")
    path.chmod(0o644)


def emit_by_command(folder, text, number):
    done = subprocess.run([str(stage.TOCSIN), "emit", "done", f"who={text}", "--key", f"{number} {text}", "--line",
                           text, "--socket", str(folder / "control.sock"), "--json"],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0


def emit_by_socket(folder, text, number):
    event = {"kind": "done", "key": f"{number} {text}", "fields": {"who": text, "list": [text]}, "excerpt": [text]}
    status, answer = Control(folder / "control.sock").ask("POST", "/v1/events", event)
    assert status in (200, 201, 400), answer
    return status != 400


@pytest.mark.parametrize("emit", [emit_by_command, emit_by_socket])
def test_what_is_emitted_adds_no_header_and_no_address(tmp_path, template, emit):
    with Daemon(tmp_path, rules=EVIL_RULE) as daemon:
        taken = sum(emit(tmp_path, text, number) for number, text in enumerate(EVIL))
        assert taken > 0
        daemon.wait_for(lambda: len(daemon.mails()) == taken, "for all mails")
        recipients = daemon.query("SELECT DISTINCT address FROM recipients")
        assert daemon.stop() == 0
    assert recipients == [("ops@example.org",)]
    for path in daemon.mails():
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert {name.lower() for name in mail.keys()} <= FIELDS, path.read_bytes()[:2000]
        assert len(mail.keys()) == len(set(mail.keys()))
        assert mail["To"] == "ops@example.org" and "49" not in mail["Subject"]
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("member", ["kind", "trigger", "id"])
def test_names_of_emitted_events_hold_no_line_end(tmp_path, template, member):
    with Daemon(tmp_path, rules=EVIL_RULE) as daemon:
        event = {"kind": "done", "key": "k", "id": "some", "fields": {}, member: "x\r\nBcc: evil@example.net"}
        status, answer = Control(tmp_path / "control.sock").ask("POST", "/v1/events", event)
        if status in (200, 201):
            daemon.wait_for(lambda: daemon.query("SELECT 1 FROM log"), "for the event")
        else:
            assert status == 400 and member in json.dumps(answer)
        assert daemon.stop() == 0
    for path in daemon.mails():
        assert b"\nBcc:" not in path.read_bytes()
    assert not [line for line in daemon.read_log().splitlines() if line.startswith(b"Bcc")]
    assert os.path.exists(tmp_path / "store/tocsin.db")
