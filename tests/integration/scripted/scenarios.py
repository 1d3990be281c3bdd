# SPDX-License-Identifier: MIT
"""All scenarios for the client."""

from . import deadlines, logins, pitfalls, quirks

EVERY = [*pitfalls.SCENARIOS, *logins.SCENARIOS, *quirks.SCENARIOS, *deadlines.SCENARIOS]
