# SPDX-License-Identifier: MIT
"""Real mail servers on loopback, each in a folder of its own. Never imported by anything but the tests."""

import os
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]


def unpacked(package):
    """The folder into which `fetch` unpacked a Debian package; fails with what to do when it is not there."""
    folder = Path(os.environ.get("TOCSIN_SERVERS", TOP / "build" / "servers")).resolve() / package
    if not (folder / "usr").is_dir():
        raise FileNotFoundError(f"{folder} is not there: run tests/integration/servers/fetch")
    return folder
