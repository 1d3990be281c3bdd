# SPDX-License-Identifier: MIT
"""The control socket of the installed daemon: what docs/control.md says, and what it refuses."""

import email
import grp
import http.client
import os
import pwd
import stat
import tempfile
import threading
import time
from pathlib import Path

import pytest

from control import Control, UnixConnection, exchange
from daemon import Daemon

RULE = ('{ name = "hand"; on = "emit.*"; group_by = [ "key" ]; interval = "0"; limit = "none"; '
        'to = [ "ops@example.org" ]; }')
TOKEN = "0123456789abcdef-token"
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nBcc: c@example.org\r\nSubject: by hand\r\n\r\nHello\r\n"
DEAD = 'dead = { transport = "smtp"; host = "127.0.0.1"; port = 9; tls = "none"; from = "t@example.org"; };'


@pytest.fixture
def daemon(tmp_path):
    local = f'local = {{ transport = "maildir"; path = "{tmp_path}/Mail"; from = "t@example.org"; }};'
    with Daemon(tmp_path, rules=RULE, accounts=local + DEAD) as running:
        yield running


@pytest.fixture
def control(daemon):
    return Control(daemon.folder / "control.sock")


def wait_for_state(daemon, control, mail, state):
    daemon.wait_for(lambda: control.get(f"/v1/queue/{mail}")["state"] == state, f"for {mail} to be {state}")
    return control.get(f"/v1/queue/{mail}")


def test_an_event_can_be_followed_to_the_last_reply(daemon, control):
    done = control.post("/v1/events", {"kind": "deploy", "key": "web", "fields": {"took": 5}})
    assert done["matched"] == 1
    chain = control.get(f"/v1/explain/{done['id']}")
    [mail] = [each["id"] for each in chain["mails"]]
    wait_for_state(daemon, control, mail, "done")
    chain = control.get(f"/v1/events/{done['id']}")
    [found] = chain["mails"]
    [recipient] = found["recipients"]
    assert (recipient["address"], recipient["state"]) == ("ops@example.org", "delivered")
    assert str(daemon.mail) in recipient["fate"]["text"]
    assert [line["action"] for line in found["lines"]] == ["compose", "delivered"]
    assert control.get(f"/v1/explain/{mail}")["events"] == chain["events"]
    status = control.get("/v1/status")
    assert status["mails"]["done"] == 1
    assert [rule["matched"] for rule in status["rules"] if rule["name"] == "hand"] == [1]
    assert b'tocsin_account_recipients_total{account="local",fate="delivered"} 1\n' in control.get("/metrics")


def test_an_event_is_counted_once(control):
    event = {"id": "the-same", "kind": "deploy"}
    assert control.post("/v1/events", event) == {"id": "the-same", "matched": 1}
    assert control.post("/v1/events", event) == {"id": "the-same", "matched": 0}


@pytest.mark.parametrize("event, word", [
    ({}, "kind"),
    ({"kind": "x", "sevrity": "error"}, "severity"),
    ({"kind": "x", "trigger": "log"}, "emit"),
    ({"kind": "x", "attachments": [{"name": "shadow", "path": "/etc/shadow"}]}, "not a path"),
    ([], ""),
])
def test_says_what_is_wrong_with_an_event(control, event, word):
    status, answer = control.ask("POST", "/v1/events", event)
    assert status == 400
    assert word in answer["error"]


def test_json_without_content_or_bottom_ends_nothing(control):
    for target in ("/v1/events", "/v1/mutes"):
        fields = {"Content-Type": "application/json", "Content-Length": "0"}
        assert exchange(UnixConnection(control.path), "POST", target, None, fields)[0] == 400
        connection = UnixConnection(control.path)
        fields = {"Content-Type": "application/json"}
        assert exchange(connection, "POST", target, b"[" * 1000000, fields)[0] in (400, 413)
    assert control.get("/v1/status")


def test_takes_a_mail(daemon, control):
    mail = control.post("/v1/mails", MAIL, via="local")["id"]
    shown = wait_for_state(daemon, control, mail, "done")
    assert shown["sender"] == "a@example.org"
    assert [each["address"] for each in shown["recipients"]] == ["b@example.org", "c@example.org"]
    [path] = daemon.mails()
    message = email.message_from_bytes(path.read_bytes())
    assert message["Subject"] == "by hand"
    assert message["Bcc"] is None


def test_takes_the_envelope_from_the_query(control):
    mail = control.post("/v1/mails", MAIL, sender="", recipient=["x@example.org"], via=["dead", "local"], expire="1h")
    shown = control.get(f"/v1/queue/{mail['id']}")
    assert (shown["sender"], shown["via"]) == ("", ["dead", "local"])
    assert [each["address"] for each in shown["recipients"]] == ["x@example.org"]


