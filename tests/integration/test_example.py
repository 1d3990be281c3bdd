# SPDX-License-Identifier: MIT
"""plugins/example builds anywhere with the installed header alone, and the installed program works with it."""

import base64
import email.policy
import json
import os
import re
import shutil

import pytest

from configured import Configured, secret_file
from daemon import Daemon
from scripted.dialogue import SENT, C, S, StartTls, greet, hello
from scripted.server import ScriptedServer
from stage import STAGE, TOCSIN, TREE, plugin_folder, run

NAMES = ["auth-example-token", "transport-example-pickup", "trigger-example-fifo"]
WARNINGS = "CFLAGS=-O2 -Wall -Wextra -Werror"


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def example(tmp_path):
    """A copy of the folder, outside of the repository."""
    folder = tmp_path / "example"
    shutil.copytree(TREE / "plugins/example", folder)
    return folder


@pytest.fixture
def built(example):
    done = run("make", WARNINGS, cwd=example)
    assert done.returncode == 0, done.stdout + done.stderr
    return example


def needed(library):
    """The libraries that one wants loaded with it."""
    lines = [line for line in run("readelf", "-d", library).stdout.splitlines() if "(NEEDED)" in line]
    return [line.partition("[")[2].rstrip("]") for line in lines]


def test_pkg_config_names_a_header_and_a_folder_and_nothing_else():
    for question, answer in (("--print-requires", ""), ("--print-requires-private", ""), ("--libs", ""),
                             ("--cflags", f"-I{STAGE}/include"), ("--variable=plugindir", str(plugin_folder()))):
        done = run("pkg-config", question, "tocsin-plugin")
        assert (done.returncode, done.stdout.strip(), done.stderr) == (0, answer, "")
    assert run("pkg-config", "--cflags", "tocsin").returncode != 0  # that one wants GLib, which is not to be found here


@pytest.mark.parametrize("name", NAMES)
def test_make_builds_what_exports_one_symbol_and_needs_libc_alone(built, name):
    library = built / f"{name}.so"
    symbols = run("nm", "-D", "--defined-only", library).stdout.split()
    assert symbols[2:] == ["tocsin_plugin_v1"]
    assert needed(library) == ["libc.so.6"]


def test_a_name_that_nothing_defines_is_found_while_building(example):
    source = example / f"{NAMES[0]}.c"
    source.write_text(source.read_text().replace("malloc(sizeof(state))", "tocsin_malloc(sizeof(state))")
                      .replace("typedef struct", "void *tocsin_malloc(size_t size);\ntypedef struct", 1))
    done = run("make", f"{NAMES[0]}.so", cwd=example)
    assert done.returncode != 0
    assert "undefined reference to `tocsin_malloc'" in done.stderr


def test_meson_builds_them_too(example):
    setup = run("meson", "setup", "out", "-Dwerror=true", cwd=example)
    done = run("ninja", "-C", "out", cwd=example)
    assert done.returncode == 0, setup.stdout + done.stdout
    assert {path.stem: needed(path) for path in (example / "out").glob("*.so")} == dict.fromkeys(NAMES, ["libc.so.6"])
    assert run(TOCSIN, "plugins", "list", "--plugin-dir", example / "out").returncode == 0


def test_the_program_lists_them(built):
    done = run(TOCSIN, "plugins", "list", "-v", "--plugin-dir", built)
    assert (done.returncode, done.stderr) == (0, "")
    for text in (*NAMES, "mechanism: X-EXAMPLE-TOKEN, strength 25", "folder: string, required",
                 "path: string, required", "threads: any number of calls at once"):
        assert text in done.stdout


def test_the_program_shows_each(built):
    for name in NAMES:
        done = run(TOCSIN, "plugins", "show", name, "--plugin-dir", built)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{name} 1.0 (MIT)\n  file: {built}/{name}.so\n")
    found = json.loads(run(TOCSIN, "plugins", "list", "--json", "--plugin-dir", built).stdout)
    assert [plugin["name"] for plugin in found["plugins"]] == NAMES
    assert found["refused"] == []


