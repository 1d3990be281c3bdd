# SPDX-License-Identifier: MIT
"""`tocsin plugins` of the installed program, with and without a configuration."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TOCSIN_BINARY", TOP / "build/stage/bin/tocsin"))


def plugins(*arguments):
    return subprocess.run([BINARY, "plugins", *map(str, arguments)], capture_output=True, timeout=30, check=False)


@pytest.fixture
def folder(tmp_path):
    """A folder with one good plugin and one file that is none."""
    tmp_path.chmod(0o755)
    [good] = (BINARY.parents[1] / "lib").rglob("auth-plain.so")
    shutil.copy(good, tmp_path)
    (tmp_path / "auth-broken.so").write_text("not ELF")
    return tmp_path


def test_lists_what_is_installed():
    done = plugins("list", "-v")
    assert (done.returncode, done.stderr) == (0, b"")
    for name in ("auth-plain", "auth-scram-sha-256", "transport-maildir"):
        assert name in done.stdout.decode()


PLAIN = """auth-plain VERSION (MIT)
  file: FOLDER/auth-plain.so
  ABI: 1.0, this program has 1.0
  auth plain: User and password in one message (RFC 4616); only inside TLS.
    mechanism: PLAIN, strength 20
    threads: any number of calls at once
    settings: none of its own
