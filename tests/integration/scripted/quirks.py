# SPDX-License-Identifier: MIT
"""What servers in the wild do, and what a client has to make of it."""

from .dialogue import QUIT, SENT, Bdat, Body, C, Close, Raw, Reset, S, Silence, StartTls, Unheard, content, envelope
from .dialogue import greet, hello
from .pitfalls import NEVER, NOTHING
from .scenario import DEFERRED, DELIVERED, RECIPIENT, REFUSED, SECOND, UNKNOWN, Scenario, failing

BOTH = (RECIPIENT, SECOND)
GREEN = "grün@example.org"
GREEN_HEADER = "From: a@example.org\nTo: b@example.org\nSubject: grün\n\nhello\n".encode()
GIVEN_UP = [C("RSET|QUIT"), S("250 ok"), Silence()]

GREETINGS = [
    Scenario("greeting of several lines", [S("220-a", "220 b"), *hello(), *SENT]),
    Scenario("codes without text", [S("220"), C("EHLO .*"), S("250"), *envelope("250"), *content("250"), *QUIT]),
    Scenario("codes with a blank and no text",
             [S("220 "), C("EHLO .*"), S("250-", "250 "), *envelope("250 "), *content("250 "), *QUIT]),
    Scenario("lines that end in LF alone",
             [Raw(b"220 hi\n"), C("EHLO .*"), Raw(b"250-a\n250 SIZE\n"), *envelope(), *content(), *QUIT]),
    Scenario("different codes of one class in one reply",
             [S("220 hi"), C("EHLO .*"), S("250 hi"), *envelope(), *content("250-one", "251 two"), *QUIT],
             fates={RECIPIENT: (DELIVERED, 251)}),
    failing("codes of different classes in one reply", [S("220 hi"), C("EHLO .*"), S("250-a", "550 b"), Silence()],
            "protocol", text="yes and no"),
    Scenario("reply text that is not ASCII", [*greet(), *envelope(b"550 \xc4\xe3\xba\xc3"), *GIVEN_UP],
             fates={RECIPIENT: (REFUSED, 550)}, text="\\xc4"),
    Scenario("reply text in UTF-8", [*greet(), *envelope("550 gibt’s nicht".encode()), *GIVEN_UP],
             fates={RECIPIENT: (REFUSED, 550)}, text="gibt’s nicht"),
    failing("garbage within a reply", [S("220 hi"), C("EHLO .*"), S("250-a", "zzz", "250 c"), Silence()], "protocol",
            text="zzz"),
    failing("a reply that nobody asked for", [S("220 hi"), C("EHLO .*"), S("250 hi", "451 4.0.0 surprise"), Silence()],
            "protocol", text="nothing had asked"),
    failing("plain text on an smtps port", [S("220 hi"), Silence()], "tls", scheme="smtps", tls="", text="STARTTLS",
            unheard=(b"EHLO",)),
    failing("TLS on a port for plain text", [Raw(b"\x15\x03\x01\x00\x02\x02\x46"), Close()], "lost",
            unheard=(b"EHLO",)),
    # A relay would hand a mail to itself for ever. We relay nothing, and our own machine's server has our name.
    Scenario("greeting under our own name", [S("220 client.example ESMTP"), C("EHLO client.example"),
             S("250 client.example"), *SENT], arguments=("--local-name", "client.example")),
]

