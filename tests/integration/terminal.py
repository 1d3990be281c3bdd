# SPDX-License-Identifier: MIT
"""A program on a terminal of its own, as a person has it."""

import os
import pty
import select
import signal
import time

from stage import environment


class Terminal:
    """Runs a command on a pseudo-terminal: `read_until()` waits for what it shows, `type()` answers."""

    def __init__(self, *command, cwd=None, **variables):
        self.shown = b""
        self.pid, self.leader = pty.fork()
        if self.pid == 0:  # from here on nothing but execvpe(): this is a copy of the test run
            if cwd is not None:
                os.chdir(cwd)
            os.execvpe(str(command[0]), [str(word) for word in command], {**environment(), **variables})

    def type(self, text):
        os.write(self.leader, text.encode() if isinstance(text, str) else text)

    def _read(self, seconds):
        """Reads what comes within that time; False when the program has closed its terminal."""
        try:
            if not select.select([self.leader], [], [], seconds)[0]:
                return True
            data = os.read(self.leader, 65536)
        except OSError:  # how Linux says that nobody has the other end open
            return False
        self.shown += data
        return bool(data)

    def read_until(self, *wanted, seconds=15):
        """Waits until all of `wanted` was shown; returns everything that was."""
        deadline = time.monotonic() + seconds
        while not all(each.encode() in self.shown for each in wanted):
            if time.monotonic() > deadline or not self._read(0.05):
                missing = [each for each in wanted if each.encode() not in self.shown]
                raise AssertionError(f"never saw {missing} in {self.shown!r}")
        return self.shown.decode(errors="replace")

    def finish(self, seconds=30):
        """Waits for the end; returns the exit code, negative for a signal."""
        deadline = time.monotonic() + seconds
        while self._read(0.05):
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                break
        _, status = os.waitpid(self.pid, 0)
        os.close(self.leader)
        return os.waitstatus_to_exitcode(status)

    def text(self):
        return self.shown.decode(errors="replace")
