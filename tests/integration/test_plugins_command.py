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
    assert done.returncode == 0, done
    for name in ("auth-plain", "auth-scram-sha-256", "transport-maildir"):
        assert name in done.stdout.decode()


def test_json_has_units_settings_and_refusals(folder):
    done = plugins("list", "--json", "--plugin-dir", folder)
    assert done.returncode == 78
    told = json.loads(done.stdout)
    assert [each["name"] for each in told["plugins"]] == ["auth-plain"]
    assert [Path(each["path"]).name for each in told["refused"]] == ["auth-broken.so"]


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
    done = plugins("show", "auth-plain", "--plugin-dir", folder)
    assert done.returncode == 0
    assert "RFC 4616" in done.stdout.decode()
    assert plugins("show", "auth-none", "--plugin-dir", folder).returncode == 78
    assert plugins("bogus").returncode == 64