HELLO = [
    *(Scenario(f"EHLO {code}, then HELO",
               [S("220 hi"), C("EHLO .*"), S(f"{code} no"), C("HELO .*"), S("250 hi"), *SENT])
      for code in (500, 501, 502, 503, 504)),
    *(failing(f"EHLO {code} is final, its text is kept",
              [S("220 hi"), C("EHLO .*"), S(f"{code} the reason"), Silence()], "greeting",
              "permanent" if code >= 500 else "temporary", code, unheard=(b"HELO ",), text="the reason")
      for code in (421, 450, 521, 550, 554)),
    failing("EHLO 500 and HELO 501", [S("220 hi"), C("EHLO .*"), S("500 what"), C("HELO .*"), S("501 no"), Silence()],
            "greeting", "permanent", 501),
    failing("EHLO 500 inside TLS: no HELO",
            [StartTls(), S("220 hi"), C("EHLO .*"), S("500 what"), Silence()], "greeting", "permanent", 500, tls="",
            scheme="smtps", unheard=(b"HELO ",)),
    failing("LMTP: no HELO when LHLO is refused", [S("220 hi"), C("LHLO .*"), S("500 no"), Silence()], "greeting",
            "permanent", 500, scheme="lmtp", unheard=(b"HELO ", b"EHLO ")),
    Scenario("the name in EHLO is an address literal or a host name with a dot",
             [S("220 hi"), C(r"EHLO (\[[0-9A-Fa-f.:IPv]+\]|[^ .]+\.[^ ]+)"), S("250 hi"), *SENT],
             unheard=(b"localhost",)),
    Scenario("the name in EHLO is our IPv6 address", [S("220 hi"), C(r"EHLO (\[IPv6:::1\]|[^ .]+\.[^ ]+)"),
             S("250 hi"), *SENT], host="[::1]"),
    Scenario("nobody at the name's first address", [*greet(), *SENT], host="localhost"),
    failing("greeting 554", [S("554 5.7.1 go away"), Silence()], "greeting", "permanent", 554, text="go away",
            unheard=(b"EHLO",)),
    failing("greeting 421", [S("421 4.3.2 busy"), Close()], "greeting", "temporary", 421, text="busy",
            unheard=(b"EHLO",)),
    failing("greeting 220 and the link is closed", [S("220 hi"), Close()], "lost"),
]

