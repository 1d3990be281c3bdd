# SPDX-License-Identifier: MIT
"""The end of what ./dev test prints, which people and other programs read first."""

import runpy
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).parents[1] / "dev"


@pytest.fixture
def runner(monkeypatch):
    """What tests/dev/test.py defines."""
    monkeypatch.syspath_prepend(str(DEV))
    yield runpy.run_path(str(DEV / "test.py"))
    for name in ("outcome", "phases", "programs"):
        sys.modules.pop(name, None)


def end_of(runner, capsys, *outcomes):
    report = runner["Report"](is_brief=True)
    report.outcomes += outcomes
    code = report.end()
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("passes, code, sum_line", [
    ([True, True], 0, "2 passed, 0 failed"), ([True, False], 1, "1 passed, 1 failed"), ([], 1, "0 passed, 0 failed"),
])
def test_the_end_says_how_to_run_one_test_alone_and_then_the_sum(runner, capsys, passes, code, sum_line):
    outcomes = [runner["Outcome"](f"a:{number}", passed) for number, passed in enumerate(passes)]
    ended, lines = end_of(runner, capsys, *outcomes)
    assert ended == code
    assert lines[-2].startswith("run one alone with: ./dev test NAME (") and lines[-1] == sum_line
    assert [line for line in lines if line.startswith("FAILED")] == ["FAILED: a:1"] * passes.count(False)


def test_the_end_names_what_was_skipped_and_counts_it_as_neither(runner, capsys):
    outcome = runner["Outcome"]
    ended, lines = end_of(runner, capsys, outcome("a", True), outcome("b", False, skipped="no such kernel"))
    assert ended == 0
    assert "skipped: b: no such kernel" in lines and lines[-1] == "1 passed, 0 failed"
