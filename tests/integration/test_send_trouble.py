# SPDX-License-Identifier: MIT
"""`tocsin send` and its worst users: odd files, odd bytes, closed streams, no room, servers that leave."""

import email
import email.policy
import json
import os
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from configured import LOCAL, Configured, fresh_mail
from servers.process import wait_for
from stage import TOCSIN, environment, run

TO = ["--to", "b@example.net"]


@pytest.fixture
def place(tmp_path):
    return Configured(tmp_path, local={"transport": "maildir", "path": tmp_path / "Mail", "from": "ann@example.org"})


def delivered(place):
    mails = [path.read_bytes() for path in (place.folder / "Mail").glob("new/*")]
    return [email.message_from_bytes(mail, policy=email.policy.default) for mail in mails]


def only(place):
    [mail] = delivered(place)
    return mail


def shell(place, script, **variables):
    """Runs `script` with the command as "$@"."""
    return subprocess.run(["bash", "-c", script, "bash", TOCSIN, "send", "--config", place.config, *TO],
                          cwd=place.folder, env={**environment(), **variables}, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("option", ["--body-file", "--html", "--attach", "--message"])
@pytest.mark.parametrize("file, code, text", [
    ("missing", 66, "cannot read {path}: No such file or directory"),
    ("folder", 66, "cannot read {path}: Is a directory"),
    ("missing/file", 66, "cannot read {path}: No such file or directory"),
    ("huge", 65, "{path} has more than "),
])
def test_a_file_that_cannot_be_had(place, option, file, code, text):
    (place.folder / "folder").mkdir()
    with (place.folder / "huge").open("wb") as huge:
        huge.truncate(3 << 30)  # takes no room
    path = place.folder / file
    done = place.send(*TO, option, path)
    assert (done.code, done.out) == (code, ""), done
    assert text.format(path=path) in done.err and done.err.startswith("tocsin: ")
    assert delivered(place) == []


@pytest.mark.parametrize("option", ["--body-file", "--html", "--attach", "--message"])
def test_a_file_that_may_not_be_read(place, option):
    path = place.folder / "secret"
    path.write_text("x")
    path.chmod(0)
    words = ["setpriv", "--reuid", "nobody", "--clear-groups", "--", TOCSIN, "send", "--url", "smtp://127.0.0.1:1",
             "--from", "a@example.org", *TO]
    done = subprocess.run([*map(str, words), option, path], env=environment(), capture_output=True, timeout=30,
                          check=False)
    assert (done.returncode, done.stderr) == (66, f"tocsin: cannot read {path}: Permission denied\n".encode())


def test_files_without_end_are_not_read_for_ever(place):
    done = place.send(*TO, "--attach", "/dev/zero")
    limit = "texts and attachments may have 256 MiB together"
    assert (done.code, done.err) == (65, f"tocsin: {limit}: /dev/zero has more than 256 MiB\n")


def test_the_limit_is_of_all_files_together(place):
    with (place.folder / "part").open("wb") as part:
        part.truncate(129 << 20)
    done = place.send(*TO, "--attach", place.folder / "part", "--attach", place.folder / "part")
    assert (done.code, "256 MiB together" in done.err) == (65, True), done


def test_empty_files_are_empty(place):
    empty = place.folder / "empty"
    empty.touch()
    done = place.send(*TO, "--body-file", empty, "--html", empty, "--attach", empty)
    assert (done.code, done.out, done.err) == (0, "", "")
    mail = only(place)
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == ("empty", b"")
    assert mail.get_body(("plain",)).get_content().strip() == ""


def test_an_empty_message_has_no_sender(place):
    empty = place.folder / "empty"
    empty.touch()
    done = place.send("--message", empty, *TO)
    assert (done.code, "names no sender" in done.err) == (65, True), done
    done = place.send("--message", empty, *TO, "--from", "a@example.org")
    assert done.code == 0 and len(delivered(place)) == 1, done


def test_pipes_are_read_to_their_end(place):
    done = shell(place, '"$@" --body-file <(echo text; sleep 0.05; echo more) --attach <(seq 3)')
    assert (done.returncode, done.stderr) == (0, b"")
    mail = only(place)
    assert mail.get_body(("plain",)).get_content() == "text\nmore\n"
    assert next(mail.iter_attachments()).get_payload(decode=True) == b"1\n2\n3\n"


def test_a_file_in_proc_is_read_though_it_says_that_it_is_empty(place):
    assert place.send(*TO, "--body-file", "/proc/self/status").code == 0
    assert "Name:\ttocsin" in only(place).get_content()


def test_odd_bytes_in_a_text_become_replacement_characters(place):
    odd = place.folder / "odd"
    odd.write_bytes(b"a\0b \xff\xfe \xc3\n\r\n\x1b[31mred\x07\n")
    assert place.send(*TO, "--body-file", odd, "--attach", odd).code == 0
    mail = only(place)
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("a\ufffdb \ufffd\ufffd \ufffd\n") and "red" in text and "\0" not in text
    assert next(mail.iter_attachments()).get_payload(decode=True) == odd.read_bytes()


def test_a_huge_line_arrives_whole(place):
    huge = place.folder / "huge"
    huge.write_bytes(b"x" * 3000000)
    assert place.send(*TO, "--body-file", huge).code == 0
    [path] = (place.folder / "Mail/new").iterdir()
    assert max(map(len, path.read_bytes().split(b"\n"))) <= 998
    assert only(place).get_content().rstrip("\n") == "x" * 3000000


def test_a_subject_of_many_lines_is_one_line(place):
    assert place.send(*TO, "--subject", "a\nBcc: eve@example.org\r\n\r\nb" + "c" * 5000).code == 0
    mail = only(place)
    assert mail["Bcc"] is None and "\n" not in str(mail["Subject"]) and str(mail["Subject"]).endswith("c" * 5000)


@pytest.mark.parametrize("variables", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "", "LANG": ""}])
def test_utf8_needs_no_locale(place, variables):
    done = place.send(*TO, "--subject", "\u00c4nderung", "--body", "gr\u00fc\u00df", **variables)
    assert (done.code, done.err) == (0, "")
    assert (only(place)["Subject"], only(place).get_content()) == ("\u00c4nderung", "gr\u00fc\u00df")