@pytest.mark.parametrize("body, parameters, word", [
    (b"no header", {}, ""),
    (b"Subject: x\r\n\r\n", {}, "sender"),
    (b"From: a@example.org\r\n\r\n", {}, "recipient"),
    (MAIL, {"via": "lokal"}, "local"),
    (MAIL, {"recipient": "x@example.org\r\nDATA"}, ""),
    (MAIL, {"recipient": "not an address"}, "address"),
    (MAIL, {"expire": "soon"}, "expire"),
    (MAIL, {"recipients": "x@example.org"}, "did you mean 'recipient'"),
])
def test_says_what_is_wrong_with_a_mail(control, body, parameters, word):
    status, answer = control.ask("POST", "/v1/mails", body, **parameters)
    assert status == 400, answer
    assert word in answer["error"]
    assert control.get("/v1/queue")["mails"] == []


def test_steers_the_queue(daemon, control):
    mail = control.post("/v1/mails", MAIL, via="dead")["id"]
    daemon.wait_for(lambda: control.get("/v1/status")["accounts"][0]["failure"], "for the account to fail")
    assert control.post(f"/v1/queue/{mail}/hold")["state"] == "held"
    assert control.ask("POST", f"/v1/queue/{mail}/hold")[0] == 409
    assert [each["id"] for each in control.get("/v1/queue", state="held")["mails"]] == [mail]
    assert b"Subject: by hand" in control.get(f"/v1/queue/{mail}", message=1)
    assert control.post(f"/v1/queue/{mail}/release")["state"] == "waiting"
    assert control.post(f"/v1/queue/{mail}/remove")["state"] == "removed"
    assert control.ask("GET", f"/v1/queue/{mail}?message=1")[0] == 410
    assert control.ask("POST", "/v1/queue/0000000000000/remove")[0] == 404


def test_mutes_hold_over_restarts(daemon, control):
    assert control.ask("POST", "/v1/mutes", {"for": "1h", "until": "2030-01-01T00:00:00Z"})[0] == 400
    assert control.ask("POST", "/v1/mutes", {"where": "key =="})[0] == 400
    assert control.ask("POST", "/v1/mutes", {"rules": "x"})[1]["error"].endswith("did you mean 'rule'?")
    mute = control.post("/v1/mutes", {"rule": "hand", "where": "key == 'web'", "for": "1h", "comment": "moving"})["id"]
    daemon.stop()
    daemon.start()
    [shown] = control.get("/v1/mutes")["mutes"]
    assert (shown["id"], shown["comment"], shown["rule"]) == (mute, "moving", "hand")
    assert shown["who"]
    control.post("/v1/events", {"kind": "deploy", "key": "web"})
    control.post("/v1/events", {"kind": "deploy", "key": "db"})
    daemon.wait_for(daemon.mails, "for the mail that is not muted")
    assert [each["key"] for each in control.get("/v1/queue")["mails"]] == ["db"]
    assert control.ask("DELETE", f"/v1/mutes/{mute}")[0] == 200
    assert control.ask("DELETE", f"/v1/mutes/{mute}")[0] == 404
    assert control.get("/v1/mutes")["mutes"] == []


def test_the_socket_is_its_groups_alone(tmp_path):
    group = grp.getgrgid(os.getegid()).gr_name
    with Daemon(tmp_path, daemon=f'socket_group = "{group}";'):
        made = os.lstat(tmp_path / "control.sock")
        assert stat.S_IMODE(made.st_mode) == 0o660
        assert made.st_gid == os.getegid()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_daemon_that_was_root_can_be_controlled():
    """In a folder of root's and in one of its own; by its user's group, after a restart too."""
    with tempfile.TemporaryDirectory(prefix="tocsin-control-") as name:
        folder = Path(name)
        local = f'local = {{ transport = "maildir"; path = "{folder}/store/Mail"; from = "t@example.org"; }};'
        daemon = Daemon(folder, accounts=local, daemon='user = "nobody"; ')
        for path in (folder / "control.sock", folder / "store/control.sock"):
            daemon.configure(daemon.config.read_text().replace(f"{folder}/control.sock", str(path)))
            for _ in range(2):
                with daemon:
                    assert Control(path).get("/v1/status")["config"] == str(daemon.config)
                    made = path.stat()
                    assert (made.st_gid, stat.S_IMODE(made.st_mode)) == (pwd.getpwnam("nobody").pw_gid, 0o660)
                    assert daemon.stop() == 0


