# SPDX-License-Identifier: MIT
"""What the built libraries show to others: exactly what the headers declare."""

import re
import subprocess
from fnmatch import fnmatchcase

from finding import Finding, Rule

BUILD = "build/plain"
SCRIPT = "core/lib/libtocsin.map"
DECLARED = re.compile(r"\b(tocsin_\w+)\s*\((?=[^;{]*\)[^;{]*;)")
PLUGIN_ENTRY = "tocsin_plugin_v1"
PART_ENTRY = "tocsin_part"  # core/base/part.h


def exported(library):
    """The names that a shared object defines for others, without their versions."""
    listed = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", library], capture_output=True, text=True, check=True
    )
    lines = (line.split() for line in listed.stdout.splitlines())
    return {words[0].partition("@")[0] for words in lines if len(words) > 1 and words[1] != "A"}


def declared(tree):
    """The functions that the public headers declare, with where; the plugin ABI's are not libtocsin's."""
    found = {}
    for source in tree.below("include", suffixes=(".h",)):
        if source.path.endswith("/plugin.h"):
            continue
        for match in DECLARED.finditer(re.sub(r"^#.*(?:\\\n.*)*", "", source.code, flags=re.MULTILINE)):
            found.setdefault(match[1], source)
    return found


def line_of(source, name):
    found = re.search(rf"\b{name}\s*\(", source.code)
    return source.line_of(found.start()) if found else 1


def place_of(tree, name):
    """The version script's line that lets a name out, which is where it can be held back, or allowed."""
    script = tree.read(SCRIPT)
    for number, line in enumerate(script.lines if script else (), 1):
        pattern = line.strip().removesuffix(";")
        if pattern != "*" and fnmatchcase(name, pattern):
            return number
    return 1


def check_library(tree):
    libraries = sorted(each for each in (tree.root / BUILD).glob("core/**/libtocsin.so*") if each.is_file())
    if not libraries:
        return
    names, functions = exported(libraries[0]), declared(tree)
    for name in sorted(set(functions) - names):
        text = f"{name}() is declared for everyone but libtocsin does not export it; add it to the version script"
        yield Finding(functions[name].path, line_of(functions[name], name), "exports", text)
    for name in sorted(names - set(functions)):
        text = f"libtocsin exports {name}, which no public header declares; hide it, or declare and document it"
        yield Finding(SCRIPT, place_of(tree, name), "exports", text)


def check_plugins(tree):
    for library in sorted((tree.root / BUILD / "plugins").glob("**/*.so")):
        names = exported(library)
        path = library.relative_to(tree.root / BUILD).parent.as_posix()
        entry = PART_ENTRY if path == "plugins" else PLUGIN_ENTRY
        if names != {entry}:
            shown = ", ".join(sorted(names)) or "nothing"
            text = f"{library.name} exports {shown}; it has to export {entry} and nothing else"
            yield Finding(f"{path}/meson.build", 1, "plugin-exports", text, is_whole_file=True)


RULES = [
    Rule("exports", "libtocsin exports what the public headers declare, no more, no less", check_library),
    Rule("plugin-exports", f"a plugin exports {PLUGIN_ENTRY} and nothing else, a part {PART_ENTRY}", check_plugins),
]