"""
REFUSED = ("plugin auth-broken (FOLDER/auth-broken.so): refused: the file is no ELF shared object; install or build it "
           "again\n")


def told(done, folder):
    """Exit code, output and complaints of a run, without what differs from place to place."""
    version = json.loads(plugins("show", "auth-plain", "--json").stdout)["version"]
    texts = [text.decode().replace(str(folder), "FOLDER").replace(f" {version} ", " VERSION ")
             for text in (done.stdout, done.stderr)]
    return done.returncode, *texts


def test_a_list_has_name_version_and_units(folder):
    done = plugins("list", "--plugin-dir", folder)
    expected = f"{'auth-plain':<22} VERSION      auth plain\n{REFUSED}"
    assert told(done, folder) == (78, expected, "")


def test_a_long_list_has_all_there_is_to_know(folder):
    assert told(plugins("list", "-v", "--plugin-dir", folder), folder) == (78, PLAIN + REFUSED, "")


def test_json_has_units_settings_and_refusals(folder):
    done = plugins("list", "--json", "--plugin-dir", folder)
    assert done.returncode == 78
    found = json.loads(done.stdout)
    assert found["directories"] == [str(folder)]
    [plugin], [refused] = found["plugins"], found["refused"]
    assert (plugin["name"], plugin["path"], plugin["abi"]) == ("auth-plain", f"{folder}/auth-plain.so", "1.0")
    [unit] = plugin["units"]
    assert (unit["kind"], unit["mechanism"], unit["settings"]) == ("auth", "PLAIN", [])
    assert refused["path"] == f"{folder}/auth-broken.so"
    assert refused["reason"] + "\n" == REFUSED.replace("FOLDER", str(folder))


def test_an_empty_folder_is_said_to_be_one(tmp_path):
    done = plugins("list", "--plugin-dir", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"no plugins\n", b"")


def test_shows_settings_with_type_bounds_default_and_help():
    done = plugins("show", "transport-smtp")
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert lines[3:7] == ["  transport smtp: Hands mails to an SMTP server, with STARTTLS.",
                          "    threads: any number of calls at once",
                          "    takes: the connection settings of tocsin.conf(5)",
                          "    takes: the login settings of tocsin.conf(5)"]
    place = lines.index("      pipelining: boolean, default true")
    assert lines[place + 1] == "        Whether commands go out without waiting, where the server offers that."
    [unit] = json.loads(plugins("show", "transport-smtp", "--json").stdout)["units"]
    assert unit["takes"] == ["connection", "login"]
    pipelining = next(setting for setting in unit["settings"] if setting["name"] == "pipelining")
    assert (pipelining["type"], pipelining["default"]) == ("boolean", "true")


def test_a_refused_file_that_nobody_wants_is_no_failure(folder):
    config = folder / "tocsin.conf"
    config.write_text("accounts = { };")
    done = plugins("list", "--config", config, "--plugin-dir", folder)
    assert done.returncode == 0, done
    assert "auth-broken" in done.stdout.decode()


def test_a_plugin_that_is_wanted_and_missing_is_one(folder):
    config = folder / "tocsin.conf"
    config.write_text('accounts = {\n  a = { transport = "pigeon"; };\n};')
    done = plugins("list", "--config", config, "--plugin-dir", folder)
    assert done.returncode == 78
    assert f"{config}:2: there is no transport 'pigeon'" in done.stderr.decode()


def test_shows_one(folder):
    assert told(plugins("show", "auth-plain", "--plugin-dir", folder), folder) == (0, PLAIN, "")
    assert told(plugins("show", "auth-broken", "--plugin-dir", folder), folder) == (78, "", f"tocsin: {REFUSED}")
    done = plugins("show", "auth-none", "--plugin-dir", folder)
    assert told(done, folder) == (78, "", "tocsin: there is no plugin 'auth-none'; see tocsin plugins list\n")


@pytest.mark.parametrize("words", [(), ("bogus",), ("show",), ("show", "a", "b"), ("list", "a"), ("list", "--bogus")])
def test_wrong_words_are_wrong_usage(words):
    done = plugins(*words)
    assert (done.returncode, done.stdout) == (64, b"")
    assert done.stderr.startswith(b"tocsin: ") or b"usage" in done.stderr.lower()


LOGIN = '{ transport = "smtp"; host = "localhost"; user = "u"; secret = { env = "X"; };'
# Of each kind: a plugin that works, and what wants one called "broken", on line 3 of a configuration.
REFUSALS = {
    "transport": ("transport-maildir", 'accounts = {\n  good = GOOD;\n  bad = { transport = "broken"; };\n};\n', ""),
    "trigger": ("trigger-timer",
                'accounts = { good = GOOD; };\ntriggers = {\n  bad = { trigger = "broken"; };\n};\n', ""),
    "auth": ("auth-plain",
             f'accounts = {{ good = GOOD;\n  bad = {LOGIN}\n    auth = [ "broken" ]; }};\n}};\n', "'auth': "),
    "mechanism": ("auth-plain",
                  f'accounts = {{ good = GOOD;\n  bad = {LOGIN}\n    auth = [ "login", "BROKEN" ]; }};\n}};\n',
                  "'auth': "),
}


@pytest.fixture(params=REFUSALS)
def wanted(request, tmp_path):
    """A configuration that wants a plugin which is refused, and what has to be said of that."""
    source, text, before = REFUSALS[request.param]
    tmp_path.chmod(0o755)
    for name in (source, "transport-maildir", "transport-smtp", "auth-login"):
        shutil.copy(next((BINARY.parents[1] / "lib").rglob(f"{name}.so")), tmp_path)
    stem = f"{source.split('-')[0]}-broken"
    broken = tmp_path / f"{stem}.so"
    shutil.copy(tmp_path / f"{source}.so", broken)
    broken.chmod(0o775)
    config = tmp_path / "tocsin.conf"
    config.write_text(text.replace("GOOD", f'{{ transport = "maildir"; path = "{tmp_path}/mail"; }}') +
                      f'store = {{ path = "{tmp_path}/tocsin.db"; }};\n')
    reason = (f"{config}:3: {before}plugin {stem} ({broken}): refused: {broken} can be written by others (mode 0775); "
              f"chmod go-w {broken}\n")
    return config, reason


def run(program, *words):
    [path] = (folder / program for folder in BINARY.parents[1].glob("*bin") if (folder / program).exists())
    return subprocess.run([path, *map(str, words)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def test_a_refused_plugin_that_is_configured_is_a_failure(wanted):
    config, reason = wanted
    done = plugins("list", "--config", config, "--plugin-dir", config.parent)
    assert (done.returncode, done.stderr.decode()) == (78, f"tocsin: {reason}")


def test_a_daemon_whose_plugin_is_refused_does_not_start(wanted):
    config, reason = wanted
    done = run("tocsind", "--config", config, "--plugin-dir", config.parent)
    assert done.returncode == 78, done
    assert reason in done.stderr


def test_a_check_of_the_configuration_finds_a_refused_plugin(wanted):
    config, reason = wanted
    done = run("tocsin", "check", "--config", config, "--plugin-dir", config.parent)
    assert done.returncode == 78, done
    assert reason in done.stdout + done.stderr


def test_an_unknown_mechanism_has_its_place_and_the_nearest_name(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text(f'accounts = {{\n  a = {LOGIN}\n'
                      f'    auth = [ "scram-sha-256",\n      "plian" ]; }};\n}};\n'
                      f'store = {{ path = "{tmp_path}/db"; }};\n')
    for words in (("plugins", "list"), ("check",)):
        done = run("tocsin", *words, "--config", config)
        assert done.returncode == 78, done
        told = done.stdout + done.stderr
        assert f"{config}:4: 'auth': there is no auth 'plian' in " in told
        assert "; did you mean 'plain'? known: cram-md5, " in told


@pytest.mark.parametrize("wanted", ["transport", "auth", "mechanism"], indirect=True)
def test_a_refused_plugin_does_not_take_others_along(wanted):
    config, reason = wanted
    words = ("--config", config, "--plugin-dir", config.parent, "--from", "a@example.org", "--to", "b@example.org",
             "--body", "x")
    done = run("tocsin", "send", "--account", "bad", *words)
    assert done.returncode == 78 and reason in done.stderr
    done = run("tocsin", "send", "--account", "good", *words)
    assert done.returncode == 0, done
    assert len(list((config.parent / "mail/new").iterdir())) == 1
