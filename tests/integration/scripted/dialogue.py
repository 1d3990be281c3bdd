# SPDX-License-Identifier: MIT
"""The words of a script. A script is a list of steps; each step is data and knows how to run itself on a session.

S("250-a", "250 b")  says lines           Raw(b"250 ok\\n")       says exactly these bytes
C("EHLO .*")         hears one line       Body() / Bdat()         hears content after DATA / a chunk
Drip(b"250 ok", 1)   says a byte a second Forever(b"250-x\\r\\n")   says it until the client gives up
StartTls("good")     handshakes           Close() / Reset()       ends the link by FIN / by RST
Silence()            says nothing more until the client leaves    Repeat(n, steps...) n times in a row
"""

import re
import socket
import struct
import time
from dataclasses import dataclass


class ScriptBroken(Exception):
    """The client said something else than the script expects."""


class ClientGone(Exception):
    """The client closed the link."""


def _lines(parts):
    return b"".join((part if isinstance(part, bytes) else part.encode()) + b"\r\n" for part in parts)


class S:
    """Says each argument as a line of its own, in one segment."""

    def __init__(self, *lines):
        self.data = _lines(lines)

    def run(self, session):
        session.say(self.data)


@dataclass(frozen=True)
class Raw:
    """Says bytes as they are."""

    data: bytes

    def run(self, session):
        session.say(self.data)


@dataclass(frozen=True)
class C:
    """Hears one line, which has to match wholly; letters' case does not matter in SMTP's verbs."""

    pattern: str

    def run(self, session):
        line = session.hear_line()
        if not re.fullmatch(self.pattern, line.rstrip(b"\r\n").decode("latin-1"), re.IGNORECASE):
            raise ScriptBroken(f"heard {line!r}, expected {self.pattern!r}")


@dataclass(frozen=True)
class Body:
    """Hears content up to and with the line that is a single dot."""

    def run(self, session):
        while session.hear_line() != b".\r\n":
            pass


@dataclass(frozen=True)
class Bdat:
    """Hears one BDAT command and its chunk; `last` says whether it must be the last one, None takes both."""

    last: bool | None = None

    def run(self, session):
        line = session.hear_line()
        found = re.fullmatch(rb"BDAT (\d+)( LAST)?\r\n", line, re.IGNORECASE)
        if not found or self.last not in (None, bool(found[2])):
            raise ScriptBroken(f"heard {line!r}, expected BDAT")
        session.hear_exactly(int(found[1]))


@dataclass(frozen=True)
class Hear:
    """Hears a number of bytes, whatever they are."""

    count: int

    def run(self, session):
        session.hear_exactly(self.count)


@dataclass(frozen=True)
class Drip:
    """Says bytes one at a time."""

    data: bytes
    seconds: float

    def run(self, session):
        for at in range(len(self.data)):
            session.say(self.data[at : at + 1])
            if session.stopped.wait(self.seconds):
                raise ClientGone


@dataclass(frozen=True)
class Forever:
    """Says the same bytes again and again, until the client leaves; gives up at `limit` bytes."""

    data: bytes
    limit: int = 64 << 20

    def run(self, session):
        block = self.data * max(1, 65536 // len(self.data))
        for _ in range(self.limit // len(block)):
            session.say(block)
        raise ScriptBroken(f"the client took {self.limit} bytes of an endless reply")


@dataclass(frozen=True)
class StartTls:
    """Makes the link a TLS one, with one of the test CA's certificates."""

    certificate: str = "good"

    def run(self, session):
        session.start_tls(self.certificate)


@dataclass(frozen=True)
class Close:
    """Closes the link the polite way."""

    def run(self, session):
        raise ClientGone


@dataclass(frozen=True)
class Reset:
    """Closes the link by RST, which may also take away what was said before."""

    def run(self, session):
        session.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ClientGone


@dataclass(frozen=True)
class Silence:
    """Says nothing and hears all, until the client leaves."""

    def run(self, session):
        while True:
            session.hear_some()


@dataclass(frozen=True)
class Unheard:
    """Checks that the client sends nothing for a while: that it waits for a reply, say."""

    seconds: float = 0.2

    def run(self, session):
        started = time.monotonic()
        session.link.settimeout(self.seconds)
        try:
            if not session.has_pending():
                session.hear_some()
        except TimeoutError:
            session.link.settimeout(session.limit)
            return
        raise ScriptBroken(f"the client went on after {time.monotonic() - started:.2f} s without a reply")


class Repeat:
    """Runs steps `count` times."""

    def __init__(self, count, *steps):
        self.count, self.steps = count, steps

    def run(self, session):
        for _ in range(self.count):
            for step in self.steps:
                step.run(session)


def greet(*extensions, name="test.example"):
    """Greeting and a reply to EHLO or LHLO that announces these extensions."""
    return [S(f"220 {name} ready"), *hello(*extensions, name=name)]


def hello(*extensions, name="test.example"):
    lines = [name, *extensions]
    return [C("(EHLO|LHLO) .+"), S(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")]


def envelope(*codes):
    """MAIL accepted, then one RCPT for each reply given (250 when none)."""
    steps = [C("MAIL FROM:<.*>.*"), S("250 2.1.0 ok")]
    for code in codes or ("250 2.1.5 ok",):
        steps += [C("RCPT TO:<.+>.*"), S(code)]
    return steps


def content(*replies):
    """DATA accepted, content, then these replies (250 when none)."""
    return [C("DATA"), S("354 go"), Body(), S(*(replies or ("250 2.0.0 queued",)))]


QUIT = [C("QUIT"), S("221 2.0.0 bye"), Close()]
