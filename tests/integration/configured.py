# SPDX-License-Identifier: MIT
"""The installed `tocsin` with a configuration of its own, as a user has it; and mails that are hard to get through."""

import itertools
import json
import os
import subprocess
from dataclasses import dataclass

from stage import TOCSIN, environment

LOCAL = "127.0.0.1"
# Dots, an empty line at the end, eight-bit bytes, a long line and a tab: what clients and servers get wrong.
MAIL = (
    b"From: Sender <sender@client.example>\r\nTo: all@example.org\r\nSubject: bytes\r\n"
    b"Date: Mon, 23 Nov 2026 20:00:00 +0000\r\n"
    b"Message-ID: <%s@client.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n.\r\n..two\r\n. \r\ngr\xc3\xbc\xc3\x9fe\r\n\tx" + b"y" * 900 + b"\r\n\r\n"
)


def fresh_mail():
    return MAIL.replace(b"%s", os.urandom(8).hex().encode())


def stored(mail):
    """As a Maildir has it."""
    return mail.replace(b"\r\n", b"\n")


def fresh_box(server):
    """A mailbox of Postfix, Exim or OpenSMTPD that no other test has: those that test_servers.py leaves."""
    first, last = {"postfix": (100, 300), "exim": (10, 60), "opensmtpd": (10, 40)}[server.name]
    number = first + server.__dict__.setdefault("boxes_taken", itertools.count()).__next__()
    assert number < last, f"{server.name} has too few mailboxes; add some to MAILBOXES"
    return f"box{number}"


def to_libconfig(value):
    """A value in libconfig's notation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + " ".join(f"{key} = {to_libconfig(each)};" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[ " + ", ".join(map(to_libconfig, value)) + " ]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)

    def fates(self):
        """Of `send --json`: each recipient's fate and code."""
        return {each["recipient"]: (each["fate"], each["code"]) for each in self.json()["fates"]}


class Configured:
    """A configuration file with accounts, and the secrets that they use, in a folder of its own."""

    def __init__(self, folder, **accounts):
        folder.chmod(0o755)
        self.folder = folder
        self.config = folder / "tocsin.conf"
        self.config.write_text(f"accounts = {to_libconfig(accounts)};\n")
        self.config.chmod(0o644)

    def run(self, command, *arguments, stdin=b"", program=(TOCSIN,), **variables):
        done = subprocess.run(
            [str(word) for word in (*program, *([command] if command else []), "--config", self.config, *arguments)],
            input=stdin, capture_output=True, timeout=60, check=False, env={**environment(), **variables},
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def send(self, *arguments, stdin=b"", **variables):
        return self.run("send", *arguments, stdin=stdin, **variables)

    def send_message(self, mail, *recipients, arguments=(), sender="sender@client.example"):
        """Sends a whole message with the result as JSON and the dialogue beside it."""
        words = [word for each in recipients for word in ("--to", each)]
        return self.send("--message", "-", "--json", "--transcript", "--from", sender, *words, *arguments, stdin=mail)


def secret_file(folder, text, name="secret"):
    """A file that only its owner can read, as a setting."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return {"file": path}
