#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The frozen header of 1.0 says what today's says, as long as today's is 1.0 too.

Comments may differ, declarations may not. Until 1.0 is released a change of the ABI is frozen anew:

    cp include/tocsin/plugin.h tests/abi/v1.0/tocsin/plugin.h

A member that was appended fails here until TOCSIN_ABI_MINOR is raised. That is meant: by the minor
version a plugin and the host know of each other which members there are.

From the release on that file is never edited again: append to plugin.h, raise TOCSIN_ABI_MINOR, and
freeze a copy of its own (tests/abi/v1.1/) when that is released.

usage: frozen.py INCLUDE-DIR FROZEN-INCLUDE-DIR
"""

import re
import sys

import abitools

abitools.require("gcc")
HEADER = "/tocsin/plugin.h"


def declarations(folder):
    code, text = abitools.run("gcc", "-std=c11", "-E", "-dD", "-P", folder + HEADER)
    assert code == 0, text
    return text.split("#define TOCSIN_PLUGIN_H", 1)[1].split()


with open(sys.argv[1] + HEADER, encoding="utf-8") as file:
    minor = re.search(r"#define TOCSIN_ABI_MINOR (\d+)u", file.read()).group(1)
if minor != "0":
    abitools.report("1.0 is history: layout, witness and the frozen plugins hold it")
elif declarations(sys.argv[1]) == declarations(sys.argv[2]):
    abitools.report("the frozen header equals today's")
else:
    abitools.report("the frozen header equals today's",
                    abitools.run("diff", "-u", sys.argv[2] + HEADER, sys.argv[1] + HEADER)[1] +
                    "if a member was appended: raise TOCSIN_ABI_MINOR in plugin.h and layout.c; by it plugins and "
                    "the host know which members there are\n"
                    "if something else was changed on purpose and 1.0 is not released: "
                    "cp include/tocsin/plugin.h tests/abi/v1.0/tocsin/plugin.h")
abitools.finish()
