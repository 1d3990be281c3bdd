# SPDX-License-Identifier: MIT
"""Proves that the ground holds: each real server does what the tests of Tocsin take for granted.

Python's smtplib is the client, so a failure here is the ground's and never Tocsin's.
"""

import base64
import os
import smtplib
import socket
import ssl
import subprocess

import pytest

from servers import dovecot as fates
from servers.maildir import strip_added
from servers.process import Server, accepts, free_ports, greets, wait_for

LOCAL = "127.0.0.1"
# Dots, an empty line at the end, eight-bit bytes, a long line and a tab: what clients and servers get wrong.
MAIL = (
    b"From: Sender <sender@client.example>\r\nTo: all@example.org\r\nSubject: bytes\r\n"
    b"Date: Mon, 23 Nov 2026 20:00:00 +0000\r\n"
    b"Message-ID: <%s@client.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n.\r\n..two\r\n. \r\ngr\xc3\xbc\xc3\x9fe\r\n\tx" + b"y" * 900 + b"\r\n\r\n"
)
BOXES = iter(range(100))


def fresh_mail():
    return MAIL.replace(b"%s", os.urandom(8).hex().encode())


def stored(mail):
    return mail.replace(b"\r\n", b"\n")


def trusting(ca):
    context = ssl.create_default_context(cafile=str(ca.file))
    context.hostname_checks_common_name = False
    return context


def connect(port):
    return smtplib.SMTP(LOCAL, port, local_hostname="client.example", timeout=10)


def connect_tls(port, ca, context=None):
    return smtplib.SMTP_SSL(LOCAL, port, "client.example", timeout=10, context=context or trusting(ca))


def login_ascii(link):
    link.login(fates.ASCII_USER, fates.ASCII_PASSWORD)


def deliver_and_compare(link, server, name):
    mail = fresh_mail()
    assert link.sendmail("sender@client.example", [f"{name}@example.org"], mail) == {}
    assert server.maildir(name).wait_one() == stored(mail)


@pytest.mark.parametrize("listener", ["smtp", "no_chunking", "bare", "strict", "small", "plain_auth"])
def test_postfix_delivers_byte_for_byte(postfix, listener):
    with connect(postfix.ports[listener]) as link:
        deliver_and_compare(link, postfix, f"box{next(BOXES)}")


def test_postfix_submission_delivers_after_starttls_and_login(postfix, ca):
    with connect(postfix.ports["submission"]) as link:
        assert link.starttls(context=trusting(ca))[0] == 220
        login_ascii(link)
        deliver_and_compare(link, postfix, f"box{next(BOXES)}")


def test_postfix_submission_wants_tls_and_login(postfix, ca):
    with connect(postfix.ports["submission"]) as link:
        assert link.docmd("MAIL", "FROM:<a@client.example>")[0] == 530
        link.starttls(context=trusting(ca))
        link.ehlo()
        link.mail("a@client.example")
        assert link.rcpt("tom@example.org")[0] == 554


def test_postfix_smtps_delivers_after_login(postfix, ca):
    with connect_tls(postfix.ports["smtps"], ca) as link:
        login_ascii(link)
        deliver_and_compare(link, postfix, f"box{next(BOXES)}")


def test_postfix_announces_all_extensions_or_none(postfix):
    with connect(postfix.ports["smtp"]) as link:
        link.ehlo()
        expected = {"pipelining", "size", "starttls", "enhancedstatuscodes", "8bitmime", "dsn", "smtputf8", "chunking"}
        assert expected <= set(link.esmtp_features)
    with connect(postfix.ports["no_chunking"]) as link:
        link.ehlo()
        assert "chunking" not in link.esmtp_features and "pipelining" in link.esmtp_features
    with connect(postfix.ports["bare"]) as link:
        link.ehlo()
        assert link.esmtp_features == {}


def test_postfix_takes_bdat(postfix):
    box, mail = f"box{next(BOXES)}", fresh_mail()
    with connect(postfix.ports["smtp"]) as link:
        link.ehlo()
        link.mail("a@client.example")
        link.rcpt(f"{box}@example.org")
        link.send(b"BDAT 10\r\n" + mail[:10])
        assert link.getreply()[0] == 250
        link.send(b"BDAT %d LAST\r\n" % (len(mail) - 10) + mail[10:])
        assert link.getreply()[0] == 250
    assert postfix.maildir(box).wait_one() == stored(mail)


def test_postfix_takes_smtputf8_and_dsn(postfix):
    box, mail = f"box{next(BOXES)}", fresh_mail()
    with connect(postfix.ports["smtp"]) as link:
        link.ehlo()
        link.sendmail(
            "grüße@client.example", [f"{box}@example.org"], mail, ["SMTPUTF8", "RET=HDRS", "ENVID=x"],
            ["NOTIFY=FAILURE", f"ORCPT=rfc822;{box}@example.org"],
        )
    assert postfix.maildir(box).wait_one() == stored(mail)