@pytest.fixture
def installed(built):
    done = run("make", "install", cwd=built)
    assert done.returncode == 0, done.stderr
    yield plugin_folder()
    for name in NAMES:
        (plugin_folder() / f"{name}.so").unlink()


def test_make_install_puts_them_where_the_program_looks(installed):
    done = run(TOCSIN, "plugins", "list", "--json")
    assert done.returncode == 0
    paths = {plugin["name"]: plugin["path"] for plugin in json.loads(done.stdout)["plugins"]}
    assert {name: paths.get(name) for name in NAMES} == {name: f"{installed}/{name}.so" for name in NAMES}


def test_sends_through_the_example(built, tmp_path):
    folder = tmp_path / "pickup"
    folder.mkdir()
    configuration = tmp_path / "tocsin.conf"
    configuration.write_text(f'plugins = {{ folders = [ "{built}" ]; }};\n'
                             f'accounts = {{ drop = {{ transport = "example-pickup"; folder = "{folder}"; }}; }};\n')
    body = tmp_path / "body"
    body.write_text("Grüße\n")
    done = run(TOCSIN, "send", "--config", configuration, "--account", "drop", "--from", "me@example.org",
               "--to", "you@example.org", "--subject", "by a plugin", "--body-file", body)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.iterdir()
    assert file.suffix == ".eml"
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["X-Sender"] == "<me@example.org>"
    assert message["X-Receiver"] == "<you@example.org>"
    assert message["Subject"] == "by a plugin"
    assert message.get_content().strip() == "Grüße"


def test_logs_in_with_the_example(installed, tmp_path, ca):
    """The server offers PLAIN too; the example's mechanism is stronger, and its own setting goes with it."""
    answer = base64.b64encode(b"ann\0token-1\0rack 7\0").decode()
    script = [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls(), *hello("AUTH PLAIN X-EXAMPLE-TOKEN"),
              C(f"AUTH X-EXAMPLE-TOKEN {re.escape(answer)}"), S("235 2.7.0 ok"), *SENT]
    with ScriptedServer(script, ca=ca) as server:
        tocsin = Configured(tmp_path, relay={
            "transport": "smtp", "host": "localhost", "port": server.port, "tls": "required", "ca_file": ca.file,
            "user": "ann", "secret": secret_file(tmp_path, "token-1"), "device": "rack 7"})
        done = tocsin.send("--from", "me@example.org", "--to", "you@example.org", "--body-file", "-", "--transcript",
                           stdin=b"hello\n")
        server.join()
    assert server.problems() == []
    assert done.code == 0, done.err
    assert "AUTH X-EXAMPLE-TOKEN" in done.err and answer not in done.err


FIFO = """
accounts = {{ local = {{ transport = "maildir"; path = "{folder}/Mail"; from = "t@example.org"; }}; }};
triggers = {{ calls = {{ trigger = "example-fifo"; path = "{folder}/fifo"; }}; }};
rules = ( {{ name = "calls"; on = "calls.line"; where = "'fire' in text"; interval = "0"; catch_up = "0";
            to = [ "ops@example.org" ]; }} );
store = {{ path = "{folder}/store/tocsin.db"; }};
daemon = {{ socket = "{folder}/control.sock"; }};
"""


def test_the_daemon_tells_of_what_the_example_raises(installed, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with Daemon(tmp_path, config=FIFO.format(folder=tmp_path)) as daemon:
        (tmp_path / "fifo").write_text("all is well\nfire in the hall\n")
        daemon.wait_for(daemon.mails, "for the mail")
        assert daemon.stop() == 0
    (path,) = daemon.mails()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["X-Tocsin-Rule"]) == ("ops@example.org", "calls")
    assert "fire in the hall" in mail.get_body(("plain",)).get_content()
