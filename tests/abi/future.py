#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the header of a version to come: every struct has grown at its end.

usage: future.py HEADER OUTPUT
"""

import sys

import abitools

with open(sys.argv[1], encoding="utf-8") as file:
    header = file.read()
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.write(abitools.raise_minor(abitools.append_members(header, abitools.structs(header))))