def test_postfix_gives_each_recipient_its_fate(postfix):
    recipients = ["tom@example.org", "refused@example.org", "later@example.org", "unknown@example.org"]
    with connect(postfix.ports["smtp"]) as link:
        refused = link.sendmail("a@client.example", recipients, fresh_mail())
    assert {name: code for name, (code, _) in refused.items()} == {
        "refused@example.org": 550, "later@example.org": 450, "unknown@example.org": 550,
    }


def test_postfix_limits_recipients_and_size(postfix):
    with connect(postfix.ports["few"]) as link:
        refused = link.sendmail("a@client.example", [f"box{i}@example.org" for i in range(90, 97)], fresh_mail())
        assert [code for code, _ in refused.values()] == [452, 452]
    with connect(postfix.ports["small"]) as link:
        link.ehlo()
        assert link.esmtp_features["size"] == "20000"
        assert link.mail("a@client.example", ["SIZE=20001"])[0] == 552


def test_postfix_strict_listener_refuses_bare_newlines(postfix):
    with connect(postfix.ports["strict"]) as link:
        link.ehlo()
        link.mail("a@client.example")
        link.rcpt("tom@example.org")
        link.putcmd("DATA")
        assert link.getreply()[0] == 354
        link.send(b"Subject: x\r\n\r\na\n.\nb\r\n.\r\n")
        assert link.getreply()[0] in (521, 550)


@pytest.mark.parametrize("host", ["localhost", LOCAL])
def test_good_certificate_is_accepted(postfix, ca, host):
    with smtplib.SMTP_SSL(host, postfix.ports["smtps"], timeout=10, context=trusting(ca)) as link:
        assert link.noop()[0] == 250


@pytest.mark.parametrize("listener, reason", [
    ("expired", "certificate has expired"),
    ("wrong_name", "IP address mismatch"),
    ("common_name", "IP address mismatch"),
    ("self_signed", "self-signed certificate"),
])
def test_bad_certificates_are_refused(postfix, ca, listener, reason):
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        connect_tls(postfix.ports[listener], ca)


def test_expired_certificate_is_refused_after_starttls(postfix, ca):
    link = connect(postfix.ports["starttls_expired"])
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        link.starttls(context=trusting(ca))
    link.close()


def test_client_certificate_is_asked_for_and_taken(postfix, ca):
    context = trusting(ca)
    context.load_cert_chain(ca.client.certificate, ca.client.key)
    with connect_tls(postfix.ports["client_certificate"], ca, context) as link:
        deliver_and_compare(link, postfix, f"box{next(BOXES)}")
    with pytest.raises((smtplib.SMTPException, OSError)):
        connect_tls(postfix.ports["client_certificate"], ca).ehlo()


def servers_with_login(postfix, dovecot):
    return {"postfix": postfix.ports["submission"], "dovecot": dovecot.ports["submission"]}


@pytest.mark.parametrize("server", ["postfix", "dovecot"])
@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "PLAIN", "LOGIN"])
def test_smtplib_mechanisms_log_in(postfix, dovecot, ca, server, mechanism):
    with connect(servers_with_login(postfix, dovecot)[server]) as link:
        link.starttls(context=trusting(ca))
        link.ehlo()
        link.user, link.password = fates.ASCII_USER, fates.ASCII_PASSWORD
        step = getattr(link, "auth_" + mechanism.lower().replace("-", "_"))
        assert link.auth(mechanism, step)[0] == 235


def initial_response(mechanism, token):
    user = fates.USER
    if mechanism == "XOAUTH2":
        return f"user={user}\x01auth=Bearer {token}\x01\x01"
    return f"n,a={user},\x01auth=Bearer {token}\x01\x01"


@pytest.mark.parametrize("server", ["postfix", "dovecot"])
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("kind", ["good", "expired", "forged"])
def test_tokens_log_in_unless_expired_or_forged(postfix, dovecot, ca, server, mechanism, kind):
    token = {
        "good": fates.token(), "expired": fates.token(seconds=-60), "forged": fates.token(key=b"other"),
    }[kind]
    with connect(servers_with_login(postfix, dovecot)[server]) as link:
        link.starttls(context=trusting(ca))
        link.ehlo()
        answer = base64.b64encode(initial_response(mechanism, token).encode()).decode()
        code, text = link.docmd("AUTH", f"{mechanism} {answer}")
        if kind == "good":
            assert code == 235
        else:
            assert code == 334 and b'"status":' in base64.b64decode(text)
            assert link.docmd("AQ==")[0] == 535


@pytest.mark.parametrize("server", ["postfix", "dovecot"])
def test_scram_is_announced_and_utf8_passwords_are_taken(postfix, dovecot, ca, server):
    with connect(servers_with_login(postfix, dovecot)[server]) as link:
        link.starttls(context=trusting(ca))
        link.ehlo()
        assert {"SCRAM-SHA-1", "SCRAM-SHA-256"} <= set(link.esmtp_features["auth"].split())
        secret = base64.b64encode(f"\0{fates.USER}\0{fates.PASSWORD}".encode()).decode()
        assert link.docmd("AUTH", f"PLAIN {secret}")[0] == 235