ACCEPTED = [*envelope(), *content()]
ENDINGS = [
    Scenario("closed instead of a reply to QUIT", [*greet(), *ACCEPTED, C("QUIT"), Close()]),
    Scenario("link reset at QUIT", [*greet(), *ACCEPTED, C("QUIT"), Reset()]),
    Scenario("QUIT answered 500", [*greet(), *ACCEPTED, C("QUIT"), S("500 what"), Close()]),
    Scenario("QUIT answered 421", [*greet(), *ACCEPTED, C("QUIT"), S("421 what"), Close()]),
    Scenario("QUIT answered with garbage", [*greet(), *ACCEPTED, C("QUIT"), S("good night"), Close()]),
    *(Scenario(f"TLS without close_notify, {title}", [*before, *ACCEPTED, C("QUIT"), Close()], scheme=scheme, tls=tls)
      for title, scheme, tls, before in (
          ("by STARTTLS", "smtp", "required",
           [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls(), *hello()]),
          ("from the first byte", "smtps", "", [StartTls(), *greet()]),
      )),
    Scenario("no half-close before the reply to QUIT", [StartTls(), *greet("PIPELINING"), *ACCEPTED, C("QUIT"),
             Unheard(), S("221 bye"), Close()], scheme="smtps", tls=""),
    Scenario("451 idle behind the content",
             [*greet(), *envelope(), C("DATA"), S("354 go"), Body(), S("451 4.4.2 timeout waiting for data"),
              *GIVEN_UP], fates={RECIPIENT: (DEFERRED, 451)}),
    *(Scenario(f"421 in reply to {stage}", [*greet(), *before, S("421 4.3.0 closing"), Close()],
               error=("lost", "temporary"), fates={RECIPIENT: (DEFERRED, 421)}, text="closing")
      for stage, before in (
          ("MAIL", [C("MAIL .*")]),
          ("RCPT", [C("MAIL .*"), S("250 ok"), C("RCPT .*")]),
          ("DATA", [*envelope(), C("DATA")]),
          ("the content", [*envelope(), C("DATA"), S("354 go"), Body()]),
      )),
    *(failing(f"421 in reply to {stage}", [*before, S("421 4.3.0 closing"), Close()], kind, "temporary", 421,
              text="closing", **more)
      for stage, kind, more, before in (
          ("STARTTLS", "tls", {"tls": "required"}, [*greet("STARTTLS"), C("STARTTLS")]),
          ("AUTH", "auth", {"login": True}, [*greet("AUTH PLAIN"), C("AUTH PLAIN .*")]),
      )),
    *(Scenario(f"closed instead of a reply to {stage}", [*greet(), *before, Close()], error=("lost", "temporary"),
               fates={RECIPIENT: (fate, None)})
      for stage, fate, before in (
          ("MAIL", DEFERRED, [C("MAIL .*")]),
          ("RCPT", DEFERRED, [C("MAIL .*"), S("250 ok"), C("RCPT .*")]),
          ("DATA", DEFERRED, [*envelope(), C("DATA")]),
          ("the content", UNKNOWN, [*envelope(), C("DATA"), S("354 go"), Body()]),
      )),
    *(Scenario(f"{code} in mid-content, then {title}: the reply is read",
               [*greet(), *envelope(), C("DATA"), S("354 go"), C(".*"), S(f"{code} 5.3.4 too big"), end],
               fates={RECIPIENT: (fate, code)}, text="too big",
               mail=b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" * 200000, is_problem=True)
      for code, fate in ((552, REFUSED), (451, DEFERRED))
      for title, end in (("closed", Close()), ("silence", Silence()))),
    Scenario("432 of a busy office", [*greet(), C("MAIL .*"), S("432 4.3.2 concurrent limit"), *GIVEN_UP],
             fates={RECIPIENT: (DEFERRED, 432)}),
]

MAIL_AND_DATA = [
    Scenario("RSET refused after a refused recipient",
             [*greet(), *envelope("550 5.1.1 no"), C("RSET|QUIT"), S("502 no"), Silence()],
             fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"NOOP",)),
    Scenario("DATA answered 250", [*greet(), *envelope(), C("DATA"), S("250 ok"), *GIVEN_UP],
             fates={RECIPIENT: (DEFERRED, 250)}, unheard=(b"hello",)),
    Scenario("DATA accepted though no recipient is: a dot at once",
             [*greet("PIPELINING"), *envelope("550 5.1.1 no"), C("DATA"), S("354 go"), C(r"\."), S("554 none"), *QUIT],
             fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"hello",)),
    Scenario("DATA accepted though the sender is refused and nobody is asked: a dot at once",
             [*greet("PIPELINING"), C("MAIL .*"), S("550 5.7.1 no"), C("RCPT .*"), S("503 no"), C("DATA"), S("354 go"),
              C(r"\."), S("554 none"), *QUIT], fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"hello",)),
    Scenario("a recipient accepted though the sender is refused: never a dot",
             [*greet("PIPELINING"), C("MAIL .*"), S("550 5.7.1 no"), C("RCPT .*"), S("250 ok"), C("DATA"),
              S("354 go"), Silence()], fates={RECIPIENT: (REFUSED, 550)}, unheard=(b"hello", b"\r\n.\r\n")),
    Scenario("one refused recipient does not empty the others' mail",
             [*greet("PIPELINING"), *envelope("250 ok", "550 5.1.1 no"), *content(), *QUIT], recipients=BOTH,
             fates={RECIPIENT: (DELIVERED, 250), SECOND: (REFUSED, 550)}, heard=(b"hello\r\n.\r\n",)),
    Scenario("one deferred recipient stops no other", [*greet(), *envelope("450 later", "250 ok"), *content(), *QUIT],
             recipients=BOTH, fates={RECIPIENT: (DEFERRED, 450), SECOND: (DELIVERED, 250)}),
    Scenario("improper pipelining at MAIL: once more, one by one",
             [*greet("PIPELINING"), C("MAIL .*"), S("554 5.5.0 Error: improper command pipelining"), C("RCPT .*"),
              S("503 no"), C("DATA"), S("503 no"), C("MAIL .*"), Unheard(), S("250 ok"),
              C("RCPT .*"), Unheard(), S("250 ok"), C("DATA"), Unheard(), S("354 go"), Body(), S("250 ok"), *QUIT]),
    Scenario("improper pipelining at DATA: once more, one by one",
             [*greet("PIPELINING"), *envelope(), C("DATA"), S("554 5.5.0 SMTP protocol synchronization"), C("RSET"),
              S("250 ok"), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"), *content(),
              *QUIT]),
    Scenario("improper pipelining, then closed: once more, one by one, over another connection",
             [[*greet("PIPELINING"), C("MAIL .*"), S("554 5.5.0 Error: improper command pipelining"), Close()],
              [*greet("PIPELINING"), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"),
               *content(), *QUIT]], connections=2),
    Scenario("nothing is pipelined that was not announced",
             [*greet(), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"), C("DATA"),
              Unheard(), S("354 go"), Body(), S("250 ok"), *QUIT]),
    Scenario("PIPELINING announced before TLS counts no more inside",
             [*greet("STARTTLS", "PIPELINING"), C("STARTTLS"), Unheard(), S("220 go"), StartTls(), *hello(),
              C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), S("250 ok"), *content(), *QUIT], tls="required"),
    Scenario("DATA refused: the next command is RSET or QUIT",
             [*greet(), *envelope(), C("DATA"), S("554 5.5.1 no valid recipients"), *GIVEN_UP],
             fates={RECIPIENT: (REFUSED, 554)}),
    Scenario("too many recipients: the rest in a second transaction",
             [*greet(), *envelope("250 ok", "452 4.5.3 too many"), *content(), *envelope(), *content(), *QUIT],
             recipients=BOTH, fates={RECIPIENT: (DELIVERED, 250), SECOND: (DELIVERED, 250)}),
    Scenario("452 for the first recipient is deferred", [*greet(), *envelope("452 4.3.1 disk full"), *GIVEN_UP],
             fates={RECIPIENT: (DEFERRED, 452)}),
    Scenario("552 at RCPT is temporary", [*greet(), *envelope("552 5.2.2 too many recipients"), *GIVEN_UP],
             fates={RECIPIENT: (DEFERRED, 552)}),
    *(Scenario(f"{code} is a code", [*greet(), *envelope(f"{code} {code // 100}.7.1 no"), *GIVEN_UP],
               fates={RECIPIENT: (fate, code)})
      for code, fate in ((571, REFUSED), (599, REFUSED), (471, DEFERRED), (499, DEFERRED))),
    Scenario("a code that means nothing defers", [*greet(), *envelope("799 what"), *GIVEN_UP],
             fates={RECIPIENT: (DEFERRED, 799)}),
    Scenario("LMTP: a fate for each recipient behind the dot",
             [*greet(), *envelope("250 ok", "250 ok"), C("DATA"), S("354 go"), Body(), S("250 one", "550 two"), *QUIT],
             scheme="lmtp", recipients=BOTH, fates={RECIPIENT: (DELIVERED, 250), SECOND: (REFUSED, 550)},
             heard=(b"LHLO ",)),
    Scenario("LMTP over a Unix socket",
             [*greet(), *envelope("250 ok", "550 no"), C("DATA"), S("354 go"), Body(), S("250 one"), *QUIT],
             scheme="lmtp", recipients=BOTH, is_unix=True, heard=(b"LHLO ",),
             fates={RECIPIENT: (DELIVERED, 250), SECOND: (REFUSED, 550)}),
    Scenario("LMTP: closed between the replies behind the dot",
             [*greet(), *envelope("250 ok", "250 ok"), C("DATA"), S("354 go"), Body(), S("250 one"), Close()],
             scheme="lmtp", recipients=BOTH, error=("lost", "temporary"),
             fates={RECIPIENT: (DELIVERED, 250), SECOND: (UNKNOWN, None)}),
]

