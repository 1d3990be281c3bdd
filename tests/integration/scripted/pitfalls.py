# SPDX-License-Identifier: MIT
"""What attackers and broken servers do to a client's security: injection, stripping, smuggling, floods, downgrade."""

import base64

from .dialogue import QUIT, Bdat, Body, C, Drip, Forever, Raw, Repeat, S, Silence, StartTls, content, envelope, greet
from .dialogue import hello
from .scenario import DEFERRED, PLAIN_ANSWER, RECIPIENT, REFUSED, SECRET, UNKNOWN, USER, Scenario

NOTHING = {RECIPIENT: (DEFERRED, None)}
NEVER = {RECIPIENT: (REFUSED, None)}
SENT = [*envelope(), *content(), *QUIT]
SMUGGLE = b"a\n.\nMAIL FROM:<evil@x>\r.\rb\n.\r\nc\r\n.d"


def base64_text(text):
    return base64.b64encode(text.encode()).decode()


def failing(name, rows, script, kind, permanence="temporary", **more):
    """A scenario that ends before any mail is sent."""
    more.setdefault("fates", NOTHING if permanence == "temporary" else NEVER)
    unheard = (b"MAIL FROM", *more.pop("unheard", ()))
    return Scenario(name, rows, script, error=(kind, permanence), unheard=unheard, **more)


def after_login(*steps):
    return [*greet("AUTH LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256", "PIPELINING"), *steps]


STARTTLS = [
    failing("reply behind the 220 of STARTTLS, in one segment", ("3.1",),
            [*greet("STARTTLS"), C("STARTTLS"), Raw(b"220 ok\r\n250-AUTH PLAIN\r\n250 X\r\n"), Silence()],
            "tls", tls="required", login=True, text="STARTTLS"),
    failing("half a line behind the 220 of STARTTLS", ("3.1",),
            [*greet("STARTTLS"), C("STARTTLS"), Raw(b"220 ok\r\n2"), Silence()], "tls", tls="required"),
    Scenario("extensions of before the handshake are forgotten", ("3.1",),
             [*greet("STARTTLS", "PIPELINING", "CHUNKING"), C("STARTTLS"), S("220 go"), StartTls(), *hello(), *SENT],
             tls="required", unheard=(b"BDAT",)),
    failing("STARTTLS not announced though required", ("3.2",), [*greet("AUTH PLAIN"), Silence()], "tls", "permanent",
            tls="required", login=True, unheard=(b"AUTH",), text="required"),
    failing("STARTTLS refused though required", ("3.2",), [*greet("STARTTLS"), C("STARTTLS"), S("454 4.7.0 no"),
            Silence()], "tls", tls="required", unheard=(b"AUTH",), text="454"),
    Scenario("STARTTLS refused, opportunistic: goes on in clear", ("3.2",),
             [*greet("STARTTLS"), C("STARTTLS"), S("454 4.7.0 no"), *SENT], tls="opportunistic"),
    failing("STARTTLS refused, opportunistic: no secret in clear", ("3.2",),
            [*greet("STARTTLS", "AUTH PLAIN"), C("STARTTLS"), S("454 4.7.0 no"), Silence()], "auth", "permanent",
            tls="opportunistic", login=True, unheard=(b"AUTH",), text="TLS"),
    *(failing(f"certificate {certificate}", ("3.8",), [*greet("STARTTLS"), C("STARTTLS"), S("220 go"),
              StartTls(certificate), Silence()], "tls", "permanent", tls="required", unheard=(b"AUTH",))
      for certificate in ("expired", "wrong_name", "common_name", "self_signed")),
]

SMUGGLING = [
    Scenario("every line end becomes CRLF and every dot after one is stuffed", ("3.3",), [*greet(), *SENT],
             mail=b"Subject: x\r\n\r\n" + SMUGGLE,
             heard=(b"a\r\n..\r\nMAIL FROM:<evil@x>\r\n..\r\nb\r\n..\r\nc\r\n..d\r\n.\r\n",)),
    Scenario("BDAT has CRLF line ends and no stuffed dots", ("3.3",),
             [*greet("CHUNKING", "PIPELINING"), *envelope(), Bdat(last=True), S("250 ok"), *QUIT],
             mail=b"Subject: x\r\n\r\n" + SMUGGLE,
             heard=(b"a\r\n.\r\nMAIL FROM:<evil@x>\r\n.\r\nb\r\n.\r\nc\r\n.d\r\n",), unheard=(b"DATA\r\n",)),
    Scenario("NUL in a mail is refused before the link", ("3.3",), [[Silence()]], error=("local", "permanent"),
             fates=NEVER, mail=b"Subject: x\r\n\r\na\0b\r\n", connections=0),
]

INJECTION = [
    Scenario(f"{what} with {title} is refused before the link", ("3.4",), [[Silence()]], error=("local", "permanent"),
             fates={}, arguments=(option, value.replace("@", character + "@")), connections=0)
    for title, character in (("CR", "\r"), ("LF", "\n"), ("DEL", "\x7f"), ("BEL", "\a"))
    for what, option, value in (("sender", "--from", "a@example.org"), ("recipient", "--to", "b@example.org"))
]

