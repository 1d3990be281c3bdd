# SPDX-License-Identifier: MIT
"""How a file begins: licence, purpose, header guard."""

import re

from finding import Finding, Rule

LICENCE = "SPDX-License-Identifier: MIT"
COMMENTED = (".c", ".h", ".py", ".sh", ".build", ".py", ".conf", ".map", ".yml", ".toml")
NAMED = (".clang-format", ".clang-tidy", ".editorconfig", "core/rooms", "dev", ".ci/run")


def check_licence(tree):
    for source in tree.sources.values():
        if source.suffix not in COMMENTED and source.path not in NAMED and not source.is_shell:
            continue
        first = source.lines[0] if source.lines else ""
        if first.startswith("#!") and len(source.lines) > 1:
            first = source.lines[1]
        expected = f"/* {LICENCE} */" if source.is_c else f"# {LICENCE}"
        allowed = (expected, f"/* {LICENCE} */") if source.suffix == ".map" else (expected,)
        if first not in allowed:
            yield Finding(source.path, 1, "licence", f"the first line has to be '{expected}'", is_whole_file=True)


def check_purpose(tree):
    for source in tree.below("core", "plugins", "include"):
        if len(source.comments) < 2 or source.line_of(source.comments[1][0]) != 2:
            text = "the second line has to begin the comment that says what this file is responsible for"
            yield Finding(source.path, 2, "purpose", text, is_whole_file=True)


def guard_of(path):
    """TOCSIN_ROOM_FILE_H for core/room/file.h, TOCSIN_FILE_H for include/tocsin/file.h.

    A plugin is like a room: TOCSIN_LOG_FILE_H for plugins/trigger/log/file.h, however deep below it.
    """
    parts = path.split("/")
    if parts[0] == "include":
        names = parts[-1:]
    elif parts[0] == "plugins":
        names = [*parts[2:3], parts[-1]] if len(parts) > 3 else parts[1:]
    else:
        names = parts[1:]
    return "TOCSIN_" + re.sub(r"\W", "_", "_".join(names)).upper()


def check_guard(tree):
    for source in tree.below("core", "plugins", "include", suffixes=(".h",)):
        guard = guard_of(source.path)
        if not re.search(rf"^#ifndef {guard}\n#define {guard}\n", source.uncommented, re.MULTILINE):
            text = f"guard the header with #ifndef {guard}, #define {guard} before anything else"
            yield Finding(source.path, 1, "header-guard", text, is_whole_file=True)


RULES = [
    Rule("licence", "the first line names the licence", check_licence),
    Rule("purpose", "the first comment says what the file is responsible for", check_purpose),
    Rule("header-guard", "a header's guard is made of its room and name", check_guard),
]
