# SPDX-License-Identifier: MIT
"""What the shared library and its headers show: exactly what is declared, and each header stands alone."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

LIBRARY, INCLUDE, COMPILER, COMPILER_CXX = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
GLIB = subprocess.run(["pkg-config", "--cflags", "gio-2.0"], capture_output=True, text=True, check=True).stdout.split()
HEADERS = ("error.h", "message.h", "smtp.h", "smtp-stream.h")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function", "-fsyntax-only", f"-I{INCLUDE}"]


def exported():
    listed = subprocess.run(["nm", "-D", "--defined-only", "-P", LIBRARY], capture_output=True, text=True, check=True)
    lines = (line.split() for line in listed.stdout.splitlines())
    return {words[0].partition("@")[0] for words in lines if words[1] != "A"}


def declared():
    text = "".join((INCLUDE / "tocsin" / name).read_text() for name in HEADERS)
    return set(re.findall(r"^(?!#|G_)[\w \t*]*?\b(tocsin_\w+)\(", text, re.MULTILINE))


def soname():
    shown = subprocess.run(["readelf", "-d", LIBRARY], capture_output=True, text=True, check=True).stdout
    return re.search(r"soname: \[(.*)\]", shown)[1]


def stands_alone(compiler, language, header):
    command = [*shlex.split(compiler), *STRICT, *GLIB, f"-std={language}", "-x", language.rstrip("0123456789"), "-"]
    done = subprocess.run(command, input=f"#include <tocsin/{header}>\n", capture_output=True, text=True)
    return done.stderr.strip().splitlines()


def main():
    results = [
        ("exports what the headers declare", sorted(declared() - exported())),
        ("exports nothing else", sorted(exported() - declared())),
        ("is libtocsin.so.0", [] if soname() == "libtocsin.so.0" else [soname()]),
    ]
    for header in HEADERS:
        results.append((f"{header} stands alone as C99", stands_alone(COMPILER, "c99", header)))
        results.append((f"{header} stands alone as C++", stands_alone(COMPILER_CXX, "c++17", header)))
    assert len(declared()) > 100, "too few declarations were found"
    print(f"1..{len(results)}")
    for name, wrong in results:
        print(f"{'not ok' if wrong else 'ok'} - {name}", *(f"\n# {each}" for each in wrong), sep="")
    return any(wrong for _, wrong in results)


sys.exit(main())
