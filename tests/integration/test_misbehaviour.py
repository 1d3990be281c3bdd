# SPDX-License-Identifier: MIT
"""A plugin that breaks the contract inside the running daemon: nothing is lost, nobody else waits, one line says it."""

import email
import json
import re
import subprocess

import pytest

from daemon import Daemon
from stage import STAGE, TOCSIN, TREE, environment

RULE = ('{{ name = "{name}"; on = "app.hit"; group_by = [ "key" ]; interval = "0"; limit = "none"; catch_up = "0"; '
        'to = [ "{name}@example.org" ]; via = [ "{name}" ]; }}')
MAILDIR = 'local = {{ transport = "maildir"; path = "{folder}/Mail"; from = "t@example.org"; }};'
BREACH = ("plugin silent ({path}): account 'silent' broke the contract: run() says all is well but told no fate of "
          "some recipients; it is disabled, update or remove the plugin")


@pytest.fixture
def plugin(tmp_path):
    """tests/abi/bad/silent.c, which the loader has no reason to refuse."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    folder.chmod(0o755)
    path = folder / "silent.so"
    subprocess.run(["cc", "-std=c11", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{STAGE}/include", "-o", path,
                    TREE / "tests/abi/bad/silent.c"], check=True)
    path.chmod(0o755)
    return path


@pytest.fixture
def daemon(tmp_path, plugin):
    accounts = f'{MAILDIR.format(folder=tmp_path)} silent = {{ transport = "silent"; from = "t@example.org"; }};'
    rules = ", ".join(RULE.format(name=name) for name in ("silent", "local"))
    running = Daemon(tmp_path, accounts=accounts, rules=rules)
    running.configure(f'{running.config.read_text()}plugins = {{ folders = [ "{plugin.parent}" ]; }};\n')
    with running:
        yield running


def ask(daemon, *arguments):
    done = subprocess.run([TOCSIN, *arguments, "--json"], capture_output=True, text=True, timeout=60, check=False,
                          env={**environment(), "TOCSIN_SOCKET": str(daemon.folder / "control.sock")})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def account(daemon):
    return next(each for each in ask(daemon, "status")["accounts"] if each["name"] == "silent")


def warnings(daemon):
    """What was logged as one, without the time."""
    return re.findall(r"^\S+ warning: (.*)$", daemon.read_log().decode(), re.MULTILINE)


def recipients(daemon):
    return sorted(email.message_from_bytes(path.read_bytes())["To"] for path in daemon.mails())


def test_an_account_whose_plugin_breaks_the_contract_is_switched_off(daemon, plugin):
    breach = BREACH.format(path=plugin)
    daemon.append("hit 1")
    first = daemon.wait_for(lambda: account(daemon)["rests_until"], "for the breach")
    daemon.append("hit 2")
    daemon.wait_for(lambda: recipients(daemon) == ["local@example.org"] * 2, "for the other account's mails")
    # It is asked again, in vain: the plugin itself is called no more.
    daemon.wait_for(lambda: account(daemon)["rests_until"] not in (None, first), "for the second try")
    found = account(daemon)
    assert (found["failure"], found["is_disabled"]) == (breach, True)
    assert (found["delivered"], found["unknown"]) == (0, 1)
    assert warnings(daemon).count("silent: runs") == 1
    assert [each for each in warnings(daemon) if "broke the contract" in each] == [breach]
    waiting = ask(daemon, "queue", "list")["mails"]
    assert [(each["state"], each["rule"], each["key"], each["tries"]) for each in waiting] == [
        ("waiting", "silent", "1", 1), ("waiting", "silent", "2", 0)]
    assert waiting[0]["recipients"][0]["fate"]["text"] == "the plugin broke the contract"
    assert daemon.stop() == 0
    # With another transport they go where they were to go, as the same mails.
    daemon.configure(daemon.config.read_text().replace('transport = "silent";',
                                                       f'transport = "maildir"; path = "{daemon.folder}/Mail";'))
    with daemon:
        for each in waiting:
            ask(daemon, "queue", "retry", each["id"])
        daemon.wait_for(lambda: recipients(daemon) == ["local@example.org"] * 2 + ["silent@example.org"] * 2,
                        "for the mails that waited")
    ids = {email.message_from_bytes(path.read_bytes())["Message-ID"].strip("<>") for path in daemon.mails()}
    assert {each["message_id"] for each in waiting} < ids
