# SPDX-License-Identifier: MIT
"""The `tocsin` command against each scenario of the scripted server, many at a time."""

import pytest

from scripted.client import Crowd
from scripted.scenarios import EVERY


@pytest.fixture(scope="module")
def crowd(request, tmp_path_factory, ca):
    """All scenarios that this run wants, under way."""
    wanted = {item.callspec.params["scenario"].name for item in request.session.items if item.module is request.module}
    with Crowd([each for each in EVERY if each.name in wanted], tmp_path_factory.mktemp("scenarios"), ca) as crowd:
        yield crowd


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_client_ends_as_documented(scenario, crowd):
    assert crowd.differences(scenario) == []
