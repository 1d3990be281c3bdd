# SPDX-License-Identifier: MIT
"""A scripted SMTP and LMTP server that misbehaves on purpose, and the tables of what it does."""
