# SPDX-License-Identifier: MIT
"""Holds the scenarios and COVERAGE.md against each other: complete, unambiguous, with outcomes that can be told."""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripted import client, golden
from scripted.scenario import RECIPIENT, SECRET, Scenario, base64_text, find_secrets
from scripted.scenarios import EVERY

HERE = Path(__file__).resolve().parent
TEST = re.compile(r"([\w./-]+\.(?:c|py)): (.+)")
CELL = re.compile(r"`([^`]+)`")


def table_of_coverage():
    """The rows' numbers with the names of what holds them, and the names of all the file."""
    text = (HERE / "COVERAGE.md").read_text()
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and re.fullmatch(r"[DQ]\d+", cells[0]):
            rows[cells[0]] = CELL.findall(cells[3])
    return rows, CELL.findall(text)


def is_there(name):
    """Whether a test or scenario of this name exists."""
    found = TEST.fullmatch(name)
    if not found:
        return any(fnmatchcase(each.name, name) for each in EVERY)
    path = HERE / found[1] if "/" not in found[1] else HERE.parent / "unit" / found[1]
    return path.exists() and found[2] in path.read_text()


def test_every_danger_and_habit_is_covered():
    rows, _ = table_of_coverage()
    assert list(rows) == [f"D{n}" for n in range(1, 18)] + [f"Q{n}" for n in range(1, 45)]
    assert [number for number, names in rows.items() if not names] == []


def test_what_is_said_to_hold_it_exists():
    rows, _ = table_of_coverage()
    assert [name for names in rows.values() for name in names if not is_there(name)] == []


def test_every_scenario_is_in_the_table():
    names = [name for name in table_of_coverage()[1] if not TEST.fullmatch(name)]
    assert [each.name for each in EVERY if not any(fnmatchcase(each.name, name) for name in names)] == []


def test_every_vector_of_smtplib_has_one_of_the_library():
    source = (HERE.parent / "unit/lib/test-vectors.c").read_text()
    vectors = [*golden.VECTORS, golden.LMTP_VECTOR, golden.REFUSED_GREETING]
    assert [each.name for each in vectors] == list(golden.OURS)
    assert [name for name, ours in golden.OURS.items() if f"\tTEST({ours});" not in source] == []


def test_names_are_unique():
    names = [scenario.name for scenario in EVERY]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_expectations_are_consistent(scenario):
    assert scenario.exit_code() in (0, 65, 69, 75, 76, 77, 78)
    if scenario.connections or scenario.is_deaf:
        assert set(scenario.fates) == set(scenario.recipients)
    if scenario.exit_code() == 0:
        assert scenario.error is None
    if scenario.error:
        assert scenario.error[0] in (
            "config", "connect", "tls", "greeting", "auth", "lost", "protocol", "local")
    if b"MAIL FROM" in scenario.unheard:
        assert "delivered" not in {fate for fate, _ in scenario.fates.values()}
    assert scenario.at_least_seconds < scenario.seconds


def told(stdout, code=0):
    return subprocess.CompletedProcess([], code, stdout, b"")


def test_runner_sees_leaks_wrong_codes_and_wrong_fates():
    scenario = Scenario("x", [])
    good = b'{"error": null, "fates": [{"recipient": "%s", "fate": "delivered", "code": 250}]}' % RECIPIENT.encode()
    assert list(client.differences_of_output(scenario, told(good))) == []
    assert "exit code 75" in next(client.differences_of_output(scenario, told(good, 75)))
    leak = good[:-1] + b', "x": "%s"}' % SECRET.encode()
    assert "a secret is in" in next(client.differences_of_output(scenario, told(leak)))
    deferred = good.replace(b"delivered", b"deferred")
    assert "fates" in next(client.differences_of_output(scenario, told(deferred)))


def test_runner_sees_a_secret_at_every_place_of_base64():
    for before in range(9):
        assert len(find_secrets(base64_text("u" * before + SECRET + "\1\1"))) == 1


def test_runner_sees_what_went_over_the_wire():
    server = SimpleNamespace(sessions=[None], problems=lambda: [], wire=lambda number=0: b"EHLO x\r\nMAIL\r\n")
    assert list(client.differences_of_wire(Scenario("x", [], heard=(b"EHLO", b"MAIL")), server)) == []
    assert len(list(client.differences_of_wire(Scenario("x", [], heard=(b"MAIL", b"EHLO")), server))) == 1
    assert list(client.differences_of_wire(Scenario("x", [], unheard=(b"MAIL",)), server)) == ["heard b'MAIL'"]


def test_runner_sees_an_end_that_comes_too_soon():
    scenario = Scenario("x", [], at_least_seconds=2)
    assert len(list(client.differences_of_time(scenario, 1))) == 1
    assert list(client.differences_of_time(scenario, 3)) == []
