#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compiles layout.c for several processors: every member of ABI 1.0 is where it was.

usage: layout.py INCLUDE-DIR LAYOUT.C
"""

import sys

import abitools

abitools.require("clang")
for target in abitools.TARGETS:
    code, text = abitools.check_layout(target, sys.argv[1], sys.argv[2])
    abitools.report(target, text if code != 0 else "")
abitools.finish()
