# SPDX-License-Identifier: MIT
"""The programs of docs/library.md compile and do what they say, against a server that knows little."""

import re
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

DOCUMENT, LIBRARY, COMPILER, FLAGS = Path(sys.argv[1]), Path(sys.argv[2]), shlex.split(sys.argv[3]), sys.argv[4:]
GLIB = ["pkg-config", "--cflags", "--libs", "gio-2.0"]
EXPECTED = {
    "send-one": ("", 1),
    "ported": ("nobody@example.org: 550 5.1.1 no such user\n", 1),
    "send-many": ("100 delivered, 0 failed\n", 100),
}


class Server(threading.Thread):
    """Takes all mail but nobody's, on one connection; has PIPELINING, since it reads line by line."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.messages = []

    def run(self):
        connection = self.listener.accept()[0]
        connection.settimeout(60)
        with connection, connection.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 test ESMTP\r\n")
            for line in stream:
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    stream.write(b"354 go\r\n")
                    self.messages.append(b"".join(iter(stream.readline, b".\r\n")))
                    stream.write(b"250 ok\r\n")
                elif verb == b"EHLO":
                    stream.write(b"250-test\r\n250 PIPELINING\r\n")
                elif verb == b"RCPT" and b"nobody" in line:
                    stream.write(b"550 5.1.1 no such user\r\n")
                elif verb == b"QUIT":
                    stream.write(b"221 bye\r\n")
                    break
                else:
                    stream.write(b"250 ok\r\n")


def build(name, code, folder):
    source, program = folder / f"{name}.c", folder / name
    source.write_text(code)
    link = [f"-L{LIBRARY.parent}", f"-Wl,-rpath,{LIBRARY.parent}", "-ltocsin"]
    glib = subprocess.run(GLIB, capture_output=True, text=True, check=True).stdout.split()
    command = [*COMPILER, "-std=c99", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", *FLAGS]
    subprocess.run([*command, "-o", program, source, *link, *glib], check=True)
    return program


def run(program, output, mails):
    server = Server()
    server.start()
    done = subprocess.run([program, server.address], capture_output=True, text=True, timeout=60)
    server.join(60)
    if (done.returncode, done.stdout, len(server.messages)) != (0, output, mails):
        return f"exit {done.returncode}, {done.stdout!r}, {done.stderr!r}, {len(server.messages)} messages"
    return None


def main():
    programs = dict(re.findall(r"^```c (\S+)\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL))
    assert set(programs) == set(EXPECTED), f"the document has {sorted(programs)}"
    print(f"1..{len(programs)}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, code in programs.items():
            wrong = run(build(name, code, Path(folder)), *EXPECTED[name])
            failed |= wrong is not None
            print(f"ok - {name}" if wrong is None else f"not ok - {name}\n# {wrong}", flush=True)
    return failed


sys.exit(main())
