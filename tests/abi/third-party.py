#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Builds the plugins that strangers would write, with nothing but the header, and runs them.

usage: third-party.py COMPILER PROGRAM INCLUDE-DIR SOURCE-DIR...
"""

import glob
import os
import sys
import tempfile

import abitools

compiler, program, include, *folders = sys.argv[1:]
abitools.require("nm")
os.umask(0o022)
with tempfile.TemporaryDirectory(prefix="tocsin-third-") as place:
    os.chmod(place, 0o755)
    for source in sorted(path for folder in folders for path in glob.glob(f"{folder}/*.c")):
        target = os.path.join(os.path.realpath(place), os.path.basename(source)[:-2] + ".so")
        code, text = abitools.run(*compiler.split(), "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
                                  "-Wl,-z,defs", "-I", include, "-o", target, source)
        abitools.report(f"{os.path.basename(source)} builds with the header alone", text if code else "")
        symbols = abitools.run("nm", "-D", "--defined-only", target)[1].split()
        abitools.report(f"{os.path.basename(target)} exports one symbol",
                        "" if symbols[2:] == ["tocsin_plugin_v1"] else str(symbols))
    code, text = abitools.run(program, os.path.realpath(place))
    for line in text.splitlines():
        if line.startswith(("ok ", "not ok ")):
            abitools.report(line.rpartition("/")[2], "" if line.startswith("ok") else text)
    abitools.report("the program ends well", text if code else "")
abitools.finish()
