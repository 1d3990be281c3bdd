# SPDX-License-Identifier: MIT
"""`tocsin send` to real servers whose certificates it has to refuse, and to those that want one of ours."""

import re

import pytest

from configured import Configured, fresh_box, fresh_mail, stored
from servers import dovecot as people

FOR_WHICH_HOST = "the certificate of localhost:{port} (127.0.0.1) is refused: "
REFUSED = {
    "expired": ("smtps", "it expired on 2020-02-01"),
    "starttls_expired": ("smtp", "it expired on 2020-02-01"),
    "wrong_name": ("smtps", "it is not for 'localhost'; it is for: other.example"),
    "common_name": ("smtps", "it is not for 'localhost'; it has no subjectAltName"),
    "self_signed": ("smtps", "it is self-signed: name it as the CA file if you trust it"),
}


def account(server, listener, transport, ca, **more):
    return {"transport": transport, "host": "localhost", "port": server.ports[listener], "ca_file": ca.file,
            "timeout": "10s", **more}


@pytest.mark.parametrize("listener", REFUSED)
def test_a_bad_certificate_is_refused(postfix, ca, tmp_path, listener):
    transport, reason = REFUSED[listener]
    place = Configured(tmp_path, relay=account(postfix, listener, transport, ca))
    done = place.send_message(fresh_mail(), "ann@example.org")
    assert done.code == 76, done
    assert done.json()["error"] == {
        "class": "tls", "permanence": "temporary",
        "text": FOR_WHICH_HOST.format(port=postfix.ports[listener]) + reason,
    }
    assert done.fates() == {"ann@example.org": ("deferred", None)}
    assert "> MAIL" not in done.err and ("> EHLO" in done.err) == (transport == "smtp")


def test_a_certificate_of_an_unknown_authority_is_refused(postfix, ca, tmp_path):
    settings = account(postfix, "smtp", "smtp", ca)
    del settings["ca_file"]
    done = Configured(tmp_path, relay=settings).send_message(fresh_mail(), "ann@example.org")
    assert (done.code, done.json()["error"]["class"]) == (76, "tls"), done
    assert FOR_WHICH_HOST.format(port=postfix.ports["smtp"]) in done.json()["error"]["text"]


def test_a_person_is_told_why(postfix, ca, tmp_path):
    place = Configured(tmp_path, relay=account(postfix, "expired", "smtps", ca, **{"from": "a@client.example"}))
    done = place.send("--to", "ann@example.org", "--body", "x")
    reason = FOR_WHICH_HOST.format(port=postfix.ports["expired"]) + REFUSED["expired"][1]
    assert (done.code, done.out, done.err) == (76, f"ann@example.org: deferred: {reason}\n", "")


def test_what_is_trusted_by_name_is_taken(postfix, ca, tmp_path):
    """A self-signed certificate as its own authority, another name, or no check at all: the account says so."""
    place = Configured(
        tmp_path,
        pinned=account(postfix, "self_signed", "smtps", ca, **{"ca_file": ca.self_signed.certificate}),
        renamed=account(postfix, "wrong_name", "smtps", ca, server_name="other.example"),
        unchecked=account(postfix, "expired", "smtps", ca, verify=False),
    )
    for name in ("pinned", "renamed", "unchecked"):
        box, mail = fresh_box(postfix), fresh_mail()
        done = place.send_message(mail, f"{box}@example.org", arguments=["--account", name])
        assert done.code == 0, (name, done)
        assert postfix.maildir(box).wait_one() == stored(mail)


def test_our_certificate_is_shown_to_who_asks(postfix, ca, tmp_path):
    own = {"certificate": ca.client.certificate, "private_key": ca.client.key}
    place = Configured(tmp_path, known=account(postfix, "client_certificate", "smtps", ca, **own),
                       unknown=account(postfix, "client_certificate", "smtps", ca))
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org", arguments=["--account", "known"])
    assert done.code == 0, done
    assert postfix.maildir(box).wait_one() == stored(mail)
    done = place.send_message(mail, f"{box}@example.org", arguments=["--account", "unknown"])
    assert (done.code, done.json()["error"]["class"]) == (75, "greeting"), done
    assert "No client certificate presented" in done.json()["error"]["text"]


def test_tls_where_none_is_says_what_to_do(postfix, ca, tmp_path):
    place = Configured(tmp_path, wrapped=account(postfix, "smtp", "smtps", ca),
                       upgraded=account(postfix, "bare", "smtp", ca))
    done = place.send_message(fresh_mail(), "ann@example.org", arguments=["--account", "wrapped"])
    assert done.code == 76 and "speaks plain text" in done.json()["error"]["text"], done
    assert 'use STARTTLS (tls = "required")' in done.json()["error"]["text"]
    done = place.send_message(fresh_mail(), "ann@example.org", arguments=["--account", "upgraded"])
    assert done.code == 76 and "does not offer STARTTLS" in done.json()["error"]["text"], done
    assert "> MAIL" not in done.err


def test_plain_text_where_tls_is_says_what_to_do(postfix, ca, tmp_path):
    place = Configured(tmp_path, relay=account(postfix, "smtps", "smtp", ca, timeout="1s"))
    done = place.send_message(fresh_mail(), "ann@example.org")
    assert (done.code, done.json()["error"]["class"]) == (75, "lost"), done
    assert re.search('TLS from the first byte.*tls = "implicit"', done.json()["error"]["text"]), done


def test_no_password_goes_to_who_has_a_bad_certificate(dovecot, ca, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(people.ASCII_PASSWORD)
    secret.chmod(0o600)
    login = {"user": people.ASCII_USER, "secret": {"file": secret}, "auth": ["plain"]}
    place = Configured(tmp_path, relay=account(dovecot, "submission", "smtp", ca, server_name="other.example", **login))
    done = place.send_message(fresh_mail(), "ann@example.org")
    assert (done.code, done.json()["error"]["class"]) == (76, "tls"), done
    assert "> AUTH" not in done.err
