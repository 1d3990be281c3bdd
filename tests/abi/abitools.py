# SPDX-License-Identifier: MIT
"""What the ABI tests share: TAP lines, tools that must be there, changes to a copy of the header."""

import re
import shutil
import subprocess
import sys

PACKAGES = {"abidiff": "abigail-tools", "abidw": "abigail-tools", "clang": "clang", "g++": "g++",
            "gcc": "gcc", "nm": "binutils"}
TARGETS = ("x86_64-linux-gnu", "i686-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf",
           "riscv64-linux-gnu", "s390x-linux-gnu", "powerpc64le-linux-gnu", "mips-linux-gnu",
           "m68k-linux-gnu")
_results = []


def report(name, problem=""):
    """One TAP line; @problem says what is wrong."""
    _results.append(not problem)
    print(f"{'not ok' if problem else 'ok'} {len(_results)} {name}")
    if problem:
        print("# " + problem.strip().replace("\n", "\n# "))


def finish():
    print(f"1..{len(_results)}")
    sys.exit(0 if all(_results) else 1)


def require(*tools):
    """A missing tool is a failure: a test that did not run must not look like one that passed."""
    for tool in tools:
        if shutil.which(tool) is None:
            print(f"Bail out! {tool} is missing: apt-get install {PACKAGES[tool]}")
            sys.exit(1)


def run(*command):
    """(exit code, everything it printed)"""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=120, check=False)
    return result.returncode, result.stdout


def check_layout(target, include, layout):
    return run("clang", f"--target={target}", "-ffreestanding", "-fsyntax-only", "-std=c11",
               "-Wall", "-Wextra", "-Wpadded", "-Werror", "-I", include, layout)


def build_witness(include, source, output):
    code, text = run("gcc", "-std=c11", "-g", "-O0", "-shared", "-fPIC", "-fvisibility=hidden",
                     "-I", include, "-o", output, source)
    if code != 0:
        raise RuntimeError(text)


def structs(header):
    """Names of all public structs."""
    return re.findall(r"^} (tocsin_\w+);$", header, re.M)


def append_members(header, names):
    """The header of a later version: one more member at the end of each of these structs."""
    for name in names:
        header, count = re.subn(rf"^}} {name};$",
                                f"\tint32_t (*later)(void *instance, uint32_t index);\n"
                                f"\tconst void *later_data;\n}} {name};",
                                header, flags=re.M)
        assert count == 1, name
    return header


def raise_minor(header):
    header, count = re.subn(r"(#define TOCSIN_ABI_MINOR) \d+u", r"\1 99u", header)
    assert count == 1
    return header


def members_of(header, struct):
    """Where each member of a struct stands in the header: pairs of its begin and its end, without the semicolon."""
    start = header.index("{", header.index(f"typedef struct {struct} {{")) + 1
    body = header[start:header.index(f"}} {struct};", start)]
    code = re.sub(r"/\*.*?\*/", lambda comment: " " * len(comment[0]), body, flags=re.S)
    return [(start + member.start(1), start + member.end(1)) for member in re.finditer(r"\s*([^;]+);", code)]


def swap_with_next(header, struct, index):
    """Swaps the member at this index, which may count from the end, with the one after it."""
    spans = members_of(header, struct)
    (first, first_end), (second, second_end) = spans[index], spans[index + 1]
    return (header[:first] + header[second:second_end] + header[first_end:second] + header[first:first_end] +
            header[second_end:])


def swap_callbacks(header, struct, first, second):
    """Swaps the names of two function members of a struct."""
    start = header.index(f"typedef struct {struct} {{")
    end = header.index(f"}} {struct};", start)
    body = header[start:end]
    for name in (first, second):
        assert body.count(f"(*{name})(") == 1, name
    body = body.replace(f"(*{first})(", "(*@)(").replace(f"(*{second})(", f"(*{first})(")
    return header[:start] + body.replace("(*@)(", f"(*{second})(") + header[end:]
