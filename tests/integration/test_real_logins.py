# SPDX-License-Identifier: MIT
"""`tocsin send` through configured accounts to real servers: each transport, each mechanism that the server has; every
mail is read back byte for byte."""

import re
import urllib.parse

import pytest

from configured import LOCAL, Configured, fresh_box, fresh_mail, secret_file, stored
from servers import dovecot as people
from servers.maildir import Maildir, strip_added
from servers.process import wait_for

PASSWORDS = ["plain", "login", "cram-md5", "scram-sha-256"]
TOKENS = ["xoauth2", "oauthbearer"]
# Each way in: the server that is asked, its listener, the transport, and the mechanisms that it has.
WAYS = {
    "postfix-starttls": ("postfix", "submission", "smtp", [*PASSWORDS, *TOKENS]),
    "postfix-smtps": ("postfix", "smtps", "smtps", [*PASSWORDS, *TOKENS]),
    "postfix-implicit": ("postfix", "smtps", "smtp", ["scram-sha-256"]),
    "dovecot-starttls": ("dovecot", "submission", "smtp", [*PASSWORDS, *TOKENS, "external"]),
    "dovecot-smtps": ("dovecot", "submissions", "smtps", [*PASSWORDS, *TOKENS, "external"]),
    "exim-starttls": ("exim", "smtp", "smtp", ["plain", "login", "cram-md5", "external"]),
    "exim-smtps": ("exim", "smtps", "smtps", ["plain", "login", "cram-md5", "external"]),
}
CASES = [(way, mechanism) for way, (*_, mechanisms) in WAYS.items() for mechanism in mechanisms]


def connection(server, listener, transport, ca):
    return {"transport": transport, "host": "localhost", "port": server.ports[listener], "ca_file": ca.file,
            "timeout": "10s"}


def credentials(mechanism, server, folder, ca):
    """The settings for a login, and what must never be shown."""
    user, password = (
        (people.ASCII_USER, people.ASCII_PASSWORD) if server.name == "exim" else (people.USER, people.PASSWORD)
    )
    if mechanism == "external":
        own = {"certificate": ca.client.certificate, "private_key": ca.client.key, "user": people.USER}
        return {**own, "authzid": people.USER} if server.name == "exim" else own, []
    if mechanism in TOKENS:
        token = people.token()
        return {"user": people.USER, "token": secret_file(folder, token)}, [token]
    return {"user": user, "secret": secret_file(folder, password)}, [password]


def delivers_to(server, request):
    """What Dovecot's submission takes goes on to Postfix."""
    return request.getfixturevalue("postfix") if server.name == "dovecot" else server


@pytest.mark.parametrize("way, mechanism", CASES, ids=[f"{way}-{mechanism}" for way, mechanism in CASES])
def test_logs_in_and_delivers_byte_for_byte(request, ca, tmp_path, way, mechanism):
    name, listener, transport, _ = WAYS[way]
    server = request.getfixturevalue(name)
    login, secrets = credentials(mechanism, server, tmp_path, ca)
    implicit = {"tls": "implicit"} if way == "postfix-implicit" else {}
    place = Configured(tmp_path, relay={**connection(server, listener, transport, ca), **login, "auth": [mechanism],
                                        **implicit})
    target, mail = delivers_to(server, request), fresh_mail()
    box = fresh_box(target)
    done = place.send_message(mail, f"{box}@example.org")
    assert done.code == 0, done
    assert done.fates() == {f"{box}@example.org": ("delivered", 250)}
    assert f"> AUTH {mechanism.upper()}" in done.err and "< 235" in done.err
    assert ("> STARTTLS" in done.err) == (transport == "smtp" and not implicit)
    for secret in secrets:
        assert secret not in done.out + done.err and urllib.parse.quote(secret) not in done.err
    assert target.maildir(box).wait_one() == stored(mail)


@pytest.mark.parametrize("mechanism", TOKENS)
def test_a_command_gives_the_token_and_another_when_it_is_refused(postfix, ca, tmp_path, mechanism):
    tokens = [people.token(seconds=-60), people.token()]
    for number, token in enumerate(tokens, 1):
        (tmp_path / str(number)).write_text(f"{token}\n")
    script = 'echo >>"$1/asked"; cat "$1/$(wc -l <"$1/asked")"'
    place = Configured(tmp_path, relay={
        **connection(postfix, "submission", "smtp", ca), "user": people.USER, "auth": [mechanism],
        "token": {"command": ["sh", "-c", script, "sh", tmp_path]}})
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org")
    assert (done.code, done.fates()) == (0, {f"{box}@example.org": ("delivered", 250)}), done
    assert len(re.findall(f"^> AUTH {mechanism.upper()}", done.err, re.MULTILINE)) == 2
    assert not [token for token in tokens if token in done.out + done.err]
    assert postfix.maildir(box).wait_one() == stored(mail)


@pytest.mark.parametrize("mechanism", [*PASSWORDS, None])
def test_a_password_in_clear_needs_leave_and_goes_to_this_machine_only(postfix, tmp_path, mechanism):
    settings = {"transport": "smtp", "host": LOCAL, "port": postfix.ports["plain_auth"], "tls": "none",
                "user": people.USER, "secret": secret_file(tmp_path, people.PASSWORD),
                **({"auth": [mechanism]} if mechanism else {})}
    place = Configured(tmp_path, strict=settings, lenient={**settings, "clear_login": True})
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org", arguments=["--account", "lenient"])
    assert (done.code, mechanism is None or f"> AUTH {mechanism.upper()}" in done.err) == (0, True), done
    assert postfix.maildir(box).wait_one() == stored(mail)
    done = place.send_message(mail, f"{box}@example.org", arguments=["--account", "strict"])
    if mechanism in ("plain", "login"):
        assert (done.code, done.json()["error"]["class"]) == (77, "auth"), done
        assert f"{mechanism.upper()} (would send the secret in clear; use TLS)" in done.json()["error"]["text"], done
        assert "> AUTH" not in done.err
    else:
        assert done.code == 0, done
        postfix.maildir(box).wait()


