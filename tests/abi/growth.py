#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Breaks copies of the header on purpose, to see that the other tests would notice.

usage: growth.py INCLUDE-DIR LAYOUT.C WITNESS.C DUMP
"""

import os
import sys
import tempfile

import abitools

include, layout, witness, dump = sys.argv[1:]
abitools.require("clang", "gcc", "abidiff")
with open(os.path.join(include, "tocsin", "plugin.h"), encoding="utf-8") as file:
    header = file.read()


def examine(changed):
    """Do the layout test and the witness test pass with this header?"""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "tocsin"))
        with open(os.path.join(folder, "tocsin", "plugin.h"), "w", encoding="utf-8") as file:
            file.write(changed)
        library = os.path.join(folder, "witness.so")
        abitools.build_witness(folder, witness, library)
        return (abitools.check_layout(abitools.TARGETS[0], folder, layout)[0] == 0,
                abitools.run("abidiff", dump, library)[0] == 0)


def expect(name, changed, expected):
    assert changed != header or name == "the header as it is"
    found = examine(changed)
    abitools.report(name, "" if found == expected
                    else f"(layout, witness) passed: {found}, expected: {expected}")


expect("the header as it is", header, (True, True))
for struct, first, second in (("tocsin_transport_ops", "quiesce", "close"),
                              ("tocsin_auth_ops", "step", "refused"),
                              ("tocsin_trigger_ops", "ready", "tick"),
                              ("tocsin_host", "get_string", "get_int"),
                              ("tocsin_delivery", "result", "failed"),
                              ("tocsin_streams", "start_tls", "read_line"),
                              ("tocsin_logins", "begin", "mechanism"),
                              ("tocsin_loop", "watch", "set_timer")):
    expect(f"{struct}: {first}() and {second}() swapped",
           abitools.swap_callbacks(header, struct, first, second), (False, False))
expect("a constant changed", header.replace("#define TOCSIN_E_TEMP (-1)", "#define TOCSIN_E_TEMP (-9)"),
       (False, True))
expect("a parameter became wider",
       header.replace("int32_t (*ready)(void *instance, int32_t fd,",
                      "int32_t (*ready)(void *instance, int64_t fd,"), (True, False))
abitools.finish()
