#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compiles layout.c for several processors: every member of ABI 1.0 is where it was.

usage: layout.py INCLUDE-DIR LAYOUT.C
"""

import os
import re
import sys

import abitools

abitools.require("clang")
for target in abitools.TARGETS:
    code, text = abitools.check_layout(target, sys.argv[1], sys.argv[2])
    abitools.report(target, text if code != 0 else "")
with open(os.path.join(sys.argv[1], "tocsin", "plugin.h"), encoding="utf-8") as file:
    header = file.read()
with open(sys.argv[2], encoding="utf-8") as file:
    layout = file.read()
constants = re.findall(r"^#define (TOCSIN_[A-Z0-9_]+) \(?-?\d", header, re.M)
missing = [name for name in constants if f"VALUE({name}, " not in layout]
missing += [name for name in abitools.structs(header) if f"SIZE({name}, " not in layout]
abitools.report("every constant and struct is written down", ", ".join(missing))
abitools.finish()
