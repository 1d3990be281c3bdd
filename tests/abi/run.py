#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the plugins of v1.0/plugins in every pairing of old, present and future.

usage: run.py COMPILER PRESENT-PROGRAM FUTURE-PROGRAM PLUGINS INCLUDE FROZEN-INCLUDE FUTURE-INCLUDE
"""

import glob
import os
import sys
import tempfile

import abitools

compiler, present, future, plugins, include, frozen_include, future_include = sys.argv[1:]
abitools.require("nm")


def build(headers, folder):
    """Builds them against these headers alone, as an author elsewhere does: nothing is linked."""
    for source in sorted(glob.glob(os.path.join(plugins, "*.c"))):
        target = os.path.join(folder, os.path.basename(source)[:-2] + ".so")
        code, text = abitools.run(*compiler.split(), "-std=c11", "-Wall", "-Wextra", "-Werror",
                                  "-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,defs",
                                  "-I", headers, "-o", target, source)
        if code != 0:
            raise RuntimeError(text)
        os.chmod(target, 0o755)


def check_exports(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.so"))):
        text = abitools.run("nm", "-D", "--defined-only", path)[1]
        names = [line.split()[-1] for line in text.splitlines()]
        abitools.report(f"{os.path.basename(path)} exports one symbol",
                        "" if names == ["tocsin_plugin_v1"] else str(names))


os.umask(0o022)
for name, headers in (("frozen", frozen_include), ("present", include), ("future", future_include)):
    with tempfile.TemporaryDirectory(prefix="tocsin-abi-") as folder:
        folder = os.path.realpath(folder)
        os.chmod(folder, 0o755)
        build(headers, folder)
        for program, path in (("present", present), ("future", future)):
            code, text = abitools.run(path, folder)
            abitools.report(f"{name} plugins in the {program} program", text if code != 0 else "")
        if name == "frozen":
            check_exports(folder)
abitools.finish()
