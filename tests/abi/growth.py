#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Changes copies of the header on purpose, to see what the other tests make of it.

A member appended to a struct is what they must let pass: nothing moves, the frozen header agrees, the plugins of 1.0
compile as they are ("run" shows that they work, too). Whatever else is changed is what they must notice.

usage: growth.py INCLUDE-DIR LAYOUT.C WITNESS.C DUMP FROZEN-INCLUDE-DIR PLUGINS
"""

import contextlib
import glob
import os
import re
import sys
import tempfile

import abitools

include, layout, witness, dump, frozen_include, plugins = sys.argv[1:]
HERE = os.path.dirname(os.path.abspath(__file__))
NATIVE, NARROW = abitools.TARGETS[:2]  # 64 and 32 bits


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


@contextlib.contextmanager
def installed(changed):
    """A folder to include this header from."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "tocsin"))
        write(os.path.join(folder, "tocsin", "plugin.h"), changed)
        yield folder


def expect(name, changed, expected):
    """Do the layout test and the witness test pass with this header?"""
    with installed(changed) as folder:
        library = os.path.join(folder, "witness.so")
        abitools.build_witness(folder, witness, library)
        found = (abitools.check_layout(NATIVE, folder, layout)[0] == 0,
                 abitools.run("abidiff", dump, library)[0] == 0)
    abitools.report(name, "" if found == expected
                    else f"(layout, witness) passed: {found}, expected: {expected}")


def replaced(old, new):
    assert header.count(old) == 1, old
    return header.replace(old, new)


def written_down(struct):
    """layout.c with the members that append_members() adds and the new minor version; nothing else differs."""
    def grown(match):
        fixed, pointers = int(match[1]), int(match[2])
        return (f"OFFSET({struct}, later, {fixed}, {pointers});\n"
                f"OFFSET({struct}, later_data, {fixed}, {pointers + 1});\n"
                f"SIZE({struct}, {fixed}, {pointers + 2});")

    text, count = re.subn(rf"SIZE\({struct}, (\d+), (\d+)\);", grown, read(layout))
    assert count == 1, struct
    return re.sub(r"VALUE\(TOCSIN_ABI_MINOR, \d+u\);", "", text)


def appended(struct):
    """What is wrong once a member was appended to this struct as docs/plugin-abi.md says; nothing should be."""
    changed = abitools.raise_minor(abitools.append_members(header, [struct]))
    with installed(changed) as folder:
        larger = os.path.join(folder, "layout.c")
        write(larger, written_down(struct))
        for target in (NATIVE, NARROW):
            code, text = abitools.check_layout(target, folder, larger)
            if code != 0:
                return text
        code, text = abitools.run(sys.executable, os.path.join(HERE, "frozen.py"), folder, frozen_include)
        if code != 0:
            return text
        for source in sorted(glob.glob(os.path.join(plugins, "*.c"))):
            code, text = abitools.run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", folder,
                                      source)
            if code != 0:
                return text
    return ""


def not_told():
    """What is wrong with the answer to a member that was appended without the minor version being raised."""
    with installed(abitools.append_members(header, ["tocsin_host"])) as folder:
        code, text = abitools.run(sys.executable, os.path.join(HERE, "frozen.py"), folder, frozen_include)
    return "" if code != 0 and "raise TOCSIN_ABI_MINOR" in text else f"exit code {code}: {text}"


abitools.require("clang", "gcc", "abidiff")
header = read(os.path.join(include, "tocsin", "plugin.h"))
expect("the header as it is", header, (True, True))
for name in abitools.structs(header):
    abitools.report(f"{name}: a member appended", appended(name))
    expect(f"{name}: its last two members swapped", abitools.swap_with_next(header, name, -2), (False, False))
    count = len(abitools.members_of(header, name))
    if count > 2:
        expect(f"{name}: two members in its middle swapped",
               abitools.swap_with_next(header, name, (count - 2) // 2), (False, False))
abitools.report("a member appended, but the minor version not raised: frozen says what to do", not_told())
expect("tocsin_host: get_string() and get_int() swapped",
       abitools.swap_callbacks(header, "tocsin_host", "get_string", "get_int"), (False, False))
expect("a constant changed", replaced("#define TOCSIN_E_TEMP (-1)", "#define TOCSIN_E_TEMP (-9)"), (False, True))
expect("a parameter became wider",
       replaced("int32_t (*ready)(void *instance, int32_t fd,", "int32_t (*ready)(void *instance, int64_t fd,"),
       (True, False))
abitools.finish()
