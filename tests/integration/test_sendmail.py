# SPDX-License-Identifier: MIT
"""`tocsin sendmail` as its callers use it: into a Maildir, and through a real Postfix."""

import os
import subprocess
from email import message_from_bytes

import pytest

from scripted.client import binary

MESSAGE = b"Subject: hello\n\nbody\n"


@pytest.fixture
def box(tmp_path):
    """A configuration whose account is a Maildir; call it with arguments and a message."""
    return Box(tmp_path)


class Box:
    def __init__(self, folder):
        self.mail = folder / "mail"
        self.config = folder / "tocsin.conf"
        self.config.write_text(
            f'accounts = {{ box = {{ transport = "maildir"; path = "{self.mail}"; '
            'from = "tocsin@example.org"; }; };\n'
        )

    def run(self, *arguments, message=MESSAGE, program=None):
        command = [program] if program else [binary(), "sendmail"]
        return run([*command, "--config", self.config, *arguments], message)

    def send(self, *arguments, message=MESSAGE):
        """Delivers one mail; returns it as it lies in the Maildir."""
        done = self.run(*arguments, message=message)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        (path,) = (self.mail / "new").iterdir()
        return path.read_bytes()


def run(command, message):
    return subprocess.run([*map(str, command)], input=message, capture_output=True, timeout=30, check=False)


def test_completes_a_message(box):
    mail = message_from_bytes(box.send("ann@example.org"))
    assert mail["From"] == "tocsin@example.org"
    assert mail["To"] == "undisclosed-recipients:;"
    assert mail["Delivered-To"] == "ann@example.org"
    assert mail["Date"] and mail["Message-ID"].endswith("@example.org>")
    assert mail.get_payload() == "body\n"


def test_leaves_a_whole_message_alone(box):
    header = b"Date: Mon, 1 Jan 2024 00:00:00 +0000\nFrom: a@example.org\nTo: b@example.org\nMessage-ID: <x@y>\n"
    message = header + b"\nbody\n"
    assert box.send("ann@example.org", message=message).endswith(b"\n" + message)


def test_takes_what_cron_sends(box):
    message = b"From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@box> false\n\nfailed\n"
    mail = message_from_bytes(box.send("-FCronDaemon", "-i", "-B8BITMIME", "-oem", "-t", "-froot", message=message))
    assert mail["Return-Path"] == "<root@example.org>"
    assert mail["From"] == "root@example.org (Cron Daemon)"
    assert mail["To"] == mail["Delivered-To"] == "root@example.org"


def test_t_adds_the_header_to_the_arguments_and_hides_bcc(box):
    message = b"To: ann@example.org\nCc: tom@example.org\nBcc: eve@example.org\n\nbody\n"
    mail = message_from_bytes(box.send("-t", "bob@example.org", "ann@example.org", message=message))
    assert mail["Bcc"] is None
    recipients = [address.split("@")[0] for address in mail.get_all("Delivered-To")]
    assert recipients == ["bob", "ann", "eve", "tom"]


def test_a_lone_dot_ends_the_message(box):
    assert box.send("ann@example.org", message=b"Subject: x\n\na\n.\nb\n").endswith(b"\n\na\n")


def test_i_keeps_a_lone_dot(box):
    assert box.send("-i", "ann@example.org", message=b"Subject: x\n\na\n.\nb\n").endswith(b"\n\na\n.\nb\n")


def test_f_and_capital_f_make_the_author(box):
    mail = message_from_bytes(box.send("-f", "ops@example.org", "-F", "Ops, at night", "ann@example.org"))
    assert mail["From"] == '"Ops, at night" <ops@example.org>'
    assert mail["Return-Path"] == "<ops@example.org>"


def test_an_empty_sender_is_the_mailer_daemon(box):
    mail = message_from_bytes(box.send("-f", "<>", "ann@example.org"))
    assert mail["Return-Path"] == "<>"
    assert mail["From"] == "MAILER-DAEMON@example.org"


def test_is_called_as_sendmail(box, tmp_path):
    link = tmp_path / "sendmail"
    os.symlink(binary(), link)
    assert box.run("-oi", "ann@example.org", program=link).returncode == 0
    assert len(list((box.mail / "new").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 64),
        (["-bp"], 64),
        (["-Z", "ann@example.org"], 64),
        (["-V", "x" * 101, "ann@example.org"], 64),
        (["-V", "gr\u00fcn", "ann@example.org"], 64),
        (["--url", "smtp://a", "--account", "b", "ann@example.org"], 64),
        (["-t"], 65),
        (["ann@@example.org"], 65),
        (["-f", "a b c", "ann@example.org"], 65),
        (["ann@example.org\r\nRCPT TO:<eve@example.org>"], 65),
        (["--account", "none", "ann@example.org"], 78),
        (["--config", "/nonexistent", "ann@example.org"], 78),
    ],
)
def test_says_what_is_wrong(box, arguments, code):
    done = box.run(*arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(b"tocsin: ") and done.stdout == b""
    assert not list(box.mail.glob("new/*"))


@pytest.mark.parametrize("name", ["Eve\nBcc: eve@example.org", "Eve\r\n\r\nbody", "\x1b[2J"])
def test_a_name_cannot_inject_a_header(box, name):
    assert box.run("-F", name, "ann@example.org").returncode == 64


def test_postfix_gets_it_byte_for_byte(postfix):
    message = (
        b"Date: Mon, 1 Jan 2024 00:00:00 +0000\nFrom: tom@example.org\nTo: ann@example.org\n"
        b"Message-ID: <sendmail-1@example.org>\nSubject: dots\n\n.\n..\n.a\n" + "grün\n".encode()
    )
    done = through(postfix, "-t", "-i", "-f", "tom@example.org", "-N", "success,failure", "-R", "hdrs", "-V", "a b+c=",
                   message=message)
    assert done.returncode == 0, done.stderr
    assert postfix.maildir("ann").wait_one() == message


@pytest.mark.parametrize(("recipient", "code"), [("refused@example.org", 67), ("later@example.org", 75)])
def test_exit_code_tells_refusals_apart(postfix, recipient, code):
    done = through(postfix, recipient)
    assert done.returncode == code, done.stderr
    assert recipient.encode() in done.stderr


def test_nobody_there_is_worth_another_try():
    assert run([binary(), "sendmail", "--url", "smtp://127.0.0.1:1", "--tls", "none", "ann@example.org"],
               MESSAGE).returncode == 75


def test_v_shows_the_dialogue(postfix):
    done = through(postfix, "-v", "tom@example.org")
    assert done.returncode == 0
    assert b"> RCPT TO:<tom@example.org>" in done.stderr and b"< 220 postfix" in done.stderr


def through(postfix, *arguments, message=MESSAGE):
    url = f"smtp://127.0.0.1:{postfix.ports['smtp']}"
    return run([binary(), "sendmail", "--url", url, "--tls", "none", *arguments], message)
