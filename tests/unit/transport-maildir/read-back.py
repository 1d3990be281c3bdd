#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads what the maildir transport wrote with Python's own mailbox module, octet for octet.

Three processes deliver at the same time, so names have to differ between processes too.
"""
import mailbox
import os
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
PROCESSES = 3
MAILS = {
    "plain": b"Subject: plain\r\n\r\nhello\r\n",
    "dots and From": b"Subject: x\r\n\r\n.\r\n..\r\nFrom me\r\n>From you\r\n",
    "no last line end": b"Subject: x\r\n\r\nhello",
    "header only": b"Subject: x\r\n",
    "8 bits and NUL": b"Subject: x\r\n\r\n" + bytes(set(range(256)) - {13}) * 3,
    "long line": b"Subject: x\r\n\r\n" + b"y" * 200000 + b"\r\n",
    "many lines": b"Subject: x\r\n\r\n" + b"z\r\n" * 70000,
    "LF already": b"Subject: x\n\nhello\n",
    "folded header": b"Subject: a\r\n b\r\nX-Y: z\r\n\r\nhello\r\n",
}
ENVELOPE = b"Return-Path: <sender@example.org>\nDelivered-To: reader@example.org\n"
checks = []


def check(name, found, expected):
    checks.append(found == expected)
    print(f"{'ok' if found == expected else 'not ok'} {len(checks)} - {name}")
    if found != expected:
        print(f"# found    {found!r:.500}\n# expected {expected!r:.500}")


with tempfile.TemporaryDirectory(prefix="tocsin-maildir-") as folder:
    files = []
    for number, octets in enumerate(MAILS.values()):
        files.append(os.path.join(folder, str(number)))
        with open(files[-1], "wb") as file:
            file.write(octets)
    path = os.path.join(folder, "box")
    running = [subprocess.Popen([PROGRAM, path, *files]) for _ in range(PROCESSES)]
    check("all processes deliver", [process.wait() for process in running], [0] * PROCESSES)
    box = mailbox.Maildir(path, create=False)
    found = [box.get_bytes(key) for key in box.keys()]
    for name, octets in MAILS.items():
        check(name, found.count(ENVELOPE + octets.replace(b"\r\n", b"\n")), PROCESSES)
    check("nothing else", len(found), len(MAILS) * PROCESSES)
    key = next(key for key, message in box.items() if message["X-Y"] == "z")
    check("a reader finds the header", (box[key]["Return-Path"], box[key]["Delivered-To"], box[key]["Subject"]),
          ("<sender@example.org>", "reader@example.org", "a\n b"))
    check("mails are new", {message.get_subdir() for message in box}, {"new"})
    check("tmp is empty", os.listdir(os.path.join(path, "tmp")), [])
print(f"1..{len(checks)}")
sys.exit(0 if all(checks) else 1)