@pytest.mark.parametrize("option", ["--subject", "--body", "--to", "--from", "--set"])
def test_an_argument_that_is_no_text_is_named(place, option):
    done = place.send(*TO, option, b"a\xff\xfe".decode(errors="surrogateescape"))
    assert (done.code, done.err) == (64, "tocsin: argument 6 is not UTF-8: a\\xff\\xfe\n")


@pytest.mark.parametrize("arguments, text", [
    (["--body", "x", "--body-file", "x"], "--body and --body-file exclude each other"),
    (["--body-file", "-", "--html", "-"], "there is one standard input"),
    (["--message", "x", "--subject", "x"], "the message is whole already"),
    (["--message", "x", "--attach", "x"], "the message is whole already"),
    (["--tls", "required"], "--tls goes with --url"),
    (["--secret-file", "x"], "--secret-file goes with --url"),
    (["--timeout", "1s"], "--timeout goes with --url"),
])
def test_options_that_do_not_go_together_are_told(place, arguments, text):
    done = place.send(*TO, *arguments)
    assert (done.code, text in done.err) == (64, True), done
    assert delivered(place) == []


@pytest.mark.parametrize("url, more, code, text", [
    ("smtp://h?a=b", [], 64, "no '?' or '#'"),
    ("smtp://h#a", [], 64, "no '?' or '#'"),
    ("smtp://h:70000", [], 64, "out of range"),
    ("smtp://[::1", [], 64, "Invalid IPv6 address"),
    ("mail.example.org", [], 64, "is no URL"),
    ("", [], 64, "is no URL"),
    ("smtps://h/path", [], 64, "a URL names a host"),
    ("smtp://h", ["--secret-env", "X"], 64, "the URL names no user"),
    ("smtp://h", ["--tls", "maybe"], 78, "--url: 'tls' 'maybe' is not one of none, opportunistic, required, implicit"),
    ("smtp://h", ["--timeout", "0"], 78, "--url: 'timeout' 0 is not between 1s and 1h"),
    ("smtp://h", ["--ca-file", "/nonexistent"], 78, "'/nonexistent': No such file or directory"),
    ("smtp://h", ["--account", "local"], 64, "exclude each other"),
])
def test_a_url_that_cannot_be_used(url, more, code, text, tmp_path):
    words = [TOCSIN, "send", "--url", url, "--from", "a@example.org", *TO, "--body", "x", *more]
    done = subprocess.run([*map(str, words)], env=environment(), capture_output=True, text=True, timeout=30,
                          check=False)
    assert (done.returncode, text in done.stderr) == (code, True), done


