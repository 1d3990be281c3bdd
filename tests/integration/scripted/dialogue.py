# SPDX-License-Identifier: MIT
"""The words of a script. A script is a list of steps; each step is data and knows how to run itself on a session.

S("250-a", "250 b")  says lines           Raw(b"250 ok\\n")       says exactly these bytes
C("EHLO .*")         hears one line       Body() / Bdat()         hears content after DATA / a chunk
Drip(b"250 ok", 1)   says a byte a second Forever(b"250-x\\r\\n")   says it until the client gives up
StartTls("good")     handshakes           Close() / Reset()       ends the link by FIN / by RST
Silence()            says nothing more until the client leaves    Repeat(n, steps...) n times in a row
Scram()              the rest of SCRAM-SHA-256, honest or not     Sip()                 hears a byte a second
"""

import base64
import hashlib
import hmac
import re
import socket
import struct
import time
from dataclasses import dataclass


from .scenario import SECRET


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
    """Says bytes in portions, one at a time."""

    data: bytes
    seconds: float = 1
    size: int = 1

    def run(self, session):
        for at in range(0, len(self.data), self.size):
            session.say(self.data[at : at + self.size])
            if session.stopped.wait(self.seconds):
                raise ClientGone


@dataclass(frozen=True)
class Sip:
    """Hears a byte at a time; what the kernel holds back for us counts as not taken."""

    seconds: float = 1

    def run(self, session):
        while not session.stopped.wait(self.seconds):
            session.link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            if not session.link.recv(1):
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
    """Makes the link a TLS one, with one of the test CA's certificates.

    A client that names another server than `sni` in its hello, or none, is turned away, unless `sni` is None.
    """

    certificate: str = "good"
    sni: str | None = None

    def run(self, session):
        session.start_tls(self.certificate, self.sni)


@dataclass(frozen=True)
class Scram:
    """Goes on behind "AUTH SCRAM-SHA-256 ..." (RFC 5802): the challenge, the proof, the signature.

    With all defaults it is an honest server, up to the empty answer to its signature.
    """

    secret: str = SECRET
    nonce: str | None = None  # in the place of the client's nonce and ours
    iterations: int = 4096
    extension: str = ""
    signature: str | None = None  # in the place of the true one, in base64
    is_hasty: bool = False  # says 235 and no signature
    cancelled: bool = False  # the client has to give up with "*" once it has seen what is wrong

    def run(self, session):
        bare = base64.b64decode(session.heard.split()[-1]).partition(b",,")[2]
        nonce = self.nonce or bare.partition(b"r=")[2].decode() + "served"
        salt = b"a salt of ours"
        first = f"{self.extension}r={nonce},s={base64.b64encode(salt).decode()},i={self.iterations}".encode()
        session.say(b"334 " + base64.b64encode(first) + b"\r\n")
        if self.has_flaw_at_once():
            return self.hear_cancel(session)
        final = base64.b64decode(session.hear_line())
        without_proof, _, proof = final.partition(b",p=")
        salted = hashlib.pbkdf2_hmac("sha256", self.secret.encode(), salt, self.iterations)
        said = b",".join((bare, first, without_proof))
        key = hmac.digest(salted, b"Client Key", "sha256")
        proven = hmac.digest(hashlib.sha256(key).digest(), said, "sha256")
        if bytes(a ^ b for a, b in zip(key, proven, strict=True)) != base64.b64decode(proof):
            raise ScriptBroken("the client's proof is wrong")
        if self.is_hasty:
            return session.say(b"235 2.7.0 ok\r\n")
        signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), said, "sha256")
        told = self.signature or base64.b64encode(signature).decode()
        session.say(b"334 " + base64.b64encode(f"v={told}".encode()) + b"\r\n")
        if self.cancelled:
            return self.hear_cancel(session)
        return C("").run(session)

    def has_flaw_at_once(self):
        return bool(self.nonce or self.extension or self.iterations != Scram.iterations)

    def hear_cancel(self, session):
        C(r"\*").run(session)
        session.say(b"501 5.7.0 cancelled\r\n")


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
SENT = [*envelope(), *content(), *QUIT]
