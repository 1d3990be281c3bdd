# SPDX-License-Identifier: MIT
"""`tocsin probe` against real servers."""

import json
import subprocess

import pytest

from scripted import scenario
from scripted.client import binary, write_private
from scripted.dialogue import C, S, Silence, greet
from scripted.server import ScriptedServer
from servers.dovecot import ASCII_PASSWORD as PASSWORD
from servers.dovecot import ASCII_USER as USER
from servers.process import free_ports


def run(url, *arguments):
    command = [binary(), "probe", url, "--timeout", "10s", *arguments]
    return subprocess.run([*map(str, command)], capture_output=True, timeout=60, check=False)


def probe(url, *arguments, code=0):
    done = run(url, "--json", *arguments)
    assert done.returncode == code, done
    return json.loads(done.stdout)


def url_of(server, listener, scheme="smtp"):
    return f"{scheme}://localhost:{server.ports[listener]}"


def names(told):
    return [mechanism["name"] for mechanism in told["mechanisms"]]


def test_tells_what_a_submission_server_offers(postfix, ca):
    told = probe(url_of(postfix, "submission"), "--ca-file", ca.file)
    assert told["error"] is None
    assert told["greeting"]["code"] == 220 and told["greeting"]["text"].startswith("postfix.example.org")
    assert told["clear"]["extensions"]["SIZE"] == "104857600"
    assert "at most 104857600 bytes a mail" in told["clear"]["limits"]
    assert names(told["clear"]) == [] and told["clear"]["chosen"] is None
    assert "PLAIN" in names(told["encrypted"]) and told["encrypted"]["chosen"] in names(told["encrypted"])
    assert "STARTTLS" not in told["encrypted"]["extensions"]


def test_tells_of_the_certificate(postfix, ca):
    tls = probe(url_of(postfix, "smtps", "smtps"), "--ca-file", ca.file)["tls"]
    assert tls["is_trusted"] is True
    assert tls["version"] == "TLSv1.3"
    assert "CN=localhost" in tls["subject"] and "Tocsin test CA" in tls["issuer"]
    assert "localhost" in tls["names"] and 28 <= tls["days_left"] <= 30
    assert len(tls["fingerprint"]) == 64 and tls["pin"].startswith("sha256//")


@pytest.mark.parametrize("listener", ["expired", "wrong_name", "self_signed"])
def test_a_wrong_certificate_ends_it(postfix, ca, listener):
    told = probe(url_of(postfix, listener, "smtps"), "--ca-file", ca.file, code=76)
    assert told["error"] and "encrypted" not in told


def test_insecure_goes_on_and_tells_what_is_wrong(postfix, ca):
    told = probe(url_of(postfix, "starttls_expired"), "--ca-file", ca.file, "--insecure", code=76)
    assert told["tls"]["is_trusted"] is False and told["tls"]["days_left"] < 0
    assert told["tls"]["problem"] == told["error"]
    assert "PIPELINING" in told["encrypted"]["extensions"]


def test_says_why_a_mechanism_is_not_used(postfix):
    told = probe(url_of(postfix, "plain_auth"), "--tls", "none")["clear"]
    (plain,) = [mechanism for mechanism in told["mechanisms"] if mechanism["name"] == "PLAIN"]
    assert plain["is_usable"] is False and plain["reason"]


@pytest.mark.parametrize(("address", "code"), [("ann@example.org", 250), ("refused@example.org", 550)])
def test_verify_asks_and_sends_nothing(postfix, address, code):
    told = probe(url_of(postfix, "smtp"), "--tls", "none", "--verify", address)["verify"]
    assert told["mail"]["code"] == told["rset"]["code"] == 250
    assert told["rcpt"]["code"] == code


def test_login_goes_through(postfix, ca, tmp_path):
    told = login(postfix, ca, tmp_path, PASSWORD, 0)
    assert told["login"]["reply"]["code"] == 235
    assert told["login"]["mechanism"] == told["encrypted"]["chosen"]


def test_login_is_refused(postfix, ca, tmp_path):
    assert login(postfix, ca, tmp_path, "wrong", 77)["login"]["reply"]["code"] == 535


def test_login_is_not_tried_with_a_wrong_certificate(postfix, ca, tmp_path):
    told = login(postfix, ca, tmp_path, PASSWORD, 76, "starttls_expired", "--insecure")
    assert "encrypted" in told and "login" not in told


def login(postfix, ca, folder, password, code, listener="submission", *arguments):
    secret = folder / "secret"
    secret.write_text(password)
    secret.chmod(0o600)
    url = f"smtp://{USER.replace('@', '%40')}@localhost:{postfix.ports[listener]}"
    done = run(url, "--login", "--secret-file", secret, "--ca-file", ca.file, "--json", "--transcript", *arguments)
    assert done.returncode == code, done
    assert password.encode() not in done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_quoted_password_is_shown_nowhere(tmp_path):
    quoted = f"535 5.7.8 {scenario.PLAIN_ANSWER} is not {scenario.SECRET}"
    secret = write_private(tmp_path / "secret", scenario.SECRET)
    with ScriptedServer([*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), S(quoted), Silence()]) as server:
        done = run(f"smtp://{scenario.USER}@127.0.0.1:{server.port}", "--login", "--secret-file", secret, "--tls",
                   "none", "--allow-clear-text", "--json", "--transcript")
    assert done.returncode == 77, done
    assert json.loads(done.stdout)["login"]["reply"]["code"] == 535
    assert scenario.find_secrets((done.stdout + done.stderr).decode()) == []


def test_login_needs_a_user(postfix):
    assert run(url_of(postfix, "submission"), "--login").returncode == 64


def test_required_tls_that_is_not_offered_is_an_error(postfix):
    assert probe(url_of(postfix, "bare"), "--tls", "required", code=69)["error"]


def test_transcript_is_beside_the_result(postfix):
    done = run(url_of(postfix, "smtp"), "--tls", "none", "--transcript")
    assert done.returncode == 0
    assert b"< 220 postfix.example.org" in done.stderr and b"> QUIT" in done.stderr
    assert b"greeting:\n  code: 220\n" in done.stdout


def test_nobody_there():
    (port,) = free_ports(1)
    assert "127.0.0.1" in probe(f"smtp://127.0.0.1:{port}", code=69)["error"]


@pytest.mark.parametrize(
    "arguments", [["http://localhost"], ["smtp:"], ["smtp://localhost", "--tls", "maybe"],
                  ["smtps://localhost", "--tls", "none"], ["smtp://localhost", "--timeout", "0"], ["a b"],
                  ["smtp://user:password@localhost"], ["smtp://localhost?a=b"]],
)
def test_wrong_arguments(arguments):
    done = run(*arguments) if "--timeout" not in arguments else subprocess.run(
        [str(binary()), "probe", *arguments], capture_output=True, timeout=10, check=False)
    assert done.returncode == 64 and done.stderr.startswith(b"tocsin: ")
