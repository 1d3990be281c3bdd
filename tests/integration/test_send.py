# SPDX-License-Identifier: MIT
"""`tocsin send` through a configured account, as a user runs it: what is delivered, what is said, how it exits."""

import email
import email.policy
import json
import os
import subprocess
from pathlib import Path

import pytest

from servers.maildir import Maildir, strip_added

TOP = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TOCSIN_BINARY", str(TOP / "build/stage/bin/tocsin"))


class Place:
    """A folder with a configuration of one Maildir account."""

    def __init__(self, folder):
        self.folder = folder
        self.mail = folder / "Mail"
        self.config = folder / "tocsin.conf"
        self.write(f'accounts = {{ local = {{ transport = "maildir"; path = "{self.mail}"; '
                   'from = "Ann <ann@example.org>"; }; };')

    def write(self, text):
        self.config.write_text(text)
        self.config.chmod(0o644)

    def send(self, *arguments, stdin=b"", config=True):
        command = [BINARY, "send", *(["--config", str(self.config)] if config else []), *map(str, arguments)]
        return subprocess.run(command, input=stdin, capture_output=True, timeout=30, check=False)

    def delivered(self):
        """The content of each mail, without the fields that the Maildir transport puts in front."""
        return [strip_added(file.read_bytes()) for file in Maildir(self.mail).files()]

    def only(self):
        [mail] = self.delivered()
        return email.message_from_bytes(mail, policy=email.policy.default)


@pytest.fixture
def place(tmp_path):
    tmp_path.chmod(0o755)
    return Place(tmp_path)


def test_composes_text_html_attachments_and_headers(place):
    attachment = place.folder / "r\u00e9sum\u00e9.bin"
    attachment.write_bytes(bytes(range(256)))
    html = place.folder / "body.html"
    html.write_text("<p>gr\u00fc\u00df</p>")
    done = place.send("--to", "Bob <bob@example.net>", "--cc", "c@example.net", "--bcc", "d@example.net",
                      "--subject", "\u00c4nderung", "--body-file", "-", "--html", html, "--attach", attachment,
                      "--header", "X-Job: 42", stdin="gr\u00fc\u00df\n".encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    mail = place.only()
    assert mail["Subject"] == "\u00c4nderung"
    assert mail["From"] == "Ann <ann@example.org>"
    assert (mail["To"], mail["Cc"], mail["Bcc"]) == ("Bob <bob@example.net>", "c@example.net", None)
    assert mail["X-Job"] == "42"
    assert mail.get_body(("plain",)).get_content().strip() == "gr\u00fc\u00df"
    assert mail.get_body(("html",)).get_content().strip() == "<p>gr\u00fc\u00df</p>"
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("r\u00e9sum\u00e9.bin", bytes(range(256)))


def test_passes_a_whole_message_on_but_for_its_bcc(place):
    bcc = b"Bcc: c@example.net,\n  \td@example.net\n"
    message = b"From: ann@example.org\nTo: b@example.net\n" + bcc + b"X-Odd:  kept \n\n.dot\nFrom x\n"
    done = place.send("--message", "-", "--json", stdin=message)
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert [each["recipient"] for each in told["fates"]] == ["b@example.net", "c@example.net", "d@example.net"]
    assert {each["fate"] for each in told["fates"]} == {"delivered"}
    assert told["error"] is None
    [mail] = place.delivered()
    assert mail == message.replace(bcc, b"")


def test_options_name_the_envelope_of_a_whole_message(place):
    message = b"From: ann@example.org\nTo: everybody@example.net\n\nx\n"
    envelope = ["--from", "bounce@example.org", "--to", "one@example.net"]
    done = place.send("--message", "-", *envelope, "--json", stdin=message)
    assert [each["recipient"] for each in json.loads(done.stdout)["fates"]] == ["one@example.net"]
    [file] = place.mail.glob("new/*")
    assert file.read_bytes().startswith(b"Return-Path: <bounce@example.org>\nDelivered-To: one@example.net\n")


@pytest.mark.parametrize("arguments, code, text", [
    (["--to", "b@example.net", "surplus"], 64, "recipients follow --to"),
    (["--bogus"], 64, "--bogus"),
    (["--to", "not an address"], 65, "To:"),
    (["--subject", "nobody"], 65, "recipient"),
    (["--to", "b@example.net", "--header", "no colon"], 65, "NAME: VALUE"),
    (["--to", "b@example.net", "--header", "X: a\r\nBcc: evil@example.net"], 65, "X"),
    (["--to", "b@example.net", "--attach", "/nonexistent/file"], 66, "/nonexistent/file"),
    (["--message", "/nonexistent/file"], 66, "/nonexistent/file"),
    (["--to", "b@example.net", "--account", "lokal"], 78, "did you mean local"),
    (["--to", "b@example.net", "--url", "smtp://u:p@h"], 64, "can be seen by everybody"),
    (["--to", "b@example.net", "--url", "smtp://"], 64, "names a host"),
    (["--to", "b@example.net", "--url", "bogus://h"], 78, "bogus"),
])
def test_says_what_is_wrong_and_delivers_nothing(place, arguments, code, text):
    done = place.send(*arguments, config="--url" not in arguments)
    assert done.returncode == code, done
    assert text in done.stderr.decode()
    assert b"\r" not in done.stderr
    assert place.delivered() == []


def test_tells_every_mistake_in_the_configuration(place):
    place.write('accounts = {\n  local = {\n    transport = "maildir";\n    pth = "/x";\n    conections = 3;\n  };\n'
                '  other = { transport = "pigeon"; };\n};\n')
    done = place.send("--to", "b@example.net")
    assert done.returncode == 78
    told = done.stderr.decode()
    assert f"{place.config}:4: unknown setting 'pth'; did you mean 'path'" in told
    assert f"{place.config}:5: unknown setting 'conections'; did you mean 'connections'" in told
    assert f"{place.config}:7: there is no transport 'pigeon'" in told


def test_a_configuration_that_others_can_change_is_refused(place):
    place.config.chmod(0o666)
    done = place.send("--to", "b@example.net", "--json")
    assert done.returncode == 78
    told = json.loads(done.stdout)
    assert told["error"]["class"] == "config"
    assert "chmod" in told["error"]["text"]


def test_deferred_mail_exits_with_75(place):
    place.mail.write_text("no folder")
    done = place.send("--to", "b@example.net", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, [each["fate"] for each in told["fates"]]) == (75, ["deferred"]), told


def test_does_not_ask_when_there_is_no_terminal(place):
    done = subprocess.run([BINARY, "send"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (64, b"")
