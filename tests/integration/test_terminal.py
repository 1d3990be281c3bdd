# SPDX-License-Identifier: MIT
"""`tocsin send` as a person types it: questions, passwords, progress."""

import email
import email.policy
import re

import pytest

from configured import LOCAL, Configured, fresh_box
from servers import dovecot as people
from servers.maildir import Maildir
from stage import TOCSIN
from terminal import Terminal


@pytest.fixture
def place(tmp_path):
    return Configured(tmp_path, local={"transport": "maildir", "path": tmp_path / "Mail",
                                       "from": "Ann <ann@example.org>"})


def delivered(place):
    [path] = (place.folder / "Mail/new").iterdir()
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_asks_for_the_mail(place):
    """As Python's own example does: From, To, and the message until the end of the input."""
    terminal = Terminal(TOCSIN, "send", "--config", place.config)
    for question, answer in (("From [Ann <ann@example.org>]: ", "tom@example.org\n"),
                             ("To: ", "b@example.net, c@example.net\n"), ("Subject: ", "Gr\u00fc\u00dfe\n"),
                             ("Enter message, end with ^D:", "first\n.\nlast\n\x04")):
        terminal.read_until(question)
        terminal.type(answer)
    assert terminal.finish() == 0, terminal.text()
    mail = delivered(place)
    assert (mail["From"], mail["To"]) == ("tom@example.org", "b@example.net, c@example.net")
    assert mail["Subject"] == "Gr\u00fc\u00dfe" and mail["Return-Path"] == "<tom@example.org>"
    assert mail.get_content() == "first\n.\nlast\n"


def test_an_empty_answer_takes_the_accounts_author(place):
    terminal = Terminal(TOCSIN, "send", "--config", place.config)
    terminal.type("\nb@example.net\n\n\x04")
    assert terminal.finish() == 0, terminal.text()
    assert delivered(place)["From"] == "Ann <ann@example.org>"


def test_the_end_of_the_input_before_the_message_sends_nothing(place):
    terminal = Terminal(TOCSIN, "send", "--config", place.config)
    terminal.read_until("From")
    terminal.type("\x04")
    assert terminal.finish() == 64
    assert "nothing is sent" in terminal.text() and not (place.folder / "Mail").exists()


def test_nobody_is_asked_for_a_mail_that_cannot_be_sent(tmp_path):
    terminal = Terminal(TOCSIN, "send", "--config", tmp_path / "none.conf")
    assert terminal.finish() == 78
    assert "From" not in terminal.text() and "none.conf" in terminal.text()


def test_nothing_is_asked_once_an_option_says_something_of_the_mail(place):
    terminal = Terminal(TOCSIN, "send", "--config", place.config, "--subject", "x")
    assert terminal.finish() == 65
    assert "there is no recipient" in terminal.text()


def url(server):
    return f"smtp://{people.USER.replace('@', '%40')}@localhost:{server.ports['submission']}"


def type_password(postfix, ca, *keys):
    """Sends a mail with a password that is typed; how it ended, and the terminal."""
    box = fresh_box(postfix)
    terminal = Terminal(TOCSIN, "send", "--url", url(postfix), "--ca-file", ca.file, "--from", people.USER, "--to",
                        f"{box}@example.org", "--body", "x", "--timeout", "10s")
    terminal.read_until(f"Password of {people.USER}: ")
    for key in keys:
        terminal.type(key)
    code = terminal.finish()
    if code == 0:
        postfix.maildir(box).wait_one()
    return code, terminal


def test_a_password_is_asked_for_and_not_shown(postfix, ca):
    code, terminal = type_password(postfix, ca, people.PASSWORD, "\n")
    assert code == 0, terminal.text()
    assert people.PASSWORD not in terminal.text() and "s3cret" not in terminal.text()


def test_a_mistyped_password_can_be_corrected(postfix, ca):
    wrong = "gr\u00fc" + "\x7f" * 3  # three keys take three characters away, of which one has two bytes
    assert type_password(postfix, ca, "all wrong\x15", wrong, people.PASSWORD, "\r")[0] == 0


