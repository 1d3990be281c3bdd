#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares what the header declares now with what was written down, by abidiff.

No suppressions and no header filters: both hide breaks as well. A member appended on purpose shows
here too: once layout.c has it, write the dump anew and look at its difference before committing:

    python3 tests/abi/witness.py INCLUDE-DIR tests/abi/witness.c tests/abi/v1.abi --write

usage: witness.py INCLUDE-DIR WITNESS.C DUMP [--write]
"""

import os
import sys
import tempfile

import abitools

include, source, dump = sys.argv[1:4]
abitools.require("gcc", "abidw", "abidiff")
with tempfile.TemporaryDirectory() as folder:
    library = os.path.join(folder, "witness.so")
    abitools.build_witness(include, source, library)
    if sys.argv[4:] == ["--write"]:
        code, text = abitools.run("abidw", "--no-corpus-path", "--no-comp-dir-path", "--out-file",
                                  dump, library)
        sys.exit(f"abidw: {text}" if code != 0 else 0)
    code, text = abitools.run("abidiff", dump, library)
    abitools.report("no difference to the golden dump", f"abidiff: {code}\n{text}" if code else "")
    with open(os.path.join(include, "tocsin", "plugin.h"), encoding="utf-8") as file:
        names = abitools.structs(file.read())
    with open(source, encoding="utf-8") as file:
        text = file.read()
    missing = [name for name in names if f"WITNESS({name})" not in text]
    abitools.report("every public struct has its witness", ", ".join(missing))
abitools.finish()
