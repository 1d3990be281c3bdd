# SPDX-License-Identifier: MIT
"""Sends the same mails with smtplib: HOST:PORT (or a path) MAILS SIZE RECIPIENTS CONNECTIONS RENEW KIND [CA-FILE].
KIND is smtp, smtps or lmtp. Prints "seconds S mails N memory KIB"."""

import re
import smtplib
import ssl
import sys
import threading
import time
from pathlib import Path

where, mails, size, recipients, connections, renew, kind, *rest = sys.argv[1:]
mails, size, connections = int(mails), int(size), int(connections)
content = (b"x" * 72 + b"\r\n") * (size // 74)
to = ["ann@example.org"] * int(recipients)
context = ssl.create_default_context(cafile=rest[0]) if kind == "smtps" else None


def connect():
    if kind == "lmtp":
        return smtplib.LMTP(where)
    host, port = where.split(":")
    if kind == "smtps":
        return smtplib.SMTP_SSL(host, int(port), "client.example.org", context=context)
    return smtplib.SMTP(host, int(port), "client.example.org")


def work(count):
    link = None
    for _ in range(count):
        link = link or connect()
        link.sendmail("me@example.org", to, content)
        if renew == "1":
            link.quit()
            link = None
    if link:
        link.quit()


begun = time.monotonic()
threads = [threading.Thread(target=work, args=(mails // connections,)) for _ in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
memory = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
print("seconds", time.monotonic() - begun, "mails", mails, "memory", memory)
