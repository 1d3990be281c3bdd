# SPDX-License-Identifier: MIT
"""To be written."""

RULES = []
