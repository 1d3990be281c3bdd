# SPDX-License-Identifier: MIT
"""Servers that go silent, or drip, at any stage: the client is over in its time, with the error that is documented."""

from dataclasses import dataclass

from .dialogue import QUIT, Body, C, Drip, Hear, S, Silence, Sip, StartTls, envelope, greet
from .scenario import DEFERRED, DELIVERED, RECIPIENT, UNKNOWN, Scenario

TIMEOUT_MS = 2000
TIMEOUT = TIMEOUT_MS / 1000
SLACK = 1.5  # for what a dialogue takes besides

# A message's end may take ten times as long (RFC 5321 section 4.5.3.2.6 against .1), its way there three times.
FINAL_FACTOR, CONTENT_FACTOR = 10, 3


@dataclass(frozen=True)
class Stage:
    """Where a server may stop: the steps that lead on from there are those of a server that does not."""

    name: str
    asked: list  # steps in which the server hears what it does not answer
    answer: list
    fate: str = DEFERRED
    factor: float = 1


def hear_ehlo(scheme):
    return [C("LHLO .+" if scheme == "lmtp" else "EHLO .+")]


def stages_of(scheme):
    """All stages of a dialogue that sends a mail."""
    hello = hear_ehlo(scheme)
    greeting = Stage("the greeting", [], [S("220 ready")])
    handshake = Stage("the TLS handshake", [], [StartTls()])
    ehlo = Stage("the reply to EHLO", hello, [S("250-test", "250-STARTTLS", "250 AUTH PLAIN")])
    login = Stage("the reply to AUTH", [C("AUTH PLAIN .+")], [S("235 ok")])
    rest = [
        Stage("the reply to MAIL", [C("MAIL .+")], [S("250 ok")]),
        Stage("the reply to RCPT", [C("RCPT .+")], [S("250 ok")]),
        Stage("the reply to DATA", [C("DATA")], [S("354 go")]),
        Stage("the reply to the final dot", [Body()], [S("250 queued")], UNKNOWN, FINAL_FACTOR),
        Stage("the reply to QUIT", [C("QUIT")], [], DELIVERED),
    ]
    if scheme == "smtps":
        return [handshake, greeting, ehlo, login, *rest]
    if scheme == "lmtp":
        return [greeting, ehlo, *rest]
    starttls = Stage("the reply to STARTTLS", [C("STARTTLS")], [S("220 go")])
    again = Stage("the reply to EHLO inside TLS", hello, [S("250-test", "250 AUTH PLAIN")])
    return [greeting, ehlo, starttls, handshake, again, login, *rest]


def patience(stage, wait):
    """How long the client has to wait at least. The answer to QUIT is nothing that anybody needs to wait for."""
    return 0 if stage.fate == DELIVERED else wait * 0.9


BEHAVIOURS = {
    "silence": [Silence()],
    "a byte a second": [Drip(b"2" + b"50-not in your lifetime" * 5)],
    "a line a second": [Drip(b"250-x\r\n" * 40, size=7)],
}
DRIPPED_HANDSHAKE = [Hear(1), Drip(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\x55" * 60)]


def expected_at(stage):
    """What is told of a server that stops at a stage."""
    if stage.fate == DELIVERED:
        return {"fates": {RECIPIENT: (DELIVERED, 250)}}
    return {"fates": {RECIPIENT: (stage.fate, None)}, "error": ("lost", "temporary"), "text": "timed out"}


def scenarios_of(scheme, **more):
    stages = stages_of(scheme)
    for number, stage in enumerate(stages):
        before = [step for each in stages[:number] for step in (*each.asked, *each.answer)]
        for behaviour, steps in BEHAVIOURS.items():
            if stage.name == "the TLS handshake":
                if behaviour == "a line a second":
                    continue
                steps = steps if behaviour == "silence" else DRIPPED_HANDSHAKE
            wait = TIMEOUT * stage.factor
            yield Scenario(
                f"{scheme}: {behaviour} in the place of {stage.name}", [*before, *stage.asked, *steps], scheme=scheme,
                timeout_ms=TIMEOUT_MS, seconds=wait + SLACK, at_least_seconds=patience(stage, wait),
                **expected_at(stage), **more,
            )


def deaf(name, **more):
    return Scenario(name, [[]], error=("connect", "temporary"), fates={RECIPIENT: (DEFERRED, None)}, is_deaf=True,
                    connections=0, timeout_ms=TIMEOUT_MS, seconds=TIMEOUT + SLACK, at_least_seconds=TIMEOUT * 0.9,
                    text="in time", **more)


LARGE = b"Subject: x\r\n\r\n" + b"x" * 70 + (b"x" * 70 + b"\r\n") * 200_000
UNSENT = {RECIPIENT: (DEFERRED, None)}

CONTENT = [
    Scenario(f"{scheme}: {behaviour}", [*before, *greet(), *envelope(), C("DATA"), S("354 go"), step],
             scheme=scheme, tls="" if scheme == "smtps" else "none", mail=LARGE, error=("lost", "temporary"),
             fates=UNSENT, text="timed out", timeout_ms=TIMEOUT_MS, at_least_seconds=CONTENT_FACTOR * TIMEOUT * 0.9,
             seconds=CONTENT_FACTOR * TIMEOUT + 2 * SLACK)
    for scheme, before in (("smtp", []), ("smtps", [StartTls()]), ("lmtp", []))
    for behaviour, step in (("content that is not taken", Sip(600)), ("content that is taken a byte a second", Sip()))
]

SLOW = [
    # What is slow, but not too slow, is waited for.
    Scenario("a server that takes most of its time for each reply",
             [Drip(b"220 ok\r\n", 0.1), C("EHLO .+"), Drip(b"250 ok\r\n", 0.1), C("MAIL .+"),
              Drip(b"250 ok\r\n", 0.1), C("RCPT .+"), Drip(b"250 ok\r\n", 0.1), C("DATA"), Drip(b"354 ok\r\n", 0.1),
              Body(), Drip(b"250 ok\r\n", 0.5), *QUIT], timeout_ms=TIMEOUT_MS, seconds=TIMEOUT * 5),
    Scenario("a server that takes longer for the message than for a command",
             [*greet(), *envelope(), C("DATA"), S("354 go"), Body(), Drip(b"250 2.0.0 queued\r\n", 0.2), *QUIT],
             timeout_ms=TIMEOUT_MS, seconds=TIMEOUT * 4, at_least_seconds=TIMEOUT),
]

SCENARIOS = [
    deaf("smtp: nobody accepts the connection"),
    deaf("smtps: nobody accepts the connection", scheme="smtps", tls=""),
    deaf("lmtp: nobody accepts the connection", scheme="lmtp"),
    deaf("lmtp: nobody accepts the connection on a Unix socket", scheme="lmtp", is_unix=True),
    *scenarios_of("smtp", tls="required", login=True),
    *scenarios_of("smtps", tls="", login=True),
    *scenarios_of("lmtp", tls="none"),
    *CONTENT,
    *SLOW,
]
