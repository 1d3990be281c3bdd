# SPDX-License-Identifier: MIT
"""What other programs find: clang-format, clang-tidy, shellcheck. Each answer is cached by what it depends on."""

import json
import os
import re
import shutil
import subprocess
from pathlib import PurePosixPath

from cache import Cache, digest
from finding import Finding, Rule

BUILD = "build/plain"
REMARK = re.compile(r"^(?:\./)?([^\s:][^:\n]*):(\d+):(?:\d+:)? (?:fatal )?(error|warning|note): (.*)$", re.MULTILINE)
OTHER_ESCAPES = ("NOLINT", "clang-format o" "ff", "shellcheck dis" "able")


def run(tree, *command):
    """Runs a tool in the tree; returns its exit code and all that it wrote."""
    if shutil.which(command[0]) is None:
        raise SystemExit(f"lint: no {command[0]} here; ./dev lint installs it on Debian")
    done = subprocess.run(
        command, cwd=tree.root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False,
    )
    return done.returncode, done.stdout


def remarks(tree, text, kinds=("error", "warning")):
    """Triples of path, line and words of each remark in a compiler's style, of these kinds."""
    root = tree.root.resolve()
    for match in REMARK.finditer(text):
        start = root / BUILD if match[1].startswith("../") else root  # clang-tidy tells paths as the compiler saw them
        path = os.path.relpath(os.path.normpath(start / match[1]), root)
        if match[3] in kinds and not path.startswith(".."):
            yield [path, int(match[2]), match[4]]


def cached(tree, tool, work, ask):
    cache = Cache(tree.root / "build" / "lint" / f"{tool}.json")
    seen = set()
    for answer in cache.answers(work, ask, is_whole=not tree.paths):
        for path, line, text in answer:
            if (path, line, text) not in seen:
                seen.add((path, line, text))
                yield Finding(path, line, tool, text)


def check_format(tree):
    settings = tree.read(".clang-format")

    def ask(source):
        _, text = run(tree, "clang-format", "--dry-run", "-Werror", source.path)
        found = next(remarks(tree, text), None)
        return [[source.path, found[1], "laid out otherwise; run ./dev format"]] if found else []

    if settings:
        work = [(digest(settings.text, each.path, each.text), each)
                for each in tree.c_sources() if tree.is_wanted(each.path)]
        yield from cached(tree, "clang-format", work, ask)


def commands(tree):
    """The compiler's arguments for each C file that is built, by path."""
    database = tree.root / BUILD / "compile_commands.json"
    if not database.exists():
        return {}
    root = tree.root.resolve()
    found = {}
    for entry in json.loads(database.read_text()):
        path = (root / BUILD / entry["file"]).resolve()
        if path.is_relative_to(root):
            found.setdefault(path.relative_to(root).as_posix(), entry["command"])
    return found


def included(tree, source):
    """The tree's files that a source includes, directly or not, as far as their names tell."""
    seen, waiting = {}, [source]
    while waiting:
        each = waiting.pop()
        folder = PurePosixPath(each.path).parent
        for include in each.includes:
            for path in (f"core/{include.name}", f"include/{include.name}", f"{folder}/{include.name}"):
                header = tree.read(path)
                if header and path not in seen:
                    seen[path] = header
                    waiting.append(header)
    return [seen[path] for path in sorted(seen)]


def check_tidy(tree):
    settings = digest(*(source.text for source in tree.sources.values() if source.path.endswith(".clang-tidy")))

    def ask(source):
        command = ("clang-tidy", "-p", BUILD, "--quiet", "--extra-arg=-Wno-unknown-warning-option", source.path)
        code, text = run(tree, *command)
        found = list(remarks(tree, text))
        if code != 0 and not found:
            found = [[source.path, 1, f"clang-tidy ends with exit code {code}: {text.strip()[-300:]}"]]
        return found

    def key(source, command):
        return digest(settings, command, source.path, source.text, *(each.text for each in included(tree, source)))

    built = [(tree.read(path), command) for path, command in sorted(commands(tree).items())]
    built = tidied(tree, [(source, command) for source, command in built if source])
    yield from cached(tree, "clang-tidy", [(key(source, command), source) for source, command in built], ask)


def tidied(tree, built):
    """Those of the (source, command) that have to be looked at: a header is seen in one that includes it."""
    wanted = [pair for pair in built if tree.is_wanted(pair[0].path)]
    seen = {header.path for source, _ in wanted for header in included(tree, source)}
    for source, command in built if tree.paths else ():
        headers = {header.path for header in included(tree, source) if tree.is_wanted(header.path)}
        if not headers <= seen:
            wanted.append((source, command))
            seen |= headers
    return wanted


def check_shell(tree):
    scripts = [source for source in tree.sources.values() if source.is_shell]
    together = digest(*(source.text for source in scripts))  # they source each other

    def ask(source):
        _, text = run(tree, "shellcheck", "-x", "--format=gcc", source.path)
        return list(remarks(tree, text, ("error", "warning", "note")))

    work = [(digest(together, each.path), each) for each in scripts if tree.is_wanted(each.path)]
    yield from cached(tree, "shellcheck", work, ask)


def check_other_escapes(tree):
    for source in tree.sources.values():
        for words in OTHER_ESCAPES:
            if words in source.text and (source.is_c or source.is_shell):
                for number, line in enumerate(source.lines, 1):
                    if words in line:
                        text = f"'{words}' gives no reason; write above it 'lint: allow other-escape: why'"
                        yield Finding(source.path, number, "other-escape", text)


RULES = [
    Rule("clang-format", "C is laid out as .clang-format says", check_format),
    Rule("clang-tidy", "clang-tidy finds nothing by the checks of .clang-tidy", check_tidy),
    Rule("shellcheck", "shellcheck finds nothing in shell scripts", check_shell),
    Rule("other-escape", "other tools' own escapes stand below one that gives a reason", check_other_escapes),
]
