# SPDX-License-Identifier: MIT
"""The `tocsin` command against each scenario of the scripted server. Part of the run once client.IS_THERE is set."""

import pytest

from scripted import client, pitfalls, quirks


@pytest.mark.parametrize("scenario", [*pitfalls.SCENARIOS, *quirks.SCENARIOS], ids=lambda scenario: scenario.name)
def test_client_ends_as_documented(scenario, tmp_path, ca):
    assert client.run(scenario, tmp_path, ca) == []
