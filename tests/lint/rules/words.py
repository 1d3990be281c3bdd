# SPDX-License-Identifier: MIT
"""Words that do not belong into committed text, and stray blanks."""

import re

from finding import Finding, Rule

# Spelt in parts, so that this file does not report itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:wor" r"k|roo" r"t|hom" r"e/(?!user\b|you\b)\w+)/")
SKIPPED = (".svg", ".html", ".eml", ".log")
ENDS_MATTER = (".md", ".eml", ".txt", ".out", ".svg", ".log", ".patch")


def lines_of(tree, without):
    for source in tree.sources.values():
        if source.suffix not in without:
            for number, line in enumerate(source.lines, 1):
                yield source, number, line


def check_unfinished(tree):
    for source, number, line in lines_of(tree, SKIPPED):
        if found := UNFINISHED.search(line):
            text = f"'{found[1]}': finish it, or open an issue and take the word out"
            yield Finding(source.path, number, "unfinished", text)


def check_machine(tree):
    for source, number, line in lines_of(tree, SKIPPED):
        if found := MACHINE.search(line):
            text = f"'{found[0]}' exists on one machine only; use a path within the tree, or an example such as /srv/"
            yield Finding(source.path, number, "machine-path", text)


def check_blanks(tree):
    for source, number, line in lines_of(tree, ENDS_MATTER):
        if line != line.rstrip():
            yield Finding(source.path, number, "blanks", "ends in blanks; take them out")
    for source in tree.sources.values():
        if source.text and not source.text.endswith("\n") and source.suffix not in ENDS_MATTER:
            yield Finding(source.path, len(source.lines), "blanks", "the last line does not end; add a line end")


RULES = [
    Rule("unfinished", "no notes about unfinished work in what is committed", check_unfinished),
    Rule("machine-path", "no paths of one machine in what is committed", check_machine),
    Rule("blanks", "no blanks at a line's end, a line end at the file's", check_blanks),
]