@pytest.mark.skipif(Path("/etc/tocsin/tocsin.conf").exists(), reason="this machine has a configuration")
@pytest.mark.parametrize("command", [("send", "--body", "x", *TO), ("sendmail", "b@example.net")])
def test_without_a_configuration_it_is_said_what_to_do(command):
    done = run(TOCSIN, *command)
    assert done.returncode == 78, done
    assert "there is no configuration /etc/tocsin/tocsin.conf: write one" in done.stderr, done


@pytest.mark.parametrize("content, text", [
    (None, "No such file or directory"), (b"", "has no account"), (os.urandom(4096), "is not UTF-8 text"),
    (b"accounts = {", "syntax error"), (b"accounts = { };", "has no account"), ("folder", "is no regular file"),
])
def test_a_configuration_that_is_none(place, content, text):
    place.config.unlink()
    if content == "folder":
        place.config.mkdir()
    elif content is not None:
        place.config.write_bytes(content)
    done = place.send(*TO, "--body", "x")
    assert (done.code, text in done.err) == (78, True), done


@pytest.mark.parametrize("script, code, text", [
    ('"$@" -v >&-', 74, b"tocsin: cannot write the output: Bad file descriptor\n"),
    ('"$@" -v >/dev/full', 74, b"tocsin: cannot write the output: No space left on device\n"),
    ('"$@" --json >/dev/full', 74, b"tocsin: cannot write the output: No space left on device\n"),
    ('"$@" >&-', 0, b""),
    ('"$@" --transcript 2>&-', 0, b""),
    ('"$@" --transcript <&- >&- 2>&-', 0, b""),
    ('"$@" --transcript 2>/dev/full', 0, b""),
])
def test_what_was_delivered_stays_delivered_whatever_becomes_of_the_report(place, script, code, text):
    done = shell(place, script)
    assert (done.returncode, done.stderr) == (code, text), done
    assert only(place).get_content().strip() == ""


@pytest.mark.parametrize("script, text", [
    ('"$@" --body-file - <&-', b"cannot read the standard input: Bad file descriptor"),
    ('"$@" --body-file - </', b"cannot read the standard input: Is a directory"),
    ('"$@" --message - <&-', b"cannot read the standard input: Bad file descriptor"),
])
def test_a_standard_input_that_cannot_be_read(place, script, text):
    done = shell(place, script)
    assert (done.returncode, text in done.stderr) == (66, True), done
    assert delivered(place) == []


