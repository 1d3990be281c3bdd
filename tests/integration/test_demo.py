# SPDX-License-Identifier: MIT
"""The demo, as ./dev demo runs it, and with its one line changed to SMTP; and the configurations that are shipped."""

import re
import shutil
import subprocess

import pytest

import stage


@pytest.fixture
def place(tmp_path):
    """A folder with the demo in it, as in the repository."""
    shutil.copytree(stage.TREE / "conf/demo", tmp_path / "conf/demo")
    tmp_path.chmod(0o755)
    return tmp_path


def run_demo(place):
    path = f"{stage.STAGE}/bin:{stage.STAGE}/sbin:/usr/bin:/bin"
    return subprocess.run(["conf/demo/run"], cwd=place, env={**stage.environment(), "PATH": path}, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)


def test_the_demo_shows_a_mail_within_a_second_and_ends(place):
    done = run_demo(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"After (\d+) ms the mail lies in", done.stdout)[1]) < 1000
    for words in ("Subject: ssh-brute-force: 203.0.113.7", "Failed password for invalid user backup",
                  "once more as HTML", "To try next:"):
        assert words in done.stdout


def test_one_line_sends_it_through_smtp(place, postfix):
    conf = place / "conf/demo/tocsin.conf"
    text = conf.read_text()
    [line] = [line for line in text.splitlines() if line.strip().startswith("local = ")]
    smtp = (f'relay = {{ transport = "smtp"; host = "127.0.0.1"; port = {postfix.ports["smtp"]}; tls = "none"; '
            'from = "tocsin@example.org"; };')
    conf.write_text(text.replace(line, smtp).replace("security@example.org", "box98@example.org"))
    done = run_demo(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the mail is with the server" in done.stdout
    [mail] = postfix.maildir("box98").wait()
    assert b"Subject: ssh-brute-force: 203.0.113.7" in mail
