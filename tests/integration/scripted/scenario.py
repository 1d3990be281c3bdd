# SPDX-License-Identifier: MIT
"""What a scenario is: a script, a client command, and every outcome that can be seen from outside.

The outcome is in the words of `tocsin send --json`: {"error": {"class", "permanence"} or null, "fates": [{"recipient",
"fate", "code", "enhanced", "text"}]}. The exit code follows from both by exit_code().
"""

import base64
from dataclasses import dataclass, field

SECRET = "s3cret-Tr4p"
TOKEN = "ya29.t0ken-Tr4p"
USER = "tester"
SENDER = "a@example.org"
RECIPIENT = "b@example.org"
SECOND = "c@example.org"
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n"


def forms_of(secret):
    """What a secret looks like in clear, and in base64 wherever it begins in what is encoded."""
    yield secret
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret.encode()).decode().rstrip("=")
        yield whole[(0, 2, 3)[shift]:-1]  # without the characters that its neighbours have a part in


def base64_text(text):
    return base64.b64encode(text.encode()).decode()


PLAIN_ANSWER = base64_text(f"\0{USER}\0{SECRET}")


def find_secrets(output):
    """The secrets' forms that are in an output, transcript or error: none may be."""
    return [form for secret in (SECRET, TOKEN) for form in forms_of(secret) if form in output]


DELIVERED, DEFERRED, REFUSED, UNKNOWN = "delivered", "deferred", "refused", "unknown"
OK, UNAVAILABLE, TRY_AGAIN, PROTOCOL, REFUSED_LOGIN, DATA, CONFIG = 0, 69, 75, 76, 77, 65, 78


@dataclass(frozen=True)
class Scenario:
    """One dialogue, with what the client has to make of it.

    `error` is None or (class, permanence). `fates` maps each recipient to (fate, reply code or None). `heard` are
    byte strings that the server must have heard in this order on connection 0, `unheard` those it must not have.
    `connections` is how many the client makes; `text` must be in what is told, in any case of letters.
    """

    name: str
    scripts: list
    error: tuple | None = None
    fates: dict = field(default_factory=lambda: {RECIPIENT: (DELIVERED, 250)})
    scheme: str = "smtp"
    sender: str = SENDER
    recipients: tuple = (RECIPIENT,)
    mail: bytes = MAIL
    tls: str = "none"  # none, opportunistic, required, implicit; empty: the transport's own choice
    login: bool = False
    token: str = ""  # to log in with instead of SECRET
    arguments: tuple = ()
    heard: tuple = ()
    unheard: tuple = ()
    text: str = ""
    connections: int = 1
    timeout_ms: int = 20000
    seconds: float = 10.0  # the client must be over by then, which is before its timeout unless that is at stake
    at_least_seconds: float = 0.0
    host: str = "127.0.0.1"  # in the URL; what is not "[::1]" has nobody but 127.0.0.1 behind it
    is_unix: bool = False  # over a Unix socket
    is_deaf: bool = False  # nobody accepts the connection
    is_problem: bool = False  # whether the script may end in the middle because the client has to leave it

    def exit_code(self):
        return exit_code(self.error, self.fates)


def failing(name, scripts, kind, permanence="temporary", code=None, **more):
    """A scenario that ends before any mail is sent; `code` is that of the reply which says why.

    What is wrong with a connection is no verdict on the mail, which waits until somebody has mended it.
    """
    more.setdefault("fates", {RECIPIENT: (DEFERRED, code)})
    unheard = (b"MAIL FROM", *more.pop("unheard", ()))
    return Scenario(name, scripts, error=(kind, permanence), unheard=unheard, **more)


def exit_code(error, fates):
    """sysexits: a refused login, a broken protocol or TLS; else the worst of the fates, permanent before temporary."""
    if error:
        kind, permanence = error
        if kind == "local":
            return DATA
        if kind == "config":
            return CONFIG
        if kind == "auth" and permanence == "permanent":
            return REFUSED_LOGIN
        if kind in ("protocol", "tls"):
            return PROTOCOL
        return TRY_AGAIN if permanence == "temporary" else UNAVAILABLE
    found = {fate for fate, _ in fates.values()}
    if REFUSED in found:
        return UNAVAILABLE
    return TRY_AGAIN if found & {DEFERRED, UNKNOWN} else OK
