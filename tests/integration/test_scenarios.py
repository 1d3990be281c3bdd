# SPDX-License-Identifier: MIT
"""Holds the tables of scenarios against themselves: complete, unambiguous, and with expectations that can be told."""

import subprocess
from types import SimpleNamespace

import pytest

from scripted import client, pitfalls, quirks
from scripted.catalogue import CATALOGUE
from scripted.scenario import MAIL, RECIPIENT, SECRET, Scenario

EVERY = [*pitfalls.SCENARIOS, *quirks.SCENARIOS]


def test_every_danger_and_quirk_is_covered():
    covered = {row for scenario in EVERY for row in scenario.rows} | set(quirks.ELSEWHERE)
    assert covered == set(CATALOGUE)


def test_names_are_unique():
    names = [scenario.name for scenario in EVERY]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_expectations_are_consistent(scenario):
    assert scenario.exit_code() in (0, 65, 69, 75, 76, 77)
    if scenario.connections:
        assert set(scenario.fates) == set(scenario.recipients)
    if scenario.exit_code() == 0:
        assert scenario.error is None
    if scenario.error:
        assert scenario.error[0] in ("tls", "greeting", "auth", "recipient", "lost", "protocol", "local")
    if "DATA" not in scenario.name and scenario.mail == MAIL and (b"MAIL FROM" in scenario.unheard):
        assert "delivered" not in {fate for fate, _ in scenario.fates.values()}


def told(stdout, code=0):
    return subprocess.CompletedProcess([], code, stdout, b"")


def test_runner_sees_leaks_wrong_codes_and_wrong_fates():
    scenario = Scenario("x", (), [])
    good = b'{"error": null, "fates": [{"recipient": "%s", "fate": "delivered", "code": 250}]}' % RECIPIENT.encode()
    assert list(client.differences_of_output(scenario, told(good))) == []
    assert "exit code 75" in next(client.differences_of_output(scenario, told(good, 75)))
    leak = good[:-1] + b', "x": "%s"}' % SECRET.encode()
    assert "the secret is in" in next(client.differences_of_output(scenario, told(leak)))
    deferred = good.replace(b"delivered", b"deferred")
    assert "fates" in next(client.differences_of_output(scenario, told(deferred)))


def test_runner_sees_what_went_over_the_wire():
    server = SimpleNamespace(sessions=[None], problems=lambda: [], wire=lambda number=0: b"EHLO x\r\nMAIL\r\n")
    assert list(client.differences_of_wire(Scenario("x", (), [], heard=(b"EHLO", b"MAIL")), server)) == []
    assert len(list(client.differences_of_wire(Scenario("x", (), [], heard=(b"MAIL", b"EHLO")), server))) == 1
    assert list(client.differences_of_wire(Scenario("x", (), [], unheard=(b"MAIL",)), server)) == ["heard b'MAIL'"]