@pytest.mark.parametrize("key, signal", [("\x03", 2), ("\x1c", 3)])
def test_who_breaks_off_finds_the_terminal_as_it_was(postfix, ca, key, signal):
    shell = ('"$@"; echo "code $?"; stty -a | tr " ;" "\\n\\n" | grep -x -e "-*echo" -e "-*icanon" -e "-*isig" | '
             'tr "\\n" " "; echo end')
    terminal = Terminal("/bin/sh", "-c", f"trap : INT QUIT; ulimit -c 0; {shell}", "sh", TOCSIN, "send", "--url",
                        url(postfix), "--ca-file", ca.file, "--from", "a@example.org", "--to", "b@example.org",
                        "--body", "x")
    terminal.read_until("Password of")
    terminal.type(key)
    terminal.read_until(f"code {128 + signal}", "end\r\n")
    terminal.finish()
    assert set(re.search(r"code \d+\s+(.*) end", terminal.text(), re.DOTALL)[1].split()) == {"isig", "icanon", "echo"}


def account(postfix):
    return {"transport": "smtp", "host": LOCAL, "port": postfix.ports["smtp"], "tls": "none"}


def large_mail(postfix, folder, *arguments):
    place = Configured(folder, relay=account(postfix))
    attachment = folder / "large.bin"
    attachment.write_bytes(bytes(range(256)) * 16384)
    box = fresh_box(postfix)
    return box, place, ["--from", "a@example.org", "--to", f"{box}@example.org", "--attach", attachment, *arguments]


def test_a_large_mail_shows_how_far_it_is(postfix, tmp_path):
    box, place, words = large_mail(postfix, tmp_path)
    terminal = Terminal(TOCSIN, "send", "--config", place.config, *words)
    assert terminal.finish() == 0, terminal.text()
    bars = re.findall(r"\r\[(#*) *\] +(\d+) %", terminal.text())
    assert len(bars) >= 1 and bars[-1] == ("#" * 40, "100"), terminal.text()
    assert [int(percent) for _, percent in bars] == sorted(int(percent) for _, percent in bars)
    assert terminal.text().endswith("\r\n")
    [mail] = postfix.maildir(box).wait()
    [part] = email.message_from_bytes(mail, policy=email.policy.default).iter_attachments()
    assert part.get_content() == bytes(range(256)) * 16384


@pytest.mark.parametrize("is_terminal, more", [(False, []), (True, ["--transcript"])])
def test_no_progress_where_nobody_looks_or_the_dialogue_is_shown(postfix, tmp_path, is_terminal, more):
    box, place, words = large_mail(postfix, tmp_path, *more)
    if is_terminal:
        terminal = Terminal(TOCSIN, "send", "--config", place.config, *words)
        assert terminal.finish() == 0 and "%" not in terminal.text()
    else:
        done = place.send(*words)
        assert (done.code, done.out, done.err) == (0, "", "")
    postfix.maildir(box).wait_one()


def test_a_small_mail_shows_no_progress(postfix, tmp_path):
    place = Configured(tmp_path, relay=account(postfix))
    box = fresh_box(postfix)
    terminal = Terminal(TOCSIN, "send", "--config", place.config, "--from", "a@example.org", "--to",
                        f"{box}@example.org", "--body", "x")
    assert (terminal.finish(), terminal.text()) == (0, "")
    postfix.maildir(box).wait_one()


def test_a_broken_send_ends_the_line_of_its_progress(postfix, tmp_path):
    place = Configured(tmp_path, relay=account(postfix))
    attachment = tmp_path / "large.bin"
    attachment.write_bytes(b"x" * 2000000)
    terminal = Terminal(TOCSIN, "send", "--config", place.config, "--from", "a@example.org", "--to",
                        "refused@example.org", "--attach", attachment)
    assert terminal.finish() == 69
    assert re.search(r"(^|\n)refused@example.org: refused \(550\)", terminal.text()), terminal.text()
