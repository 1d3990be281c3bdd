#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The header compiles alone, twice included, in every language it promises, without a warning.

usage: standalone.py INCLUDE-DIR
"""

import os
import sys
import tempfile

import abitools

PROGRAM = """#include <tocsin/plugin.h>
#include <tocsin/plugin.h>
extern const tocsin_unit *const units[];
extern const tocsin_plugin tocsin_plugin_v1;
const tocsin_plugin tocsin_plugin_v1 = {TOCSIN_PLUGIN_HEAD, "a", "1", "MIT", units};
"""
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
# All that clang can say, but for warnings that C++ is not C++98 or that C is not C++.
EVERYTHING = ("-Weverything", "-Werror", "-pedantic-errors")
CASES = (
    ("gcc", "c", "c99", STRICT),
    ("gcc", "c", "c11", STRICT),
    ("gcc", "c", "c17", STRICT),
    ("gcc", "c", "c2x", STRICT),
    ("g++", "c++", "c++11", STRICT),
    ("g++", "c++", "c++20", STRICT),
    ("clang", "c", "c99", EVERYTHING),
    ("clang", "c", "c17", EVERYTHING),
    ("clang", "c++", "c++11", EVERYTHING + ("-Wno-c++98-compat", "-Wno-c++98-compat-pedantic")),
)

abitools.require("gcc", "g++", "clang")
with tempfile.TemporaryDirectory() as folder:
    source = os.path.join(folder, "alone.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    for compiler, language, standard, warnings in CASES:
        code, text = abitools.run(compiler, "-x", language, f"-std={standard}", *warnings,
                                  "-fsyntax-only", "-I", sys.argv[1], source)
        abitools.report(f"{compiler} {standard}", text if code != 0 else "")
    code, text = abitools.run("gcc", "-std=c99", "-M", "-I", sys.argv[1], source)
    found = sorted({os.path.basename(word) for word in text.split() if "tocsin/" in word})
    abitools.report("includes no other header of ours", "" if found == ["plugin.h"] else str(found))
abitools.finish()
