# SPDX-License-Identifier: MIT
"""What servers in the wild do, each with the public report that tells of it, and what a client has to make of it."""

from .dialogue import QUIT, Bdat, Body, C, Close, Reset, S, Silence, StartTls, Unheard, content, envelope, greet
from .dialogue import hello
from .pitfalls import NOTHING, SENT, base64_text, failing
from .scenario import DEFERRED, DELIVERED, PLAIN_ANSWER, RECIPIENT, REFUSED, SECOND, SECRET, UNKNOWN, USER, Scenario

BOTH = (RECIPIENT, SECOND)
TEMPORARY = {RECIPIENT: (DEFERRED, 421)}
USER_ANSWER, SECRET_ANSWER = base64_text(USER), base64_text(SECRET)
EXPIRED = base64_text('{"status":"401","schemes":"bearer"}')


def login_prompts(first, second):
    """LOGIN without an initial response, with these prompts; the right answers are required."""
    return [*greet("AUTH LOGIN"), C("AUTH LOGIN"), S("334 " + first), C(USER_ANSWER), S("334 " + second),
            C(SECRET_ANSWER), S("235 ok"), *SENT]


def odd_greeting():
    return [
        Scenario("greeting of several lines", ("4.1",), [S("220-a", "220 b"), *hello(), *SENT]),
        Scenario("codes without text", ("4.2",),
                 [S("220"), C("EHLO .*"), S("250"), *envelope("250"), *content(), *QUIT]),
        failing("codes of different classes in one reply", ("4.3",),
                [S("220 hi"), C("EHLO .*"), S("250-a", "550 b"), Silence()], "protocol"),
        Scenario("reply text that is not ASCII", ("4.4",),
                 [*greet(), *envelope(b"550 \xc4\xe3\xba\xc3"), C("RSET|QUIT"), S("250 ok"), Silence()],
                 fates={RECIPIENT: (REFUSED, 550)}, text="\\xc4"),
        failing("garbage within a reply", ("4.5",),
                [S("220 hi"), C("EHLO .*"), S("250-a", "zzz", "250 c"), Silence()], "protocol"),
        failing("a reply that nobody asked for", ("4.5",),
                [*greet(), S("451 4.0.0 surprise"), Silence()], "protocol", is_problem=True),
        failing("the server speaks plain text on an smtps port", ("4.43",), [S("220 hi"), Silence()], "tls",
                "permanent", scheme="smtps", text="starttls"),
        failing("greeting under our own name", ("4.41",), [S("220 client.example ESMTP"), C("EHLO .*"),
                S("250 client.example"), Silence()], "greeting", "permanent", text="loop",
                arguments=("--local-name", "client.example")),
    ]


def greetings_that_refuse():
    return [
        *(Scenario(f"EHLO {code}, then HELO", ("4.6",),
                   [S("220 hi"), C("EHLO .*"), S(f"{code} no"), C("HELO .*"), S("250 hi"), *SENT])
          for code in (500, 501, 502, 503, 504)),
        *(failing(f"EHLO {code} is final, its text is kept", ("4.7",),
                  [S("220 hi"), C("EHLO .*"), S(f"{code} the reason"), Silence()], "greeting",
                  "temporary" if code == 421 else "permanent", unheard=(b"HELO ",), text="the reason")
          for code in (421, 554)),
        Scenario("a second EHLO after login is never sent", ("4.8",),
                 [*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT], login=True),
        Scenario("the name in EHLO is an address literal or a host name with a dot", ("4.9",),
                 [S("220 hi"), C(r"EHLO (\[[0-9A-Fa-f.:IPv]+\]|[^ .]+\.[^ ]+)"), S("250 hi"), *SENT]),
        failing("greeting 554", ("4.7",), [S("554 5.7.1 go away"), Silence()], "greeting", "permanent", text="554",
                unheard=(b"EHLO",)),
        failing("greeting 421", ("4.21",), [S("421 4.3.2 busy"), Close()], "greeting", text="421",
                unheard=(b"EHLO",)),
    ]