CHUNKING = greet("CHUNKING", "PIPELINING")
EXTENSIONS = [
    *(Scenario(f"BDAT refused with {code}: once more with DATA over another connection",
               [[*CHUNKING, *envelope(), Bdat(), S(f"{code} 5.5.1 not here"), Silence()], [*CHUNKING, *SENT]],
               connections=2) for code in (500, 501, 502, 504)),
    Scenario("BDAT refused with 503 though there are recipients: once more with DATA",
             [*CHUNKING, *envelope(), Bdat(), S("503 5.5.1 not here"), C("RSET"), S("250 ok"), *SENT]),
    Scenario("one mail a connection, one recipient a mail",
             [[*greet("LIMITS MAILMAX=1 RCPTMAX=1"), *ACCEPTED, *QUIT]], recipients=BOTH, connections=2,
             fates={RECIPIENT: (DELIVERED, 250), SECOND: (DELIVERED, 250)}),
    Scenario("silence after BDAT", [*CHUNKING, *envelope(), Bdat(last=True), Silence()], error=("lost", "temporary"),
             fates={RECIPIENT: (UNKNOWN, None)}, timeout_ms=1000, seconds=12, at_least_seconds=9),
    Scenario("BDAT refused after a refused recipient: the chunk is swallowed",
             [*CHUNKING, *envelope("550 5.1.1 no"), Bdat(), S("503 5.5.1 no recipients"), *GIVEN_UP],
             fates={RECIPIENT: (REFUSED, 550)}),
    Scenario("BDAT without PIPELINING waits for its envelope",
             [*greet("CHUNKING"), C("MAIL .*"), Unheard(), S("250 ok"), C("RCPT .*"), Unheard(), S("250 ok"),
              *content(), *QUIT]),
    Scenario("a mail that is larger than SIZE is not begun", [*greet("SIZE 20"), C("QUIT"), Silence()], fates=NEVER,
             unheard=(b"MAIL FROM",), text="no more than 20"),
    Scenario("SIZE is that of the mail on its way", [*greet("SIZE 1000000"), *ACCEPTED, *QUIT], heard=(b" SIZE=62",),
             mail=b"From: a@example.org\nTo: b@example.org\nSubject: x\n\n.hello\n"),
    Scenario("SMTPUTF8 without 8BITMIME", [*greet("SMTPUTF8"), *SENT], recipients=(GREEN,),
             fates={GREEN: (DELIVERED, 250)}, heard=(b"SMTPUTF8", f"<{GREEN}>".encode())),
    Scenario("only the domain becomes an A-label", [*greet(), *SENT], recipients=("b@grün.example",),
             fates={"b@grün.example": (DELIVERED, 250)}, heard=(b"<b@xn--grn-ioa.example>",)),
    Scenario("only the domain becomes an A-label where SMTPUTF8 is offered", [*greet("8BITMIME", "SMTPUTF8"), *SENT],
             recipients=("b@grün.example",), fates={"b@grün.example": (DELIVERED, 250)},
             heard=(b"<b@xn--grn-ioa.example>",), unheard=(b"> SMTPUTF8",)),
    Scenario("a header in UTF-8 goes by SMTPUTF8", [*greet("8BITMIME", "SMTPUTF8"), *SENT], mail=GREEN_HEADER,
             heard=(b"BODY=8BITMIME SMTPUTF8", "Subject: grün".encode())),
    Scenario("a header in UTF-8 is encoded for a server with 8BITMIME alone", [*greet("8BITMIME"), *SENT],
             mail=GREEN_HEADER, heard=(b"Subject: =?UTF-8?B?Z3LDvG4=?=",), unheard=("grün".encode(), b"SMTPUTF8")),
    Scenario("a header in neither ASCII nor UTF-8 is encoded", [*greet("8BITMIME", "SMTPUTF8"), *SENT],
             mail=b"From: a@example.org\nSubject: gr\xfcn\n\nhello\n", heard=(b"Subject: =?",),
             unheard=(b"> SMTPUTF8", b"\xfc")),
    Scenario("a header in UTF-8 that nothing can encode is refused", [*greet("8BITMIME"), C("QUIT"), Silence()],
             mail=f"From: {GREEN}\nSubject: x\n\nhello\n".encode(), fates={RECIPIENT: (REFUSED, None)},
             unheard=(b"MAIL FROM",), text="cannot be encoded"),
    Scenario("a local part beyond ASCII needs SMTPUTF8", [*greet(), C("QUIT"), Silence()], recipients=(GREEN,),
             fates={GREEN: (REFUSED, None)}, text="SMTPUTF8", unheard=(b"RCPT TO",)),
    Scenario("binary is encoded for a server without 8BITMIME", [*greet(), *SENT], heard=(b"g/xuCg==",),
             mail=b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=latin-1\n"
                  b"Content-Transfer-Encoding: binary\n\n\x83\xfcn\n", unheard=(b"binary", b"\xfc")),
    Scenario("8 bits are encoded for a server without 8BITMIME", [*greet(), *SENT], heard=(b"Z3LDvG4K",),
             mail="From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
                  "grün\n".encode(), unheard=(b"8BITMIME", "grün".encode())),
]

SCENARIOS = [*GREETINGS, *HELLO, *ENDINGS, *MAIL_AND_DATA, *EXTENSIONS]