def test_wrong_password_gets_535(postfix, ca):
    with connect_tls(postfix.ports["smtps"], ca) as link, pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        link.login(fates.ASCII_USER, "wrong")
    assert caught.value.smtp_code == 535


def test_exim_delivers_byte_for_byte(exim, ca):
    with connect(exim.ports["smtp"]) as link:
        link.starttls(context=trusting(ca))
        link.ehlo()
        assert {"chunking", "pipelining", "dsn", "smtputf8", "prdr", "pipeconnect"} <= set(link.esmtp_features)
        deliver_and_compare(link, exim, "box1")
    with connect_tls(exim.ports["smtps"], ca) as link:
        deliver_and_compare(link, exim, "box2")


def test_exim_drops_who_is_out_of_step(exim):
    with socket.create_connection((LOCAL, exim.ports["smtp"]), 5) as link:
        link.settimeout(5)
        assert link.recv(512).startswith(b"220")
        link.sendall(b"HELO client.example\r\n")
        assert link.recv(512).startswith(b"250")
        link.sendall(b"MAIL FROM:<a@client.example>\r\n" + b"RCPT TO:<tom@example.org>\r\n" * 2)
        replies = b"".join(iter(lambda: link.recv(2048), b""))
    assert b"554 SMTP synchronization error" in replies


def test_opensmtpd_delivers_and_pipelines_nothing(opensmtpd):
    with connect(opensmtpd.ports["smtp"]) as link:
        link.ehlo()
        assert not {"pipelining", "chunking", "starttls"} & set(link.esmtp_features)
        deliver_and_compare(link, opensmtpd, "box1")


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_lmtp_has_a_fate_for_each_recipient(dovecot, over):
    mail = fresh_mail()
    host, port = (str(dovecot.socket), 0) if over == "unix" else (LOCAL, dovecot.ports["lmtp"])
    link = smtplib.LMTP(host, port, "client.example")
    link.ehlo()
    link.mail("a@client.example")
    recipients = [fates.DELIVERED, fates.OVER_QUOTA, fates.OVER_QUOTA_LATER, fates.BROKEN, fates.UNKNOWN]
    assert [link.rcpt(each)[0] for each in recipients] == [250, 250, 250, 250, 550]
    assert link.data(mail)[0] == 250
    assert [link.getreply()[0] for _ in recipients[1:-1]] == [552, 452, 451]
    link.quit()
    assert dovecot.maildir(fates.DELIVERED).wait_one() == stored(mail)


def test_dovecot_submission_relays_to_postfix(postfix, dovecot, ca):
    with connect_tls(dovecot.ports["submissions"], ca) as link:
        login_ascii(link)
        deliver_and_compare(link, postfix, f"box{next(BOXES)}")


class Sink(Server):
    """smtp-sink on a port of its own, to see that it and its partner can be run."""

    name = "sink"

    def __init__(self, root, postfix, options):
        super().__init__(root)
        self.postfix, self.options = postfix, options
        self.port = free_ports(1)[0]

    def command(self):
        command = [self.postfix.sink, "-u", "nobody", *self.options, f"{LOCAL}:{self.port}", "100"]
        return command, self.postfix.tool_environment()

    def is_ready(self):
        return greets(self.port)


@pytest.mark.parametrize("options", [[], ["-L"]], ids=["smtp", "lmtp"])
def test_smtp_source_sends_to_smtp_sink(postfix, tmp_path, options):
    with Sink(tmp_path, postfix, options) as sink:
        subprocess.run(
            [postfix.source, *options, "-m", "20", "-f", "a@client.example", "-t", "b@example.org",
             f"{LOCAL}:{sink.port}"],
            env={**os.environ, **postfix.tool_environment()}, check=True, timeout=20,
        )


def test_stop_ends_every_process_and_frees_the_port(postfix, tmp_path):
    sink = Sink(tmp_path, postfix, [])
    sink.start()
    children = f"/proc/{sink.process.pid}/task/{sink.process.pid}/children"
    with open(children, encoding="ascii") as file:
        first = int(file.read().split()[0])
    sink.stop()
    wait_for(lambda: not os.path.exists(f"/proc/{first}"), 5, "the server's first process ends")
    assert not accepts((LOCAL, sink.port))


def test_a_server_that_cannot_start_shows_its_output(tmp_path):
    class Broken(Server):
        name = "broken"

        def command(self):
            return ["/bin/sh", "-c", "echo the reason >&2; exit 3"], {}

        def is_ready(self):
            return False

    with pytest.raises(Exception, match="(?s)ended with code 3.*the reason"):
        Broken(tmp_path).start()


def test_strip_added_takes_only_the_trace_on_top():
    mail = b"Subject: x\n y\nReceived: kept\n\nReturn-Path: body\n"
    assert strip_added(b"Return-Path: <a>\nReceived: from b\n\tby c\n" + mail) == mail