def logins():
    return [
        Scenario("AUTH=LOGIN and AUTH PLAIN", ("4.10",),
                 [*greet("AUTH=LOGIN", "auth PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT], login=True),
        Scenario("AUTH=PLAIN alone", ("4.10",), [*greet("AUTH=PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT],
                 login=True),
        Scenario("AUTH announced only after STARTTLS", ("4.11",),
                 [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls(), *hello("AUTH PLAIN"), C("AUTH PLAIN .*"),
                  S("235 ok"), *SENT], login=True, tls="required"),
        failing("AUTH announced only after STARTTLS, which is switched off", ("4.11",),
                [*greet("STARTTLS"), Silence()], "auth", "permanent", login=True, text="STARTTLS"),
        Scenario("X-EXPS beside AUTH", ("4.12",),
                 [*greet("X-EXPS GSSAPI NTLM", "AUTH LOGIN"), *login_prompts("VXNlcm5hbWU6", "UGFzc3dvcmQ6")[2:]],
                 login=True),
        *(Scenario(f"LOGIN with prompts {first!r}, {second!r}", ("4.13", "4.14"),
                   login_prompts(base64_text(first), base64_text(second)), login=True)
          for first, second in (("username:", "password:"), ("User Name\0", "Password\0"), ("Benutzer", "Kennwort"),
                                ("Password:", "Username:"))),
        Scenario("PLAIN has its answer with it", ("4.15",),
                 [*greet("AUTH PLAIN"), C("AUTH PLAIN " + PLAIN_ANSWER), S("235 ok"), *SENT], login=True),
        Scenario("PLAIN once more without initial response after 501", ("4.15",),
                 [*greet("AUTH PLAIN"), C("AUTH PLAIN .+"), S("501 5.5.4 no"), C("AUTH PLAIN"), S("334 "),
                  C(PLAIN_ANSWER), S("235 ok"), *SENT], login=True),
        Scenario("a long token goes in a line of its own", ("4.16",),
                 [*greet("AUTH XOAUTH2"), C("AUTH XOAUTH2"), S("334 "), C(".{600,}"), S("235 ok"), *SENT], login=True,
                 arguments=("--auth", "xoauth2", "--secret-repeat", "60")),
        failing("XOAUTH2: the error's JSON is answered, then 535", ("4.17",),
                [*greet("AUTH XOAUTH2"), C("AUTH XOAUTH2 .+"), S("334 " + EXPIRED), C(""),
                 S("535 5.7.8 no"), Silence()], "auth", "permanent", login=True, arguments=("--auth",
                 "xoauth2"), text="401"),
        failing("OAUTHBEARER: the error's JSON is answered, then 535", ("4.17",),
                [*greet("AUTH OAUTHBEARER"), C("AUTH OAUTHBEARER .+"), S("334 " + EXPIRED), C("AQ=="),
                 S("535 5.7.8 no"), Silence()], "auth", "permanent", login=True, arguments=("--auth", "oauthbearer"),
                text="401"),
        Scenario("503 already authenticated", ("4.18",),
                 [*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), S("503 5.5.1 already"), *SENT], login=True),
    ]


def endings():
    accepted = [*envelope(), *content()]
    return [
        Scenario("no reply to QUIT", ("4.19",), [*greet(), *accepted, C("QUIT"), Silence()], seconds=8),
        Scenario("closed instead of a reply to QUIT", ("4.19",), [*greet(), *accepted, C("QUIT"), Close()]),
        Scenario("link reset at QUIT", ("4.19",), [*greet(), *accepted, C("QUIT"), Reset()]),
        Scenario("TLS without close_notify", ("4.19", "4.38"),
                 [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls(), *hello(), *accepted, C("QUIT"), Close()],
                 tls="required"),
        Scenario("451 idle while the content is awaited", ("4.20", "4.34"),
                 [*greet(), *envelope(), C("DATA"), S("354 go"), Body(), S("451 4.4.2 timeout waiting for data"),
                  Silence()], fates={RECIPIENT: (DEFERRED, 451)}),
        *(Scenario(f"421 in reply to {stage}", ("4.21",), [*greet(), *before, S("421 4.3.0 closing"), Close()],
                   error=("lost", "temporary"), fates=TEMPORARY)
          for stage, before in (
              ("MAIL", [C("MAIL .*")]),
              ("RCPT", [C("MAIL .*"), S("250 ok"), C("RCPT .*")]),
              ("DATA", [*envelope(), C("DATA")]),
              ("the content", [*envelope(), C("DATA"), S("354 go"), Body()]),
          )),
        Scenario("link lost between the dot and its reply", ("4.28",),
                 [*greet(), *envelope(), C("DATA"), S("354 go"), Body(), Close()], error=("lost", "temporary"),
                 fates={RECIPIENT: (UNKNOWN, None)}),
        Scenario("552 in mid-content, then closed: the reply is read", ("4.28",),
                 [*greet(), *envelope(), C("DATA"), S("354 go"), C(".*"), S("552 5.3.4 too big"), Close()],
                 fates={RECIPIENT: (REFUSED, 552)}, mail=b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" * 200000,
                 is_problem=True),
        Scenario("432 of a busy office", ("4.33",),
                 [*greet(), C("MAIL .*"), S("432 4.3.2 concurrent limit"), Silence()],
                 fates={RECIPIENT: (DEFERRED, 432)}),
    ]


def recipients():
    refused_data = [C("DATA"), S("554 5.5.1 no valid recipients")]
    return [
        Scenario("RSET refused after a refused recipient", ("4.22", "4.42"),
                 [*greet(), *envelope("550 5.1.1 no"), C("RSET|QUIT"), S("502 no"), Silence()],
                 fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"NOOP",)),
        Scenario("DATA answered 250", ("4.23",), [*greet(), *envelope(), C("DATA"), S("250 ok"), Silence()],
                 error=("protocol", "temporary"), fates=NOTHING, unheard=(b"hello",)),
        Scenario("DATA accepted though no recipient is: a dot at once", ("4.24",),
                 [*greet("PIPELINING"), *envelope("550 5.1.1 no"), C("DATA"), S("354 go"), C(r"\."),
                  S("554 none"), *QUIT],
                 fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"hello",), is_problem=True),
        Scenario("one refused recipient does not empty the others' mail", ("4.25", "4.35"),
                 [*greet("PIPELINING"), *envelope("250 ok", "550 5.1.1 no"), *content(), *QUIT], recipients=BOTH,
                 fates={RECIPIENT: (DELIVERED, 250), SECOND: (REFUSED, 550)}, heard=(b"hello\r\n.\r\n",)),
        Scenario("a second try without PIPELINING after improper pipelining", ("4.26",),
                 [[*greet("PIPELINING"), C("MAIL .*"), S("554 5.5.0 Error: improper command pipelining"), Silence()],
                  [*greet("PIPELINING"), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"),
                   *content(), *QUIT]], connections=2),
        Scenario("nothing is pipelined that was not announced", ("4.26",),
                 [*greet(), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"), C("DATA"),
                  Unheard(), S("354 go"), Body(), S("250 ok"), *QUIT]),
        Scenario("DATA refused: the next command is RSET or QUIT", ("4.27",),
                 [*greet(), *envelope(), *refused_data, C("RSET|QUIT"), S("250 ok"), Silence()],
                 fates={RECIPIENT: (REFUSED, 554)}),
        Scenario("too many recipients: the rest in a second transaction", ("4.31",),
                 [*greet(), *envelope("250 ok", "452 4.5.3 too many"), *content(), *envelope(), *content(), *QUIT],
                 recipients=BOTH, fates={RECIPIENT: (DELIVERED, 250), SECOND: (DELIVERED, 250)}),
        Scenario("552 at RCPT is temporary", ("4.32",),
                 [*greet(), *envelope("552 5.2.2 too many recipients"), C("RSET|QUIT"), S("250 ok"), Silence()],
                 fates={RECIPIENT: (DEFERRED, 552)}),
        Scenario("any three digits are a code", ("4.37",),
                 [*greet(), *envelope("571 5.7.1 no"), C("RSET|QUIT"), S("250 ok"), Silence()],
                 fates={RECIPIENT: (REFUSED, 571)}),
        Scenario("LMTP: a fate for each recipient after the dot", ("4.35",),
                 [*greet(), *envelope("250 ok", "250 ok"), C("DATA"), S("354 go"), Body(), S("250 one", "550 two"),
                  *QUIT], scheme="lmtp", recipients=BOTH,
                 fates={RECIPIENT: (DELIVERED, 250), SECOND: (REFUSED, 550)}, heard=(b"LHLO ",)),
        failing("LMTP: no HELO when LHLO is refused", ("4.6",), [S("220 hi"), C("LHLO .*"), S("500 no"), Silence()],
                "greeting", "permanent", scheme="lmtp", unheard=(b"HELO ",)),
    ]


def extensions():
    chunking = greet("CHUNKING", "PIPELINING")
    return [
        Scenario("BDAT refused as unknown: once more with DATA", ("4.29",),
                 [[*chunking, *envelope(), Bdat(), S("502 5.5.1 not here"), Silence()], [*greet(), *SENT]],
                 connections=2),
        Scenario("silence after BDAT", ("4.29",), [*chunking, *envelope(), Bdat(last=True), Silence()],
                 error=("lost", "temporary"), fates={RECIPIENT: (UNKNOWN, None)}),
        Scenario("BDAT refused after a refused recipient: the chunk is swallowed", ("4.30",),
                 [*chunking, *envelope("550 5.1.1 no"), Bdat(), S("503 5.5.1 no recipients"), C("RSET|QUIT"),
                  S("250 ok"), Silence()], fates={RECIPIENT: (REFUSED, 550)}, is_problem=True),
        Scenario("SMTPUTF8 without 8BITMIME", ("4.36",), [*greet("SMTPUTF8"), *SENT], recipients=("grün@example.org",),
                 fates={"grün@example.org": (DELIVERED, 250)}, heard=(b"SMTPUTF8", "<grün@example.org>".encode())),
        Scenario("only the domain becomes an A-label", ("4.40",), [*greet(), *SENT], recipients=("b@grün.example",),
                 fates={"b@grün.example": (DELIVERED, 250)}, heard=(b"<b@xn--grn-hoa.example>",)),
        Scenario("a local part beyond ASCII needs SMTPUTF8", ("4.40",), [*greet(), Silence()],
                 recipients=("grün@example.org",), error=("recipient", "permanent"),
                 fates={"grün@example.org": (REFUSED, None)}, text="SMTPUTF8", unheard=(b"RCPT TO",)),
    ]


SCENARIOS = [*odd_greeting(), *greetings_that_refuse(), *logins(), *endings(), *recipients(), *extensions()]

# Quirks that a scripted server on loopback cannot play; where they are tested instead.
ELSEWHERE = {
    "4.39": "a broken IPv6 route: the connector's unit tests, with a resolver that gives a dead address first",
    "4.44": "SNI: the TLS stream's unit tests, which see the ClientHello",
}
