# SPDX-License-Identifier: MIT
"""For the linter's own tests: a small tree on disk, and what a rule finds in it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import escapes
import rules
from tree import Tree

BY_NAME = {rule.name: rule for rule in rules.RULES}
ROOMS = "# SPDX-License-Identifier: MIT\nbase:\nmodel: base\nnet: base\nengine: base model net\ncli: base engine\n"


@pytest.fixture
def lint(tmp_path):
    """lint(rule, {path: text}) returns the findings as "path:line: text"; of paths, if there are any, alone."""

    def check(name, files, paths=()):
        for path, text in {"core/rooms": ROOMS, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        tree = Tree(tmp_path, paths)
        found = {name: list(BY_NAME[name].check(tree))}
        left = escapes.apply(tree, found, set(BY_NAME))
        return [f"{each.path}:{each.line}: {each.text}" for each in left[name] + left[escapes.NAME]]

    check.root = tmp_path
    return check


def in_function(*lines):
    """C text with these lines as a function's body, the first of them on line 4."""
    return "\n".join(["static void", "work(void)", "{", *(f"\t{line}" for line in lines), "}", ""])