@contextmanager
def small_disk(folder, options="size=300k"):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_defers_and_leaves_nothing_behind(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        place = Configured(tmp_path, local={"transport": "maildir", "path": disk / "Mail", "from": "a@example.org"})
        large = tmp_path / "large"
        large.write_bytes(os.urandom(1000000))
        done = place.send(*TO, "--attach", large)
        assert done.code == 75 and "No space left on device; make room there" in done.out, done
        assert [path for path in disk.rglob("*") if path.is_file()] == []
        assert place.send(*TO, "--body", "small").code == 0


def test_a_disk_that_is_only_read_defers(tmp_path):
    with small_disk(tmp_path / "disk", "ro") as disk:
        place = Configured(tmp_path, local={"transport": "maildir", "path": disk / "Mail", "from": "a@example.org"})
        done = place.send(*TO, "--body", "x")
        assert done.code == 75 and "Read-only file system" in done.out, done


class Leaver:
    """A server that takes `enough` bytes of a message, then does what it is told and leaves."""

    def __init__(self, enough, last=None):
        self.enough, self.last = enough, last
        self.listener = socket.create_server((LOCAL, 0))
        self.taken = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        link, _ = self.listener.accept()
        with link, link.makefile("rb") as lines:
            link.sendall(b"220 leaver\r\n")
            for line in lines:
                verb = line[:4].upper()
                link.sendall(b"354 go\r\n" if verb == b"DATA" else b"250 ok\r\n")
                if verb == b"DATA":
                    break
            lines.read(self.enough)
            self.taken.set()
            if self.last == "wait":
                lines.read()
            elif self.last:
                link.sendall(self.last)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.thread.join(10)

    def account(self):
        return {"transport": "smtp", "host": LOCAL, "port": self.listener.getsockname()[1], "tls": "none",
                "timeout": "10s", "from": "a@example.org"}


@pytest.mark.parametrize("enough", [1, 100000])
def test_a_server_that_leaves_in_the_middle_of_a_message_has_not_got_it(tmp_path, enough):
    with Leaver(enough) as server:
        done = Configured(tmp_path, relay=server.account()).send_message(fresh_mail() + b"z\r\n" * 1000000, "b@x.org")
    assert done.code == 75, done
    assert done.fates() == {"b@x.org": ("deferred", None)} and done.json()["fates"][0]["stage"] == "lost"


def test_a_server_that_says_why_it_leaves_is_heard(tmp_path):
    with Leaver(100000, b"552 5.3.4 too large for me\r\n") as server:
        done = Configured(tmp_path, relay=server.account()).send_message(fresh_mail() + b"z\r\n" * 1000000, "b@x.org")
    assert done.code in (69, 75), done
    assert done.fates()["b@x.org"][0] in ("refused", "deferred")
    assert "too large for me" in done.out


def test_who_reads_the_dialogue_may_leave(place, postfix, tmp_path):
    """A pager that is quit, or head, must not stop the mail."""
    relay = {"transport": "smtp", "host": LOCAL, "port": postfix.ports["smtp"], "tls": "none"}
    other = tmp_path / "other"
    other.mkdir()
    config = Configured(other, relay=relay).config
    done = subprocess.run(
        ["bash", "-c", '"$@" --transcript --json 2>&1 | head -n 1; exit ${PIPESTATUS[0]}', "bash", TOCSIN, "send",
         "--config", config, "--from", "a@example.org", "--to", "tester@example.org", "--body", "read by nobody"],
        env=environment(), capture_output=True, timeout=30, check=False)
    assert done.returncode in (0, 74), done
    assert b"read by nobody" in postfix.maildir("tester").wait_one()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_breaking_off_in_the_middle_of_a_message_sends_nothing(tmp_path, number):
    with Leaver(100000, "wait") as server:
        place = Configured(tmp_path, relay=server.account())
        mail = tmp_path / "mail"
        mail.write_bytes(fresh_mail() + b"z\r\n" * 4000000)
        process = subprocess.Popen([TOCSIN, "send", "--config", place.config, "--message", mail, *TO],
                                   env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert server.taken.wait(30)
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == -number and b"delivered" not in out


def test_a_secret_that_cannot_be_had_is_told(postfix, ca, tmp_path):
    url = f"smtp://u%40example.org@localhost:{postfix.ports['submission']}"
    public = tmp_path / "public"
    public.write_text("x")
    public.chmod(0o644)
    for words, text in [(["--secret-file", tmp_path / "none"], "none"), (["--secret-file", public], "public"),
                        (["--secret-env", "TOCSIN_NOT_SET"], "TOCSIN_NOT_SET is not set"),
                        (["--secret-command", "false"], "false"),
                        (["--secret-command", "/nonexistent/x"], "/nonexistent/x")]:
        done = subprocess.run(
            [*map(str, [TOCSIN, "send", "--url", url, "--ca-file", ca.file, "--from", "a@example.org", *TO, "--body",
                        "x", "--json", *words])], env=environment(), capture_output=True, timeout=30, check=False)
        told = json.loads(done.stdout)
        assert done.returncode in (75, 77) and told["error"]["class"] == "auth", done
        assert text in told["error"]["text"], told


def test_a_secret_has_no_more_time_than_a_reply(postfix, ca):
    """Within half the time that it had without --timeout."""
    url = f"smtp://u%40example.org@localhost:{postfix.ports['submission']}"
    done = subprocess.run(
        [*map(str, [TOCSIN, "send", "--url", url, "--ca-file", ca.file, "--from", "a@example.org", *TO, "--body", "x",
                    "--json", "--timeout", "2s", "--secret-command", "sleep 1000"])],
        env=environment(), capture_output=True, timeout=30, check=False)
    assert "the command sleep did not end in time" in json.loads(done.stdout)["error"]["text"], done


def test_many_recipients_are_one_mail(place):
    words = [word for number in range(3000) for word in ("--bcc", f"box{number}@example.net")]
    done = place.send(*words, "--body", "x")
    assert done.code == 0, done
    assert only(place)["Bcc"] is None


def test_the_same_file_may_grow_while_it_is_read(place):
    """A log that somebody writes to: what it had at the start is sent."""
    log = place.folder / "log"
    log.write_bytes(b"start\n" * 100000)
    writer = subprocess.Popen(["bash", "-c", 'while echo more; do :; done >>"$1"', "bash", log])
    try:
        wait_for(lambda: log.stat().st_size > 600000, 10, "the log grows")
        assert place.send(*TO, "--attach", log).code == 0
    finally:
        writer.kill()
        writer.wait()
    assert next(only(place).iter_attachments()).get_payload(decode=True).startswith(b"start\n" * 100000 + b"more\n")