FLOODS = [
    failing("a greeting line without end", ("3.5",), [Forever(b"2" * 64)], "protocol", text="line"),
    failing("a greeting of endless lines", ("3.5",), [Forever(b"220-x\r\n")], "protocol", text="reply"),
    failing("EHLO lines without end", ("3.5",), [S("220 hi"), C("EHLO .*"), Forever(b"250-X\r\n")], "protocol"),
    failing("a 64 KiB line", ("3.5",), [Raw(b"220 " + b"x" * 65536 + b"\r\n"), Silence()], "protocol", text="line"),
    failing("NUL in a reply", ("3.5",), [Raw(b"220 a\0b\r\n"), Silence()], "protocol"),
    *(failing(f"a byte a second at the {stage}", ("3.5",), [*before, Drip(b"250 not in your lifetime\r\n", 1)],
              "lost", text="timeout", seconds=4)
      for stage, before in (
          ("greeting", []),
          ("reply to EHLO", [S("220 hi"), C("EHLO .*")]),
          ("reply to STARTTLS", [*greet("STARTTLS"), C("STARTTLS")]),
      )),
    *(failing(f"silence at the {stage}", ("3.5",), [*before, Silence()], "lost", text="timeout", seconds=4, tls=tls)
      for stage, tls, before in (
          ("greeting", "none", []),
          ("reply to EHLO", "none", [S("220 hi"), C("EHLO .*")]),
          ("handshake", "required", [*greet("STARTTLS"), C("STARTTLS"), S("220 go")]),
      )),
]

DROP_BY_DROP = [Drip(b"250 not in your lifetime\r\n", 1)]


def stages(behaviour, steps):
    """The same misbehaviour at each later stage; only after the dot is it unknown what became of the mail."""
    for stage, before, fate in (
        ("MAIL", [C("MAIL .*")], DEFERRED),
        ("RCPT", [C("MAIL .*"), S("250 ok"), C("RCPT .*")], DEFERRED),
        ("DATA", [*envelope(), C("DATA")], DEFERRED),
        ("the dot", [*envelope(), C("DATA"), S("354 go"), Body()], UNKNOWN),
    ):
        yield Scenario(f"{behaviour} in reply to {stage}", ("3.5",), [*greet(), *before, *steps],
                       error=("lost", "temporary"), fates={RECIPIENT: (fate, None)}, text="timeout", seconds=4)


DEADLINES = [
    *stages("a byte a second", DROP_BY_DROP),
    *stages("silence", [Silence()]),
    *(failing(f"{behaviour} in reply to AUTH", ("3.5",), [*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), *steps], "lost",
              login=True, text="timeout", seconds=4)
      for behaviour, steps in (("a byte a second", DROP_BY_DROP), ("silence", [Silence()]))),
]

AUTH = [
    failing("535 ends the login: no second mechanism", ("3.6",),
            after_login(C("AUTH CRAM-MD5"), S("334 PDE+"), C(".+"), S("535 5.7.8 no"), Silence()),
            "auth", "permanent", login=True, arguments=("--auth", "cram-md5,plain,login"), text="535",
            unheard=(b"AUTH PLAIN", b"AUTH LOGIN")),
    *(failing(f"{code} is temporary", ("3.6",), after_login(C("AUTH PLAIN .*"), S(f"{code} 4.7.0 later"), Silence()),
              "auth", login=True, arguments=("--auth", "plain")) for code in (454, 432)),
    failing("a challenge that is not base64 is cancelled", ("3.6",),
            after_login(C("AUTH CRAM-MD5"), S("334 !!!"), C(r"\*"), S("501 5.5.2 cancelled"), Silence()), "auth",
            "permanent", login=True, arguments=("--auth", "cram-md5"), heard=(b"*\r\n",)),
    failing("challenges without end are cancelled", ("3.6",),
            after_login(C("AUTH LOGIN.*"), Repeat(64, S("334 VXNlcm5hbWU6"), C(r"[^*]*")), Silence()), "auth",
            "permanent", login=True, arguments=("--auth", "login"), heard=(b"*\r\n",), is_problem=True),
    failing("SCRAM with a forged server signature", ("3.6",),
            after_login(C("AUTH SCRAM-SHA-256 .+"),
                        S("334 " + base64_text("r=wrong,s=QSXCR+Q6sek8bf92,i=4096")), C(r"\*"), S("501 no"), Silence()),
            "auth", "permanent", login=True, arguments=("--auth", "scram-sha-256"), text="nonce"),
    Scenario("a login leaves no secret in the transcript", ("3.7",),
             [*after_login(C("AUTH PLAIN " + PLAIN_ANSWER.replace("+", r"\+")), S("235 2.7.0 ok")), *SENT],
             login=True, arguments=("--auth", "plain", "--transcript")),
    failing("a server that echoes the secret does not get it logged", ("3.7",),
            after_login(C("AUTH PLAIN .*"), S(f"535 5.7.8 {PLAIN_ANSWER} of {USER} with {SECRET}"), Silence()), "auth",
            "permanent", login=True, arguments=("--auth", "plain", "--transcript")),
    failing("a mechanism's name is never a path", ("3.9",),
            [*greet("AUTH ../../tmp/evil /etc/passwd"), Silence()], "auth", "permanent", login=True),
]

SCENARIOS = [*STARTTLS, *SMUGGLING, *INJECTION, *FLOODS, *DEADLINES, *AUTH]
