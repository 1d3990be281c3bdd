# SPDX-License-Identifier: MIT
"""Plugins that break the contract, in the installed programs: who is told what, and how often."""

import json
from pathlib import Path

import pytest

from daemon import Daemon
from stage import STAGE, TOCSIN, run

SOURCES = Path(__file__).parent / "breach"
TWICE = "delivery->result(job, mail, 0, &fate)"
TOLD_TWICE = "told the fate of a mail that it does not have (any more)"
NULL = "host->put(host, 0, \"x\", 1)"


def build(folder, name, *options):
    done = run("cc", "-std=c11", "-shared", "-fPIC", f"-I{STAGE}/include", *options, "-o", folder / f"{name}.so",
               SOURCES / f"{name}.c")
    assert done.returncode == 0, done
    (folder / f"{name}.so").chmod(0o755)


@pytest.fixture
def folder(tmp_path):
    """For plugins."""
    tmp_path.chmod(0o755)
    plugins = tmp_path / "plugins"
    plugins.mkdir(mode=0o755)
    return plugins


def said(folder, name, instance, what):
    return (f"plugin {name} ({folder}/{name}.so): {instance} broke the contract: {what}; it is disabled, update or "
            "remove the plugin")


@pytest.mark.parametrize("breach, what", [(TWICE, TOLD_TWICE), (NULL, "put() was given NULL")])
def test_who_sends_by_hand_is_told(folder, breach, what):
    build(folder, "transport-bad", f"-DBREACH={breach}")
    config = folder.parent / "tocsin.conf"
    config.write_text('accounts = { a = { transport = "bad"; }; };')
    done = run(TOCSIN, "send", "--config", config, "--plugin-dir", folder, "--from", "a@example.org", "--to",
               "b@example.org", "--body", "x")
    # The one recipient has a fate, and that was told before the breach.
    assert (done.returncode, done.stdout) == (0, ""), done
    assert done.stderr.splitlines() == ["tocsin: a: the line is slow",
                                        "tocsin: " + said(folder, "transport-bad", "account 'a'", what)]


@pytest.fixture
def daemon(folder):
    """One with an account and a trigger that break the contract."""
    build(folder, "transport-bad", f"-DBREACH={NULL}")
    build(folder, "trigger-bad")
    made = Daemon(folder.parent, config=f"""
accounts = {{ a = {{ transport = "bad"; from = "t@example.org"; }}; }};
triggers = {{
  t = {{ trigger = "bad"; }};
  app = {{ trigger = "log"; files = [ "{folder.parent}/*.txt" ]; from = "start";
           patterns = ( {{ name = "hit"; regex = "hit"; }} ); }};
}};
rules = ( {{ name = "hits"; on = "app.hit"; to = [ "ops@example.org" ]; wait = "0"; }} );
plugins = {{ folders = [ "{folder}" ]; }};
store = {{ path = "{folder.parent}/store/tocsin.db"; }};
daemon = {{ socket = "{folder.parent}/control.sock"; }};
""")
    made.append("hit", name="app.txt")
    made.start()
    yield made
    made.stop()


def status(daemon, *words):
    done = run(TOCSIN, "status", "--socket", daemon.folder / "control.sock", *words)
    assert done.returncode == 0, done
    return done.stdout


def test_the_daemon_says_it_once_and_the_status_has_it(daemon, folder):
    [account] = daemon.wait_for(lambda: [each for each in json.loads(status(daemon, "--json"))["accounts"]
                                         if each["is_disabled"] and each["failure"]], "for the breach")
    breach = said(folder, "transport-bad", "account 'a'", "put() was given NULL")
    assert account["failure"] == breach
    mine = [line for line in daemon.read_log().decode().splitlines() if "broke the contract" in line]
    kind = said(folder, "trigger-bad", "trigger 't'",
                "an event has a kind that is not 1 to 200 bytes of UTF-8 without blanks and controls")
    assert sorted(line[line.index("plugin "):] for line in mine) == sorted([breach, kind])
    table = status(daemon)
    [line] = [line for line in table.splitlines() if line.startswith("a ")]
    assert "SWITCHED OFF" in line
    [line] = [line for line in table.splitlines() if line.startswith("t ")]
    assert "STOPPED" in line


@pytest.mark.parametrize("setting, told", [
    ('name = "two words";', "pattern 'two words': a name has up to 200 bytes, and no blanks"),
    ('name = "hit"; status = "so-so";', "'so-so' is not one of problem, ok, failure, success"),
])
def test_a_pattern_that_would_break_the_contract_is_a_mistake(tmp_path, setting, told):
    tmp_path.chmod(0o755)
    config = tmp_path / "tocsin.conf"
    config.write_text(f"""accounts = {{ a = {{ transport = "maildir"; path = "{tmp_path}/Mail"; }}; }};
triggers = {{
  app = {{ trigger = "log"; files = [ "/no/such/*.log" ]; patterns = ( {{ {setting} regex = "hit"; }} ); }};
}};
store = {{ path = "{tmp_path}/tocsin.db"; }};
""")
    done = run(TOCSIN, "check", "--config", config)
    assert done.returncode == 78 and told in done.stdout + done.stderr, done
