# SPDX-License-Identifier: MIT
"""One file of the tree, and what can be known about C from its layout.

This reads C by its layout, which clang-format guarantees: a function's name starts a line, its body is between "{" and
"}" in the first column. That is enough for these rules, and takes milliseconds.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
FUNCTION = re.compile(r"^(\w[\w ]*?\**\b)?(\w+)\([^;{}]*?\)[^;{}()]*\n\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
BLOCK_OPENS = re.compile(r"(?:\) |\belse |\bdo |: )$")


def blank(text):
    """The same number of characters and lines, with nothing in them."""
    return re.sub(r"[^\n]", " ", text)


@dataclass(frozen=True)
class Include:
    line: int
    is_quoted: bool
    name: str


@dataclass(frozen=True)
class Function:
    """A function's definition: the line of its name, that of its closing brace, and the code between its braces."""

    name: str
    line: int
    last_line: int
    body: str
    body_line: int


class Source:
    """A text file. `path` is relative to the tree, with slashes."""

    def __init__(self, path, text):
        self.path = path
        self.text = text

    @property
    def suffix(self):
        return self.path[self.path.rfind(".") :] if "." in self.path.rpartition("/")[2] else ""

    @property
    def is_c(self):
        return self.suffix in (".c", ".h")

    @property
    def is_shell(self):
        return self.suffix == ".sh" or bool(re.match(r"#!\s*/\S*(?:/env )?\s*\S*\b(?:ba|da)?sh\b", self.text))

    def is_below(self, *folders):
        return self.path.startswith(tuple(f"{folder}/" for folder in folders))

    @property
    def room(self):
        """The room of core/ that this file is in, or None."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "core" and len(parts) > 2 else None

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def line_starts(self):
        return [0] + [match.end() for match in re.finditer("\n", self.text)]

    def line_of(self, offset):
        return bisect_right(self.line_starts, offset)

    @cached_property
    def uncommented(self):
        """The text with its comments blanked; offsets and lines stay."""
        return TOKEN.sub(lambda match: blank(match[0]) if match[0][0] == "/" else match[0], self.text)

    @cached_property
    def code(self):
        """The text with comments, strings and characters blanked; offsets and lines stay."""
        return TOKEN.sub(
            lambda match: blank(match[0]) if match[0][0] == "/" else match[0][0] + blank(match[0][1:-1]) + match[0][-1],
            self.text,
        )

    @cached_property
    def comments(self):
        """Pairs of an offset and a comment's text."""
        return [(match.start(), match[0]) for match in TOKEN.finditer(self.text) if match[0][0] == "/"]

    @cached_property
    def includes(self):
        return [
            Include(self.line_of(match.start(1)), match[1] == '"', match[2])
            for match in INCLUDE.finditer(self.uncommented)
        ]

    @cached_property
    def functions(self):
        return [
            Function(
                match[2],
                self.line_of(match.start(2)),
                self.line_of(match.end() - 1),
                match[3],
                self.line_of(match.start(3)),
            )
            for match in FUNCTION.finditer(self.code)
        ]

    def calls(self, name):
        """The lines on which a function of this name is called or taken."""
        return [self.line_of(match.start()) for match in re.finditer(rf"(?<![\w.>])\b{name}\s*\(", self.code)]


def deepest_block(function):
    """How deep the blocks of a function are nested, and the line of the deepest one. Initialisers do not count."""
    stack, depth, deepest, at = [], 0, 0, function.line
    for match in re.finditer(r"[{}]", function.body):
        if match[0] == "}":
            depth -= stack.pop() if stack else 0
            continue
        is_block = bool(BLOCK_OPENS.search(function.body, max(0, match.start() - 8), match.start()))
        stack.append(is_block)
        depth += is_block
        if depth > deepest:
            deepest, at = depth, function.body_line + function.body.count("\n", 0, match.start())
    return deepest, at
