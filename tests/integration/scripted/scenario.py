# SPDX-License-Identifier: MIT
"""What a scenario is: a script, a client command, and every outcome that can be seen from outside.

The outcome is in the words of `tocsin send --json`: {"error": {"class", "permanence"} or null, "fates": [{"recipient",
"fate", "code", "enhanced", "text"}]}. The exit code follows from both by exit_code().
"""

import base64
from dataclasses import dataclass, field

SECRET = "s3cret-Tr4p"
USER = "tester"
RECIPIENT = "b@example.org"
SECOND = "c@example.org"
PLAIN_ANSWER = base64.b64encode(f"\0{USER}\0{SECRET}".encode()).decode()
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n"

# What must not be found in any output, transcript or error: the secret and what goes over the wire for it.
SECRETS = [SECRET, base64.b64encode(SECRET.encode()).decode(), PLAIN_ANSWER]

DELIVERED, DEFERRED, REFUSED, UNKNOWN = "delivered", "deferred", "refused", "unknown"
OK, UNAVAILABLE, TRY_AGAIN, PROTOCOL, REFUSED_LOGIN, DATA = 0, 69, 75, 76, 77, 65


@dataclass(frozen=True)
class Scenario:
    """One row. `rows` names what it covers: "3.1" a pitfall's section, "4.6" a server quirk's number.

    `error` is None or (class, permanence). `fates` maps each recipient to (fate, reply code or None). `heard` are
    byte strings that the server must have heard in this order on connection 0, `unheard` those it must not have.
    `connections` is how many the client makes; `text` must be in the error's or a fate's text.
    """

    name: str
    rows: tuple
    scripts: list
    error: tuple | None = None
    fates: dict = field(default_factory=lambda: {RECIPIENT: (DELIVERED, 250)})
    scheme: str = "smtp"
    command: str = "send"
    recipients: tuple = (RECIPIENT,)
    mail: bytes = MAIL
    tls: str = "none"  # none, opportunistic, required
    login: bool = False
    arguments: tuple = ()
    heard: tuple = ()
    unheard: tuple = ()
    text: str = ""
    connections: int = 1
    seconds: float = 5.0  # the client must be over by then; --timeout is 2
    is_problem: bool = False  # whether the script may end in the middle because the client has to leave it

    def exit_code(self):
        return exit_code(self.error, self.fates)


def exit_code(error, fates):
    """sysexits: a refused login, a broken protocol or TLS; else the worst of the fates, permanent before temporary."""
    if error:
        kind, permanence = error
        if kind == "local":
            return DATA
        if kind == "auth" and permanence == "permanent":
            return REFUSED_LOGIN
        if kind in ("protocol", "tls"):
            return PROTOCOL
        return TRY_AGAIN if permanence == "temporary" else UNAVAILABLE
    found = {fate for fate, _ in fates.values()}
    if REFUSED in found:
        return UNAVAILABLE
    return TRY_AGAIN if found & {DEFERRED, UNKNOWN} else OK
