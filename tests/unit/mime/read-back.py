#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads a message that the composer made with Python's own parser, and holds every part against what went in."""
import email
import email.policy
import subprocess
import sys

octets = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout
message = email.message_from_bytes(octets, policy=email.policy.default)
checks = []


def check(name, found, expected):
    checks.append(found == expected)
    print(f"{'ok' if found == expected else 'not ok'} {len(checks)} - {name}")
    if found != expected:
        print(f"# found    {found!r}\n# expected {expected!r}")


text = "grüß \U0001f514\n.dot\nFrom here\n" + "x" * 3000 + "\n"
lines = octets.split(b"\r\n")
check("no defects", [part.defects for part in message.walk() if part.defects], [])
bare = octets.replace(b"\r\n", b"")
check("every line ends in CRLF", b"\n" in bare or b"\r" in bare, False)
check("no line is longer than 998 octets", max(map(len, lines)) <= 998, True)
check("7 bits only", all(byte < 128 for byte in octets), True)
check("From", [(a.display_name, a.addr_spec) for a in message["From"].addresses],
      [("Jürgen, Dr.", "juergen@example.org")])
check("To", [(a.display_name, a.addr_spec) for a in message["To"].addresses],
      [("", "a@example.org"), ("B, C", "b@example.org"), ("日", "c@example.org")])
check("Cc", [(a.display_name, a.addr_spec) for a in message["Cc"].addresses],
      [("=_utf-8?B?DQpCY2M6?= x", "d@example.org")])
check("X-Literal", message["X-Literal"], "a =?utf-8?q?b?= =?utf-8?B?DQpCY2M6IGV2aWw=?=  c ä and on and on until it is "
      "more than one encoded word can hold =?")
check("Subject", message["Subject"], "Änderung an „server-with-a-very-long-name-indeed“: the disk of the machine "
      "is full and this subject is longer than one line")
header = octets.split(b"\r\n\r\n")[0].split(b"\r\n")
check("header lines keep to 78 columns", [line for line in header if len(line) > 78], [])
check("X-Note", message["X-Note"], "✓ done")
check("Date", message["Date"].datetime.timestamp(), 1700000000.0)
check("Message-ID", message["Message-ID"].endswith("@example.org>"), True)
check("structure", [part.get_content_type() for part in message.walk()],
      ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/octet-stream", "text/x-log"])
parts = list(message.walk())
check("text", parts[2].get_content().replace("\r\n", "\n"), text)
check("html", parts[3].get_content().replace("\r\n", "\n"), "<p>grüß</p>\n")
check("binary attachment", parts[4].get_content(), bytes(range(256)))
check("its name", parts[4].get_filename(), "résumé 2.bin")
check("text attachment, octet for octet", parts[5].get_payload(decode=True), b"one\r\ntwo\nthree")
check("its name too", parts[5].get_filename(), "build.log")
print(f"1..{len(checks)}")
sys.exit(0 if all(checks) else 1)