def test_the_strongest_mechanism_is_taken(postfix, ca, tmp_path):
    login, _ = credentials("plain", postfix, tmp_path, ca)
    place = Configured(tmp_path, relay={**connection(postfix, "submission", "smtp", ca), **login})
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org")
    assert done.code == 0 and "> AUTH SCRAM-SHA-256 " in done.err, done
    assert postfix.maildir(box).wait_one() == stored(mail)


@pytest.mark.parametrize("way", ["postfix-starttls", "postfix-smtps", "dovecot-starttls", "exim-starttls"])
def test_a_wrong_password_is_tried_once_and_exits_with_77(request, ca, tmp_path, way):
    """Servers lock accounts: neither another mechanism nor another connection follows a 535."""
    name, listener, transport, mechanisms = WAYS[way]
    server = request.getfixturevalue(name)
    user = f"{tmp_path.name}@example.org"
    place = Configured(tmp_path, relay={**connection(server, listener, transport, ca), "user": user,
                                        "auth": [each for each in mechanisms if each in PASSWORDS[:3]],
                                        "secret": secret_file(tmp_path, "wrong")})
    done = place.send_message(fresh_mail(), "ann@example.org")
    assert done.code == 77, done
    error = done.json()["error"]
    assert (error["class"], error["permanence"]) == ("auth", "permanent")
    assert "535" in error["text"] and "wrong" not in done.out + done.err
    assert len(re.findall("^> AUTH", done.err, re.MULTILINE)) == 1
    assert len(failed_logins(server, user)) == 1
    assert done.fates() == {"ann@example.org": ("deferred", 535)}


def failed_logins(server, user):
    """The attempts of `user` that the server's log tells of, waiting for the first."""
    pattern = {
        "postfix": rf"SASL \S+ authentication failed: .*sasl_username={user}",
        "dovecot": rf"\({user},127.0.0.1.*unknown user",
        "exim": rf"authenticator failed .*535.*set_id={user}",
    }[server.name]
    log = server.log_files()[0]
    return wait_for(lambda: re.findall(pattern, log.read_text()), 5, f"{server.name} logs a refused login")


@pytest.mark.parametrize("way", ["postfix-starttls", "dovecot-smtps"])
@pytest.mark.parametrize("mechanism", TOKENS)
@pytest.mark.parametrize("kind", ["expired", "forged"])
def test_a_bad_token_is_told_with_the_servers_reason(request, ca, tmp_path, way, mechanism, kind):
    name, listener, transport, _ = WAYS[way]
    server = request.getfixturevalue(name)
    token = people.token(seconds=-60) if kind == "expired" else people.token(key=b"other")
    place = Configured(tmp_path, relay={**connection(server, listener, transport, ca), "user": people.USER,
                                        "auth": [mechanism], "token": secret_file(tmp_path, token)})
    done = place.send_message(fresh_mail(), "ann@example.org")
    assert (done.code, done.json()["error"]["class"]) == (77, "auth"), done
    reason = '"status":"401"' if mechanism == "xoauth2" else '"status":"invalid_token"'
    assert reason in done.json()["error"]["text"], done
    assert token not in done.out + done.err


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_lmtp_delivers_byte_for_byte(dovecot, tmp_path, over):
    where = {"socket": dovecot.socket} if over == "unix" else {"host": LOCAL, "port": dovecot.ports["lmtp"]}
    place = Configured(tmp_path, mda={"transport": "lmtp", **where})
    mail = fresh_mail()
    done = place.send_message(mail, people.DELIVERED)
    assert (done.code, done.fates()) == (0, {people.DELIVERED: ("delivered", 250)}), done
    assert "> LHLO" in done.err
    assert dovecot.maildir(people.DELIVERED).wait_one() == stored(mail)


def test_lmtp_with_tls_delivers_byte_for_byte(dovecot, ca, tmp_path):
    place = Configured(tmp_path, mda={**connection(dovecot, "lmtp", "lmtp", ca), "tls": "required"})
    mail = fresh_mail()
    done = place.send_message(mail, people.DELIVERED)
    assert done.code == 0 and "> STARTTLS" in done.err, done
    assert dovecot.maildir(people.DELIVERED).wait_one() == stored(mail)


def test_maildir_delivers_byte_for_byte(tmp_path):
    place = Configured(tmp_path, box={"transport": "maildir", "path": tmp_path / "Mail"})
    mail = fresh_mail()
    done = place.send_message(mail, "ann@example.org")
    assert done.code == 0, done
    assert Maildir(tmp_path / "Mail").wait_one() == stored(mail)


@pytest.mark.parametrize("name", ["exim", "opensmtpd"])
def test_servers_without_login_get_it_byte_for_byte(request, tmp_path, name):
    server = request.getfixturevalue(name)
    relay = {"transport": "smtp", "host": LOCAL, "port": server.ports["smtp"], "tls": "none"}
    place = Configured(tmp_path, relay=relay)
    box, mail = fresh_box(server), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org")
    assert (done.code, done.fates()) == (0, {f"{box}@example.org": ("delivered", 250)}), done
    assert server.maildir(box).wait_one() == stored(mail)


def test_strip_added_left_the_mail_whole():
    """What the comparisons rest on: nothing of a mail is taken for a server's addition."""
    assert strip_added(stored(fresh_mail()))[:6] == b"From: "
