# SPDX-License-Identifier: MIT
"""The installed parts: who brings large libraries along, and what a program says that misses one."""

import os
import re
import shutil

import pytest

from servers.process import free_ports
from stage import STAGE, TOCSIN, plugin_folder, run

PARTS = plugin_folder().parent
LARGE = {"libssl", "libcrypto", "libcurl", "libgmime-3.0"}
# Both compose mails. SCRAM derives keys.
ALLOWED = {"tocsin": {"libgmime-3.0"}, "tocsind": {"libgmime-3.0"}, "auth-scram-sha-256.so": {"libcrypto"}}


def large_libraries(path):
    done = run("readelf", "-d", path)
    assert done.returncode == 0, done
    return LARGE & set(re.findall(r"\(NEEDED\).*\[(.*?)\.so", done.stdout))


def test_each_part_brings_its_library():
    assert {path.name: large_libraries(path) for path in PARTS.glob("*.so")} == {
        "http.so": {"libcurl"}, "mime.so": {"libgmime-3.0"}, "tls.so": {"libcrypto", "libssl"}}


def test_nothing_else_brings_them():
    files = [TOCSIN, STAGE / "sbin/tocsind", *plugin_folder().glob("*.so")]
    assert len(files) > 10
    for path in files:
        assert large_libraries(path) <= ALLOWED.get(path.name, set()), path


@pytest.fixture
def moved(tmp_path):
    """The plugins and parts at another place, where they find each other."""
    tmp_path.chmod(0o755)
    shutil.copytree(PARTS, tmp_path / "tocsin")
    return tmp_path / "tocsin"


def send(folder, *words, before=()):
    where = f"smtp://127.0.0.1:{free_ports(1)[0]}"
    return run(*before, TOCSIN, "send", "--url", where, "--plugin-dir", folder / plugin_folder().name, "--from",
               "me@example.org", "--to", "ann@example.org", "--body", "x", *words)


@pytest.mark.parametrize("words", [("--tls", "none"), ("--tls", "required")])
def test_parts_are_found_from_the_plugin_on(moved, words):
    (moved / "mime.so").unlink()
    (moved / "http.so").unlink()
    done = send(moved, *words)
    assert done.returncode == 75 and "refused" in done.stdout, done


def test_a_transport_alone_takes_the_installed_parts(moved):
    for path in moved.glob("*.so"):
        path.unlink()
    done = send(moved, "--tls", "required")
    assert done.returncode == 75 and "refused" in done.stdout, done


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide the installation")
def test_a_missing_part_is_told_before_anything_is_sent(moved):
    (moved / "tls.so").unlink()
    hidden = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {PARTS} && exec "$@"', "sh")
    done = send(moved, "--tls", "required", before=hidden)
    assert done.returncode == 78, done
    assert f"cannot load {PARTS}/tls.so, a part of Tocsin; is it installed whole?" in done.stderr, done
    done = send(moved, "--tls", "none", before=hidden)
    assert done.returncode == 75 and "refused" in done.stdout, done


def test_a_part_that_others_may_change_is_refused(moved):
    (moved / "tls.so").chmod(0o666)
    done = send(moved, "--tls", "required")
    assert done.returncode == 78 and f"{moved}/tls.so" in done.stderr and "chmod" in done.stderr, done
