# SPDX-License-Identifier: MIT
"""All rules, a family a file."""

from rules import calls, documents, exports, headers, rooms, settings, shape, state, tools, words

FAMILIES = (rooms, shape, calls, headers, state, words, documents, settings, exports, tools)
RULES = [rule for family in FAMILIES for rule in family.RULES]
