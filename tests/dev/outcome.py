# SPDX-License-Identifier: MIT
"""What became of one test, and how a run's selection names it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One individual test. A test that did not run has a reason in `skipped` and counts as neither."""

    name: str
    passed: bool
    output: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Selection:
    """Which tests to run: all, or those whose name contains the pattern."""

    pattern: str = ""

    @property
    def is_all(self):
        return self.pattern == ""

    def wants(self, name):
        return self.pattern in name


def tail(text, lines=80):
    """The end of a test's output, where the reason usually stands."""
    kept = text.rstrip().splitlines()
    if len(kept) <= lines:
        return "\n".join(kept)
    return "\n".join([f"[... {len(kept) - lines} lines before]"] + kept[-lines:])
