# SPDX-License-Identifier: MIT
"""What a rule reports, and what a rule is."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Finding:
    """One remark. A finding about a whole file may be escaped anywhere in it."""

    path: str
    line: int
    rule: str
    text: str
    is_whole_file: bool = field(default=False, compare=False)

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclass(frozen=True)
class Rule:
    """A name, one line on what it is for, and a function from the tree to findings."""

    name: str
    what: str
    check: Callable
