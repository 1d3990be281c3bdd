# SPDX-License-Identifier: MIT
"""A password that is typed: asked for on the terminal, without an echo, and used."""

import os
import pty
import select
import time

from scripted.client import binary
from scripted.dialogue import SENT, C, S, greet
from scripted.scenario import PLAIN_ANSWER, SECRET, USER, find_secrets
from scripted.server import ScriptedServer

MESSAGE = "From: a@example.org\r\nTo: b@example.org\r\n\r\nx\r\n"


class Terminal:
    """A command on a terminal of its own, and all that it has shown."""

    def __init__(self, *command):
        self.shown = b""
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execv(command[0], command)

    def wait_for(self, text, seconds=20):
        """Reads until `text` was shown, or with None to the end."""
        end = time.monotonic() + seconds
        while text is None or text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self.descriptor], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.descriptor, 4096)
                except OSError:  # Linux's way to say that nobody is left on the terminal
                    return

    def end(self):
        """Its exit code."""
        self.wait_for(None)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def send(server, folder):
    mail = folder / "mail"
    mail.write_text(MESSAGE)
    url = f"smtp://{USER}@127.0.0.1:{server.port}"
    return Terminal(*map(str, [
        binary(), "send", "--url", url, "--tls", "none", "--allow-clear-text", "--auth", "plain", "--message", mail,
        "--transcript", "--timeout", "20s",
    ]))


def test_asks_without_an_echo(tmp_path):
    script = [*greet("AUTH PLAIN"), C("AUTH PLAIN " + PLAIN_ANSWER), S("235 ok"), *SENT]
    with ScriptedServer(script) as server:
        terminal = send(server, tmp_path)
        terminal.wait_for(f"Password of {USER}: ".encode())
        os.write(terminal.descriptor, SECRET.encode() + b"\n")
        code = terminal.end()
        server.join()
        assert server.problems() == []
    assert code == 0, terminal.shown
    assert find_secrets(terminal.shown.decode()) == []
