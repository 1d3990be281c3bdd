# SPDX-License-Identifier: MIT
"""Starts a server, waits until it answers, and ends it with all its children."""

import os
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 15
POLL_SECONDS = 0.01
OPEN_FILES = 4096  # Postfix closes every possible descriptor in each new process: a million takes seconds

# The namespace's first process. The kernel forgets to kill a child with its parent once the child changes its user,
# as mail servers do; this one never does, and all others die with it.
INIT = '"$@" & wait "$!"'


class ServerFailed(Exception):
    """A server that does not start or has died. The text holds the end of its log."""


def free_ports(count):
    """Loopback TCP ports that nothing listens on, all different because all are held until the last is found."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def wait_for(condition, seconds, what):
    """Calls condition() until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(POLL_SECONDS)


def greets(port, greeting=b"220", host="127.0.0.1"):
    """Whether a server at this port sends its greeting. QUIT keeps it from logging a lost connection."""
    try:
        with socket.create_connection((host, port), 1) as link:
            link.settimeout(5)
            is_there = link.recv(512).startswith(greeting)
            link.sendall(b"QUIT\r\n")
            return is_there
    except OSError:
        return False


def accepts(address):
    """Whether something listens at ("host", port) or at a Unix socket's path."""
    is_path = isinstance(address, (str, Path))
    with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET, socket.SOCK_STREAM) as link:
        link.settimeout(1)
        try:
            link.connect(str(address) if is_path else address)
        except OSError:
            return False
    return True


class Server:
    """A server program in a PID namespace of its own, so that ending its first process ends every other one.

    A subclass sets `name`, writes its configuration below `self.root` in configure(), says in command() what to run
    and in is_ready() when it can be used. The namespace also dies with the test run, however that ends.
    """

    name = ""
    unshare = ()  # more namespaces, as options of unshare(1)

    def __init__(self, root):
        self.root = Path(root) / self.name
        self.root.mkdir()
        self.root.chmod(0o755)
        self.output = self.root / "output.log"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def configure(self):
        """Writes configuration files and makes folders."""

    def command(self):
        """The command line, and what to add to the environment."""
        raise NotImplementedError

    def is_ready(self):
        """Whether clients are served."""
        raise NotImplementedError

    def start(self):
        self.configure()
        command, environment = self.command()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "prlimit", f"--nofile={OPEN_FILES}",
                 "unshare", "--pid", "--fork", "--kill-child", "--mount-proc",
                 *self.unshare, "--", "/bin/sh", "-c", INIT, "sh", *map(str, command)],
                env={**os.environ, **environment}, cwd=self.root, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(self._is_up, START_SECONDS, f"{self.name} starts")
        except (TimeoutError, ServerFailed) as reason:
            self.stop()
            raise ServerFailed(f"{reason}\n{self.log()}") from None

    def _is_up(self):
        if self.process.poll() is not None:
            raise ServerFailed(f"{self.name} ended with code {self.process.returncode}")
        return self.is_ready()

    def stop(self):
        """Ends every process of the namespace at once: nothing in a test's server is worth a slow goodbye."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_files(self):
        """Files that tell what the server did, besides its output."""
        return []

    def log(self):
        """The end of everything that the server wrote, for the report of a failed test."""
        parts = []
        for path in [self.output, *self.log_files()]:
            if path.is_file() and path.stat().st_size:
                parts.append(f"--- {path}\n" + path.read_bytes()[-8000:].decode(errors="replace"))
        return "\n".join(parts) or f"--- {self.name} wrote nothing"
