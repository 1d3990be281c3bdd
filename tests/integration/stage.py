# SPDX-License-Identifier: MIT
"""The installed Tocsin, as ./dev stage leaves it in build/stage."""

import os
import subprocess
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
STAGE = TREE / "build/stage"
TOCSIN = STAGE / "bin/tocsin"


def environment():
    """With the installed program first, and a pkg-config that knows it alone, as where GLib's headers are missing."""
    folders = [str(path) for path in STAGE.glob("lib/**/pkgconfig")]
    return {**os.environ, "PATH": f"{TOCSIN.parent}:{os.environ['PATH']}", "PKG_CONFIG_LIBDIR": ":".join(folders),
            "PKG_CONFIG_PATH": "", "LC_ALL": "C.UTF-8"}


def run(*command, **options):
    """Runs a command in that environment; its output and exit code."""
    return subprocess.run([str(word) for word in command], env=environment(), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120, check=False, **options)


def plugin_folder():
    """Where the installation looks for plugins, as pkg-config tells everybody."""
    return Path(run("pkg-config", "--variable=plugindir", "tocsin-plugin").stdout.strip())
