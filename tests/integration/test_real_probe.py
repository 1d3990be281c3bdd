# SPDX-License-Identifier: MIT
"""`tocsin probe` of each real server, by each way in: what it tells, and that no secret is in it."""

import json
import re
import subprocess

import pytest

from configured import Done
from servers import dovecot as people
from stage import TOCSIN, environment

EXTENSIONS = {
    "postfix": {"PIPELINING", "SIZE", "VRFY", "ETRN", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING"},
    "exim": {"SIZE", "8BITMIME", "DSN", "PIPELINING", "PIPECONNECT", "CHUNKING", "PRDR", "SMTPUTF8", "HELP"},
    "opensmtpd": {"8BITMIME", "ENHANCEDSTATUSCODES", "SIZE", "DSN", "HELP"},
    "dovecot": {"8BITMIME", "BURL", "CHUNKING", "ENHANCEDSTATUSCODES", "PIPELINING", "SIZE"},
    "lmtp": {"8BITMIME", "CHUNKING", "ENHANCEDSTATUSCODES", "PIPELINING"},
}
WAYS = [("postfix", "smtp", "submission"), ("postfix", "smtps", "smtps"), ("exim", "smtp", "smtp"),
        ("exim", "smtps", "smtps"), ("dovecot", "smtp", "submission"), ("dovecot", "smtps", "submissions")]


def probe(url, *arguments):
    words = [TOCSIN, "probe", url, "--timeout", "10s", *arguments]
    done = subprocess.run([*map(str, words)], env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def told_by(url, *arguments, code=0):
    done = probe(url, "--json", *arguments)
    assert done.code == code, done
    return done.json()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(people.ASCII_PASSWORD)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("name, scheme, listener", WAYS)
def test_a_server_that_wants_a_login(request, ca, secret, name, scheme, listener):
    server = request.getfixturevalue(name)
    url = f"{scheme}://{people.ASCII_USER.replace('@', '%40')}@localhost:{server.ports[listener]}"
    done = probe(url, "--json", "--ca-file", ca.file, "--login", "--secret-file", secret, "--verify",
                 "tester@example.org", "--transcript")
    assert done.code == 0, done
    told = done.json()
    assert told["error"] is None and told["greeting"]["code"] == 220
    assert told["connection"]["peer"].startswith("localhost:") and told["connection"]["connect_ms"] < 5000
    assert ("clear" in told) == (scheme == "smtp") == ("> STARTTLS" in done.err)
    assert EXTENSIONS[name] | {"AUTH"} <= set(told["encrypted"]["extensions"])
    assert told["tls"]["is_trusted"] and told["tls"]["version"] == "TLSv1.3"
    assert told["login"]["reply"]["code"] == 235
    assert told["login"]["mechanism"] == told["encrypted"]["chosen"] == (
        "PLAIN" if name == "exim" else "SCRAM-SHA-256")
    assert told["verify"]["rcpt"]["code"] == told["verify"]["rset"]["code"] == 250


@pytest.mark.parametrize("name, scheme, listener", WAYS)
@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5", "scram-sha-256"])
def test_a_transcript_holds_nothing_to_log_in_with(request, ca, secret, name, scheme, listener, mechanism):
    """Neither the password, nor an answer, nor what a server says that would let somebody try passwords at leisure."""
    if name == "exim" and mechanism == "scram-sha-256":
        mechanism = "cram-md5"
    server = request.getfixturevalue(name)
    url = f"{scheme}://{people.ASCII_USER.replace('@', '%40')}@localhost:{server.ports[listener]}"
    done = probe(url, "--ca-file", ca.file, "--login", "--secret-file", secret, "--auth", mechanism, "--transcript")
    assert done.code == 0, done
    dialogue = done.err[done.err.index(f"> AUTH {mechanism.upper()}"):done.err.index("< 235")].splitlines()
    assert re.fullmatch(rf"> AUTH {mechanism.upper()}( \*\*\*)?", dialogue[0])
    assert set(dialogue[1:]) <= {"< 334 ***", "< 334 ", "> ***", "> "}, dialogue
    assert people.ASCII_PASSWORD not in done.out + done.err


def test_opensmtpd_has_no_tls_and_no_login(opensmtpd):
    url = f"smtp://localhost:{opensmtpd.ports['smtp']}"
    told = told_by(url, "--verify", "tester@example.org")
    assert set(told["clear"]["extensions"]) == EXTENSIONS["opensmtpd"]
    assert told["clear"]["mechanisms"] == [] and told["clear"]["chosen"] is None and "tls" not in told
    assert told["verify"]["vrfy"]["code"] == 500 and told["verify"]["rcpt"]["code"] == 250
    assert told_by(url, "--verify", "nobody@example.org")["verify"]["rcpt"]["code"] == 524
    assert "login" in told_by(url.replace("//", "//u@"), "--login", "--secret-env", "HOME", code=77)["error"]


@pytest.mark.parametrize("over", ["tcp", "unix"])
@pytest.mark.parametrize("address, code", [("tester@example.org", 250), ("nobody@example.org", 550)])
def test_lmtp(dovecot, ca, over, address, code):
    url = f"lmtp://{dovecot.socket}" if over == "unix" else f"lmtp://localhost:{dovecot.ports['lmtp']}"
    told = told_by(url, "--ca-file", ca.file, "--verify", address)
    assert ("tls" in told, "encrypted" in told) == ((True, True) if over == "tcp" else (False, False))
    assert EXTENSIONS["lmtp"] <= set(told["clear"]["extensions"])
    assert told["verify"]["rcpt"]["code"] == code and "vrfy" not in told["verify"]


def test_a_person_reads_the_same(dovecot):
    done = probe(f"lmtp://{dovecot.socket}")
    assert (done.code, done.err) == (0, "")
    told = told_by(f"lmtp://{dovecot.socket}")
    for name in told["clear"]["extensions"]:
        assert f"    {name}: \n" in done.out
    assert "greeting:\n  code: 220\n  text: dovecot.example.org" in done.out and done.out.endswith("error: none\n")


def test_each_mechanism_has_its_own_reason(dovecot):
    told = told_by(f"smtp://localhost:{dovecot.ports['submission']}", "--tls", "none")["clear"]
    reasons = {each["name"]: each.get("reason") for each in told["mechanisms"]}
    assert reasons["PLAIN"] == reasons["XOAUTH2"] == "would send the secret in clear; use TLS"
    assert reasons["SCRAM-SHA-1"] == "no plugin for it"
    assert reasons["EXTERNAL"] == "has to be named in the account's auth list"
    assert reasons["CRAM-MD5"] is None and told["chosen"] == "SCRAM-SHA-256"


def test_a_refused_login_is_tried_once(postfix, ca, secret, tmp_path):
    secret.write_text("wrong")
    user = f"{tmp_path.name}@example.org"
    url = f"smtp://{user.replace('@', '%40')}@localhost:{postfix.ports['submission']}"
    done = probe(url, "--json", "--ca-file", ca.file, "--login", "--secret-file", secret, "--transcript")
    assert done.code == 77 and len(re.findall("^> AUTH", done.err, re.MULTILINE)) == 1, done
    assert "535" in done.json()["error"]


def test_json_is_one_object_and_nothing_else(postfix):
    done = probe(f"smtp://localhost:{postfix.ports['bare']}", "--json")
    assert json.loads(done.out)["clear"]["is_esmtp"] is True and done.err == ""
