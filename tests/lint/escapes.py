# SPDX-License-Identifier: MIT
"""The way past a rule: a comment "lint: allow RULE: reason" on the line, or alone on the lines above it.

One that gives no reason, names no rule or silences nothing is reported itself, so that none outlives its cause.
"""

import re
from dataclasses import dataclass

from finding import Finding

NAME = "escape"
WHAT = "each escape names a rule, gives a reason and silences something"

ALLOW = re.compile(r"lint: allow\b\s*([\w-]*)\s*(?::\s*(.*?))?\s*$", re.DOTALL)
C_LIKE = (".c", ".h", ".map")
OPENERS = {".md": "<!--", **{f".{section}": '\\"' for section in range(1, 9)}}  # the numbers are manual pages'
QUOTES = ('"', "'")


@dataclass(frozen=True)
class Escape:
    """Covers the lines first to last, or the whole file for findings about one."""

    path: str
    first: int
    last: int
    rule: str
    reason: str

    def silences(self, finding):
        if finding.path != self.path or finding.rule != self.rule:
            return False
        return finding.is_whole_file or self.first <= finding.line <= self.last


def comments_of(source):
    """Triples of first line, last line and text of each comment that may hold an escape."""
    if source.suffix in C_LIKE:
        for offset, comment in source.comments:
            first = source.line_of(offset)
            yield first, first + comment.count("\n"), comment.strip("/* \t\n")
        return
    opener = OPENERS.get(source.suffix, "#")
    for number, line in enumerate(source.lines, 1):
        before, found, comment = line.partition(f"{opener} lint: ")
        if found and (opener != "#" or not any(before.count(quote) % 2 for quote in QUOTES)):
            yield number, number, f"lint: {comment.removesuffix('-->').strip()}"


def is_alone(source, first, last):
    """Whether nothing but the comment stands on its lines."""
    if source.suffix in C_LIKE:
        return not "".join(source.code.splitlines()[first - 1 : last]).strip()
    return source.lines[first - 1].lstrip().startswith(("#", "<!--", '.\\"'))


def escapes_of(source):
    """The escapes of one file. One that stands alone covers the next line of code and a declaration's second line."""
    if "lint: allow" not in source.text:
        return
    for first, last, comment in comments_of(source):
        if not comment.startswith("lint: allow"):
            continue
        found = ALLOW.match(re.sub(r"\n[ \t]*\*", "\n", comment))
        until = last + 2 if is_alone(source, first, last) else last
        yield Escape(source.path, first, until, found[1] if found else "", (found and found[2]) or "")


def apply(tree, found, known):
    """Takes the escaped findings out of `found` (by rule) and adds those about the escapes themselves."""
    used = set()
    every = [escape for source in tree.sources.values() for escape in escapes_of(source)]
    by_path = {}
    for escape in every:
        by_path.setdefault(escape.path, []).append(escape)
    left = {}
    for rule, findings in found.items():
        left[rule] = []
        for finding in findings:
            silencing = [each for each in by_path.get(finding.path, ()) if each.silences(finding)]
            used.update(silencing)
            if not any(each.reason for each in silencing):
                left[rule].append(finding)
    left[NAME] = [remark for each in every for remark in remarks(each, used, found, known)]
    return left


def remarks(escape, used, found, known):
    """What is wrong with an escape itself; of rules that did not run, no use can be known."""

    def remark(text):
        return Finding(escape.path, escape.first, NAME, text)

    if escape.rule not in known:
        yield remark(f"there is no rule '{escape.rule}'; ./dev lint --list has their names")
    elif not escape.reason:
        yield remark(f"gives no reason; write 'lint: allow {escape.rule}: why it must be so'")
    elif escape.rule in found and escape not in used:
        yield remark(f"allows '{escape.rule}' where nothing is reported; take it out")
