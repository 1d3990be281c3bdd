# SPDX-License-Identifier: MIT
"""The commands that speak with the daemon, as a person types them; and `tocsin check`."""

import email
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from control import Control
from daemon import Daemon
from stage import TOCSIN, TREE, environment

RULES = ('{ name = "hand"; on = "emit.*"; group_by = [ "key" ]; interval = "0"; limit = "none"; '
         'to = [ "ops@example.org" ]; via = [ "local" ]; },'
         '{ name = "far"; on = "emit.far"; group_by = [ "key" ]; interval = "0"; limit = "none"; '
         'to = [ "far@example.org" ]; via = [ "dead" ]; }')
DEAD = 'dead = { transport = "smtp"; host = "127.0.0.1"; port = 9; tls = "none"; from = "t@example.org"; };'


@pytest.fixture
def daemon(tmp_path):
    local = f'local = {{ transport = "maildir"; path = "{tmp_path}/Mail"; from = "t@example.org"; }};'
    with Daemon(tmp_path, rules=RULES, accounts=local + DEAD) as running:
        yield running


@pytest.fixture
def tocsin(daemon):
    """Runs the command against that daemon: exit code, output, complaints."""
    def run(*arguments, stdin="", **variables):
        variables.setdefault("TOCSIN_SOCKET", str(daemon.folder / "control.sock"))
        done = subprocess.run([TOCSIN, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60,
                              check=False, env={**environment(), "TZ": "UTC", **variables})
        assert not re.search("CRITICAL|WARNING", done.stderr), done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def emit(tocsin, *arguments):
    """Its id and for how many rules it is."""
    code, out, err = tocsin("emit", *arguments, "--json")
    assert code == 0, err
    told = json.loads(out)
    return told["id"], told["matched"]


def wait_for_end(daemon, tocsin, event):
    """The chain of the event, once all its mails through the Maildir are done."""
    def chain():
        found = json.loads(tocsin("explain", event, "--json")[1])
        return found if all(mail["state"] == "done" for mail in found["mails"]) else None

    return daemon.wait_for(chain, "for the mails to be done")


def test_an_event_by_hand_is_explained(daemon, tocsin):
    event, matched = emit(tocsin, "deploy", "--key", "web", "--severity", "error", "--line", "it broke", "host=web-1",
                          "took:=12.5")
    assert matched == 1
    wait_for_end(daemon, tocsin, event)
    code, out, _ = tocsin("explain", event)
    assert code == 0
    assert out.startswith(f"event {event}\n")
    for words in ("emit.deploy web: error", "rule 'hand'", "delivered by 'local'", f"{daemon.mail}/new/"):
        assert words in out
    [path] = daemon.mails()
    text = email.message_from_bytes(path.read_bytes()).as_string()
    assert "it broke" in text and "web-1" in text and "12.5" in text


def test_emit_tells_what_is_wrong(tocsin):
    for arguments, code, words in (
        ([], 64, "what happened?"),
        (["x", "novalue"], 64, "'novalue' is no field"),
        (["x", "=5"], 64, "is no field"),
        (["x", "n:=five"], 64, "'n:=five'"),
        (["x", "n:=" + "[" * 100000], 64, "deeper"),
        (["x", "--severity", "fatal"], 65, "critical"),
        (["x", "--time", "noon"], 65, "time"),
        (["--json-file", "/nonexistent"], 66, "/nonexistent"),
        (["--json-file", "-", "--key", "k"], 64, "--json-file"),
    ):
        got, out, err = tocsin("emit", *arguments)
        assert (got, out) == (code, ""), (arguments[:2], got, err)
        assert words in err


def test_emits_events_of_a_file(daemon, tocsin):
    events = [{"kind": "a", "key": "1"}, {"kind": "far", "key": "2"}, {"kind": "a", "id": "mine"}]
    code, out, _ = tocsin("emit", "--json-file", "-", stdin=json.dumps(events))
    assert code == 0
    assert [line.split(" ", 1)[1] for line in out.splitlines()] == [
        "is for 1 rule", "is for 2 rules", "is for 1 rule"]
    assert emit(tocsin, "a", "--id", "mine") == ("mine", 0)
    code, _, err = tocsin("emit", "--json-file", "-", stdin='[{"kind": "a"}, {"knid": "b"}]')
    assert code == 65 and "kind" in err


def test_the_queue_is_listed_shown_and_steered(daemon, tocsin):
    emit(tocsin, "far", "--key", "web")
    daemon.wait_for(lambda: "Connection refused" in tocsin("queue", "list")[1], "for the first try")
    _, table, _ = tocsin("queue", "list")
    heading, row = table.splitlines()
    assert heading.split()[:3] == ["ID", "STATE", "ACCOUNT"]
    mail = row.split()[0]
    assert tocsin("queue", "list", "--ids")[1] == f"{mail}\n"
    assert tocsin("queue", "list", "--state", "done", "--ids")[1] != f"{mail}\n"
    assert len(json.loads(tocsin("queue", "list", "--all", "--json")[1])["mails"]) == 2
    assert len(tocsin("queue", "list", "--all", "--limit", "1", "--ids")[1].splitlines()) == 1
    assert tocsin("queue", "list", "--account", "none")[1] == ""
    code, shown, _ = tocsin("queue", "show", mail)
    assert code == 0
    assert re.search(r"^state +waiting$", shown, re.MULTILINE)
    assert "to          far@example.org: waiting; deferred by 'dead'" in shown
    code, message, _ = tocsin("queue", "show", mail, "--message")
    assert email.message_from_string(message)["To"] == "far@example.org"
    assert tocsin("queue", "hold", mail)[:2] == (0, f"{mail} is held\n")
    code, out, err = tocsin("queue", "hold", "0000000000000", mail)
    assert (code, out) == (66, "") and "it is held" in err
    assert tocsin("queue", "release", mail)[:2] == (0, f"{mail} is waiting\n")
    assert tocsin("queue", "retry", mail)[0] == 0
    assert tocsin("queue", "remove", mail)[:2] == (0, f"{mail} is removed\n")
    assert tocsin("queue", "release", mail)[0] == 65
    assert tocsin("queue", "list")[1] == ""
    for arguments in ([], ["list", "x"], ["hold"], ["drop", mail], ["list", "--limit", "-1"]):
        assert tocsin("queue", *arguments)[0] == 64
    assert tocsin("queue", "list", "--state", "lost")[0] == 65


def test_mutes(daemon, tocsin):
    code, mute, _ = tocsin("mute", "add", "--where", "key == 'web'", "--for", "1h", "--comment", "moving")
    assert code == 0
    _, table, _ = tocsin("mute")
    assert mute.strip() in table and "in 1h" in table and "moving" in table
    event, _ = emit(tocsin, "deploy", "--key", "web")
    assert "no mail came of it" in tocsin("explain", event)[1]
    assert tocsin("mute", "remove", mute.strip())[0] == 0
    assert tocsin("mute", "list")[1] == ""
    assert tocsin("mute", "remove", mute.strip())[0] == 66
    assert tocsin("mute", "add")[0] == 64
    assert tocsin("mute", "add", "--rule", "*", "--until", "noon")[0] == 64
    assert tocsin("mute", "add", "--rule", "*", "--until", "2001-01-01")[0] in (64, 65)
    assert tocsin("mute", "add", "--rule", "*", "--for", "soon")[0] == 65
    assert tocsin("mute", "add", "--rule", "*", "--until", "2035-12-24T18:00:00")[0] == 0
    assert json.loads(tocsin("mute", "list", "--json")[1])["mutes"][0]["until"] == "2035-12-24T18:00:00.000000Z"


def test_status(daemon, tocsin):
    emit(tocsin, "far")
    daemon.wait_for(lambda: "Connection refused" in tocsin("status")[1], "for the failure")
    code, out, _ = tocsin("status")
    assert code == 0
    assert str(daemon.config) in out
    assert re.search(r"^app +log +runs +0", out, re.MULTILINE)
    assert re.search(r"^far +1 +0 +1 +1$", out, re.MULTILINE)
    assert json.loads(tocsin("status", "--json")[1])["store"].endswith("tocsin.db")
    daemon.configure('rules = ( );\nnonsense = 5;\n')
    daemon.reload()
    assert "THE LAST RELOAD FAILED" in tocsin("status")[1]


def test_send_hands_a_mail_to_the_daemon(daemon, tocsin):
    code, out, err = tocsin("send", "--queue", "--from", "A <a@example.org>", "--to", "b@example.org", "--bcc",
                            "c@example.org", "--subject", "queued", "--body", "Hello", "--account", "local")
    assert code == 0, err
    mail = out.split()[0]
    daemon.wait_for(daemon.mails, "for the mail")
    assert email.message_from_bytes(daemon.mails()[0].read_bytes())["Subject"] == "queued"
    shown = Control(daemon.folder / "control.sock").get(f"/v1/queue/{mail}")
    assert [each["address"] for each in shown["recipients"]] == ["b@example.org", "c@example.org"]
    assert shown["sender"] == "a@example.org"
    many = ",\r\n ".join(f"{number:06}@example.org" for number in range(10000))
    code, out, err = tocsin("send", "-q", "-m", "-", "--account", "dead",
                            stdin=f"From: a@example.org\r\nTo: {many}\r\n\r\nx\r\n")
    assert code == 0, err
    assert len(json.loads(tocsin("queue", "show", out.split()[0], "--json")[1])["recipients"]) == 10000
    for arguments, expected in (
        (["--url", "smtp://127.0.0.1"], 64),
        (["--account", "lokal"], 65),
        (["--socket", "/nonexistent"], 69),
    ):
        assert tocsin("send", "--queue", "--from", "a@example.org", "--to", "b@example.org", "--body", "x",
                      *arguments)[0] == expected
    assert tocsin("send", "--queue", "--to", "b@example.org", "--body", "x")[0] == 65


SEND = ["send", "--queue", "--from", "a@example.org", "--to", "b@example.org", "--body", "x"]
COMMANDS = (["status"], ["queue", "list"], ["queue", "hold", "x"], ["explain", "x"], ["mute"],
            ["mute", "add", "--rule", "*"], ["emit", "x"], SEND)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_daemon_is_told(tocsin, tmp_path, arguments):
    path = tmp_path / "nobody.sock"
    code, out, err = tocsin(*arguments, "--socket", path)
    assert (code, out) == (69, "")
    assert f"is tocsind running? looked at {path}" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_who_may_not_open_the_socket_is_told():
    with tempfile.TemporaryDirectory(prefix="tocsin-control-") as name:
        with Daemon(name):
            done = subprocess.run([TOCSIN, "status", "--socket", f"{name}/control.sock"], capture_output=True,
                                  text=True, timeout=60, check=False, user="nobody", group="nogroup", extra_groups=[])
    assert done.returncode == 77
    assert "may not be opened by this user" in done.stderr


class Stranger:
    """Who is at a socket and is no daemon: answers each with the same."""

    def __init__(self, path, answer):
        self.path, self.answer, self.socket = path, answer, socket.socket(socket.AF_UNIX)

    def __enter__(self):
        self.socket.bind(str(self.path))
        self.socket.listen()
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        try:
            while True:
                peer, _ = self.socket.accept()
                with peer:
                    peer.recv(65536)
                    peer.sendall(self.answer)
        except OSError:
            pass

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def answer_of(body):
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


STRANGE = (
    (b"", 75), (b"220 mx.example.org ESMTP\r\n", 76), (answer_of(b"[]"), 76), (answer_of(b"{}"), 0),
    (answer_of(b"[" * 1000), 76), (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", 75),
    (answer_of(b'{"mails": [5, null, {"id": 7, "recipients": {}, "due": "x"}], "mutes": "y", "next": 3}'), 0),
    (answer_of(b'{"mails": [{"id": "\\u001b[31m\\n", "recipients": [{"fate": 1}]}], "triggers": [{"name": null}]}'), 0),
    (answer_of(b'{"mails": {"waiting": "\\u001b"}, "rules": [[], 3.5], "accounts": [{"is_running": 3}]}'), 0),
)


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_strangers_are_borne(tocsin, tmp_path, number):
    answer, code = STRANGE[number]
    path = tmp_path / "stranger.sock"
    with Stranger(path, answer):
        for arguments in COMMANDS[:7]:
            got, out, err = tocsin(*arguments, "--socket", path)
            assert got == code, (arguments, got, out, err)
            assert "\x1b" not in out + err


def test_a_daemon_that_stops_answering_is_told(daemon, tocsin):
    """Killed while somebody waits: nobody can tell whether it was done."""
    daemon.process.send_signal(signal.SIGSTOP)
    waiting = subprocess.Popen([TOCSIN, "emit", "x", "--socket", daemon.folder / "control.sock"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    # Its request is in the socket once it waits for the answer.
    daemon.wait_for(lambda: "poll" in Path(f"/proc/{waiting.pid}/wchan").read_text(), "for the request")
    daemon.process.send_signal(signal.SIGKILL)
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, out) == (75, "")
    assert "nobody can tell" in err


def check(*arguments):
    done = subprocess.run([TOCSIN, "check", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          check=False, env=environment())
    return done.returncode, done.stdout, done.stderr


def test_check_tells_every_mistake(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text('accounts = { a = { transport = "smpt"; }; };\n'
                      'rules = ( { name = "r"; on = "emit.x"; treshold = 5; to = [ "a@example.org" ]; } );\n'
                      'tiggers = { };\n')
    code, out, err = check("-c", config)
    assert (code, out) == (78, "")
    lines = err.splitlines()
    for start, words in ((f"{config}:1:", "smtp"), (f"{config}:2:", "threshold"), (f"{config}:3:", "triggers")):
        assert any(line.startswith(start) and words in line for line in lines), (start, err)
    code, out, err = check("-c", config, "--json")
    told = json.loads(out)
    assert (code, err) == (78, "")
    assert sorted(each["line"] for each in told["problems"])[:3] == [1, 2, 3]
    assert {each["file"] for each in told["problems"]} == {str(config)}


@pytest.mark.parametrize("setting, words", [
    ('listen = "0.0.0.0:8420"; token = { env = "X"; };', "can be reached by others"),
    ('listen = "8420"; token = { env = "X"; };', "127.0.0.1:8420"),
    ('listen = "127.0.0.1:8420";', "needs a 'token'"),
    ('socket = "run/control.sock";', "not absolute"),
    (f'socket = "/{"x" * 108}";', "longer than 107"),
])
def test_check_knows_where_a_daemon_cannot_listen(tmp_path, setting, words):
    config = tmp_path / "tocsin.conf"
    config.write_text(f'accounts = {{ a = {{ transport = "maildir"; path = "{tmp_path}/Mail"; from = "a@example.org"; '
                      f'}}; }};\ndaemon = {{\n{setting} }};\n')
    code, _, err = check("-c", config)
    assert code == 78
    assert err.startswith(f"{config}:3: ") and words in err


def test_check_lets_no_mistake_hide_another(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text(f"""accounts = {{ a = {{ transport = "maildir"; path = "{tmp_path}"; from = "a@example.org"; }};
  b = {{ transport = "smtp"; host = "mx.example.org";
    port = 99999;
    rate = "x";
    from = "zz"; }}; }};
triggers = {{ app = {{ trigger = "log"; files = [ "/x/*.log" ];
    patterns = ( {{ name = "ok"; regex = "ok (?<ip>.)"; }} ); }};
  bad = {{ trigger = "log"; files = [ "/x/*.log" ];
    patterns = ( {{ name = "ok"; regex = "("; }}, {{ name = "two"; regex = "a{{2,1}}"; }} ); }}; }};
rules = ( {{ name = "r"; on = "app.ok"; to = [ "a@example.org" ];
    repeat = "4x";
    headers = [ "bad" ];
    zone = "Mars/X";
    via = [ "locl" ];
    template = "nope";
    allow = [ "not valid@" ];
    group_by = [ "ipq" ]; }},
  {{ name = "s"; on = [ "bad.ok" ]; where = "anything == 1"; via = [ "b" ]; to = [ "a@example.org" ]; }},
  {{ name = "t"; on = "app.ok"; to = [ "a@example.org" ];
    inhibit = ( {{ rule = "r"; equal = [ "qq" ]; }} ); }} );
store = {{ path = "rel.db"; }};
daemon = {{
  user = "no-such-user-here"; }};
""")
    code, _, err = check("-c", config)
    expected = [
        (3, "'port' 99999 is not"), (4, "'rate'"), (5, "'from'"), (8, "pattern 'ok': the regex"),
        (8, "pattern 'two': the regex"), (11, "'repeat'"), (12, "headers"), (13, "'zone'"), (14, "no account 'locl'"),
        (15, "nope.mail"), (16, "'allow'"), (10, "no event that it is on has a field 'ipq'"), (19, "a field 'qq'"),
        (21, "'path' is not absolute"), (23, "no user"),
    ]
    lines = err.splitlines()
    for line, words in expected:
        assert any(each.startswith(f"{config}:{line}: ") and words in each for each in lines), (line, words, err)
    assert code == 78
    # Two of them are told in one line: a trigger says all that is wrong with it.
    assert len(lines) == len(expected) - 1, err


def test_check_knows_the_fields_that_a_mute_may_ask_for(tmp_path):
    config = tmp_path / "tocsin.conf"
    text = f"""accounts = {{ a = {{ transport = "maildir"; path = "{tmp_path}"; from = "a@example.org"; }}; }};
triggers = {{ app = {{ trigger = "log"; files = [ "/x" ]; patterns = ( {{ name = "ok"; regex = "(?<ip>.)"; }} ); }}; }};
rules = ( {{ name = "r"; on = "ON"; to = [ "a@example.org" ]; }} );
mutes = ( {{ where = "zip == 1"; }} );
"""
    config.write_text(text.replace("ON", "app.ok"))
    code, _, err = check("-c", config)
    assert code == 78
    assert err == f"{config}:4: no event of any trigger has a field 'zip'; did you mean 'ip'\n"
    # What is raised by hand may have any.
    config.write_text(text.replace("ON", "emit.*"))
    assert check("-c", config)[0] == 0


def test_check_names_the_file_that_is_not_there(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text('\n@include "accounts.inc"\n')
    code, _, err = check("-c", config)
    assert (code, err.count("\n")) == (78, 1)
    assert err.startswith(f"{config}:2: ") and 'accounts.inc' in err


def test_check_says_what_is_good(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text(f'accounts = {{ a = {{ transport = "maildir"; path = "{tmp_path}/Mail"; from = "a@example.org"; '
                      '}; };\nrules = ( { name = "r"; on = "emit.x"; to = [ "a@example.org" ]; } );\n')
    assert check("-c", config) == (0, f"{config} is good: 0 triggers, 1 rules, 1 accounts\n", "")
    told = json.loads(check("-c", config, "--json")[1])
    assert (told["problems"], told["rules"]) == ([], 1)
    assert not (tmp_path / "Mail").exists()
    assert check("-c", tmp_path / "none.conf")[0] == 78
    assert check(config)[0] == 64


def test_check_fetches_no_secret(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text('accounts = { a = { transport = "smtp"; host = "mx.example.org"; user = "u"; '
                      f'from = "a@example.org"; secret = {{ command = "touch {tmp_path}/ran"; }}; }}; }};\n')
    assert check("-c", config)[0] == 0
    assert not (tmp_path / "ran").exists()


def test_the_shipped_examples_are_good(tmp_path):
    for path in [TREE / "conf/tocsin.conf", *sorted((TREE / "conf/examples").glob("*.conf"))]:
        config = tmp_path / path.name
        # A user that has to be made first.
        config.write_text(path.read_text().replace('user = "tocsin"', 'user = "nobody"'))
        code, _, err = check("-c", config)
        assert code == 0, err

