# SPDX-License-Identifier: MIT
"""Fixtures: the test CA and the real servers, started once a run when the first test asks for them; a disk that is soon
full; a server that misbehaves."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from misbehaving import Misbehaving
from servers.ca import Authority
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.opensmtpd import OpenSmtpd
from servers.postfix import Postfix
from servers.process import Server

# A shell that runs the tests in its background has them ignored, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.fixture(scope="session")
def ground():
    """The folder of everything that servers write. Readable for all: servers change their user."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-servers-"))
    folder.chmod(0o755)
    yield folder
    if os.environ.get("TOCSIN_KEEP_SERVERS"):
        print(f"\nservers' files kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ca(ground):
    return Authority(ground)


@pytest.fixture(scope="session")
def submission_pair(ground, ca):
    """Postfix and Dovecot, which need each other: the one asks for SASL, the other relays its submission."""
    postfix = Postfix(ground, ca, sasl_socket=ground / "dovecot/auth")
    with postfix, Dovecot(ground, ca, relay_port=postfix.ports["smtp"]) as dovecot:
        yield postfix, dovecot


@pytest.fixture(scope="session")
def postfix(submission_pair):
    return submission_pair[0]


@pytest.fixture(scope="session")
def dovecot(submission_pair):
    return submission_pair[1]


@pytest.fixture(scope="session")
def exim(ground, ca):
    with Exim(ground, ca) as server:
        yield server


@pytest.fixture(scope="session")
def opensmtpd(ground):
    with OpenSmtpd(ground) as server:
        yield server


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MiB for the store."""
    folder = tmp_path / "store"
    folder.mkdir(mode=0o750)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0750", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def misbehaving():
    with Misbehaving() as server:
        yield server
        server.shutdown()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the logs of the servers that a failed test used to its report."""
    report = (yield).get_result()
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Server):
                report.sections.append((f"log of {value.name}", value.log()))