def test_a_dead_daemons_socket_is_replaced_and_a_live_ones_is_not(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one = Daemon(first)
    with one:
        one.kill()
        assert (first / "control.sock").exists()
        one.start()
        other = Daemon(second)
        other.configure(other.config.read_text().replace(f"{second}/control.sock", f"{first}/control.sock"))
        other.start(wait=False)
        assert other.process.wait(30) == 69
        assert f"in use by process {one.process.pid}: is another tocsind" in other.tail()
        assert Control(first / "control.sock").get("/v1/status")["config"] == str(one.config)
        assert one.stop() == 0
    assert not (first / "control.sock").exists()


def test_a_folder_that_others_can_write_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    daemon = Daemon(tmp_path)
    daemon.configure(daemon.config.read_text().replace("/control.sock", "/open/control.sock"))
    daemon.start(wait=False)
    assert daemon.process.wait(30) == 69
    assert f"{tmp_path}/open" in daemon.tail()


@pytest.fixture
def port(tmp_path):
    with http.client.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_tcp_wants_the_token(tmp_path, port):
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    secret.chmod(0o600)
    listen = f'listen = "127.0.0.1:{port}"; token = {{ file = "{secret}"; }};'

    def ask(fields):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        return exchange(connection, "GET", "/v1/status", fields=fields)[0]

    with Daemon(tmp_path, daemon=listen):
        good = {"Authorization": f"Bearer {TOKEN}"}
        assert ask(good) == 200
        assert ask({}) == 401
        assert ask({"Authorization": f"Bearer {TOKEN[:-1]}"}) == 401
        assert ask({**good, "Origin": "https://example.org"}) == 403
        assert ask({**good, "Host": f"example.org:{port}"}) == 403


@pytest.mark.parametrize("settings, word", [
    ('listen = "0.0.0.0:8420"; token = { env = "HOME"; };', ""),
    ('listen = "127.0.0.1:0";', "token"),
    ('socket_group = "no-such-group";', "no-such-group"),
])
def test_settings_that_cannot_be_end_the_start(tmp_path, settings, word):
    daemon = Daemon(tmp_path, daemon=settings)
    daemon.start(wait=False)
    assert daemon.process.wait(30) in (69, 78)
    assert word in daemon.tail()


def test_many_at_once(daemon, control):
    ids, faults = [], []

    def emit(worker):
        try:
            for number in range(12):
                ids.append(control.post("/v1/events", {"kind": "load", "key": f"{worker}-{number}"})["id"])
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told below
            faults.append(fault)

    workers = [threading.Thread(target=emit, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not faults
    assert len(set(ids)) == 96
    daemon.wait_for(lambda: len(daemon.mails()) == 96, "for all mails")


def test_what_was_acknowledged_survives_a_kill(tmp_path):
    daemon = Daemon(tmp_path, rules=RULE)
    kept = []
    with daemon:
        control = Control(tmp_path / "control.sock")

        def emit():
            try:
                while True:
                    kept.append(control.post("/v1/events", {"kind": "kill", "key": str(len(kept))})["id"])
            except (OSError, http.client.HTTPException):
                pass

        worker = threading.Thread(target=emit)
        worker.start()
        daemon.wait_for(lambda: len(kept) > 30, "for events")
        daemon.kill()
        worker.join()
        daemon.start()
        logged = {event for (event,) in daemon.query("SELECT DISTINCT event FROM log")}
        assert set(kept) <= logged
        daemon.wait_for(lambda: len(daemon.mails()) >= len(kept), "for the mails")


POST = b"POST /v1/mails HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\n"
GARBAGE = [
    b"", b"\0" * 1000, b"\r\n" * 5000, b"GET", b"GET / HTTP/1.1\r\n", b"HELO x\r\n", os.urandom(4096),
    b"GET /v1/queue/%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://example.org/v1/status HTTP/1.1\r\nHost: x\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n", POST + b"Content-Length: 5\r\n\r\nab",
    b"GET /v1/status HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100000,
    b"GET /" + b"a" * 3000000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/queue?" + b"state=held&" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
]


def test_garbage_ends_nothing(daemon, control):
    for octets in GARBAGE:
        control.throw(octets)
        assert control.get("/v1/status")
    assert daemon.process.poll() is None


def test_those_who_look_do_not_stop_the_work(daemon, control):
    """Readers that take all connections, and never read what they asked for."""
    idle = []
    for _ in range(63):
        connection = http.client.socket.socket(http.client.socket.AF_UNIX)
        connection.connect(str(control.path))
        connection.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
        idle.append(connection)
    began = time.monotonic()
    control.post("/v1/events", {"kind": "deploy"})
    daemon.wait_for(daemon.mails, "for the mail", timeout=10)
    assert time.monotonic() - began < 10
    for connection in idle:
        connection.close()
