# SPDX-License-Identifier: MIT
"""What is there is documented, and what is documented is there: headers, sub-commands."""

import re

from finding import Finding, Rule

DECLARATION = re.compile(
    r"^(?!return\b|typedef\b|#|G_DEFINE|G_BEGIN|G_END)(?:[A-Za-z_][\w \t]*?[\s*]+)(\w+)"
    r"\([^;{]*?\)[^;{()]*(?:\([^;]*\))?;",
    re.MULTILINE,
)
TYPE = re.compile(r"^(?:typedef (?:struct|enum|union)\b[^;{]*|struct \w+ |enum \w+ )\{", re.MULTILINE)
MACRO = re.compile(r"^#define (\w+)", re.MULTILINE)
COMMAND_TABLE = re.compile(r"\bTocsinCommand\s+\w+\[\]\s*=\s*\{(.*?)^\};", re.MULTILINE | re.DOTALL)
COMMAND_NAME = re.compile(r'\{"([a-z][a-z-]*)",')
MANUAL_COMMAND = re.compile(r"^\.(?:It Ic|Ss) (?:tocsin )?([a-z][a-z-]*)", re.MULTILINE)


def is_documented(source, line):
    """A comment ends on the line above, stands on the line itself, or heads the block of lines that this one is in."""
    lines = source.lines
    if "/*" in lines[line - 1]:
        return True
    above = line - 2
    while above >= 0 and lines[above].strip():
        if lines[above].rstrip().endswith("*/"):
            return True
        if lines[above].startswith("}"):
            return False
        above -= 1
    return False


def undocumented(source, patterns):
    for pattern in patterns:
        for match in pattern.finditer(source.code):
            line = source.line_of(match.start())
            if not is_documented(source, line):
                yield line, " ".join(match[0].split())[:60]


def check_public(tree):
    for source in tree.below("include", suffixes=(".h",)):
        guard = source.code.find("#define ")
        for line, what in undocumented(source, (DECLARATION, TYPE, MACRO)):
            if line != source.line_of(guard):
                text = f"'{what}' is public and has no comment above it; say what, units, ownership, thread, errors"
                yield Finding(source.path, line, "public-doc", text)


def check_headers(tree):
    for source in tree.below("core", suffixes=(".h",)):
        for line, what in undocumented(source, (DECLARATION,)):
            text = f"'{what}' has no comment above it; say what it does, who owns what, and what failure means"
            yield Finding(source.path, line, "header-doc", text)


def compare(declared, written, rule, place):
    """Findings for what is only in the code, and for what is only in the document. Both: name -> (path, line)."""
    for name in sorted(set(declared) - set(written)):
        yield Finding(*declared[name], rule, f"'{name}' is not in {place}; document it there")
    for name in sorted(set(written) - set(declared)):
        yield Finding(*written[name], rule, f"'{name}' is documented, but nothing declares it; correct it")


def mentions(source, pattern):
    return {match[1]: (source.path, source.line_of(match.start(1))) for match in pattern.finditer(source.text)}


def check_commands(tree):
    manual = tree.read("docs/tocsin.1")
    if manual is None:
        return
    declared = {}
    for source in tree.below("core/cli", suffixes=(".c",)):
        for table in COMMAND_TABLE.finditer(source.uncommented):
            for name in COMMAND_NAME.finditer(table[1]):
                declared[name[1]] = (source.path, source.line_of(table.start(1) + name.start()))
    yield from compare(declared, mentions(manual, MANUAL_COMMAND), "commands", manual.path)


RULES = [
    Rule("public-doc", "every public type, function and macro has a comment", check_public),
    Rule("header-doc", "every function in a room's header has a comment", check_headers),
    Rule("commands", "the sub-commands are those of tocsin(1), both ways", check_commands),
]
