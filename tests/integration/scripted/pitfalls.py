# SPDX-License-Identifier: MIT
"""What attackers and broken servers do to a client: injection, stripping, smuggling, floods."""

from .dialogue import QUIT, SENT, Bdat, C, Forever, Raw, S, Silence, StartTls, envelope, greet, hello
from .scenario import DEFERRED, RECIPIENT, REFUSED, Scenario, failing

NOTHING = {RECIPIENT: (DEFERRED, None)}
NEVER = {RECIPIENT: (REFUSED, None)}
UPGRADE = [*greet("STARTTLS"), C("STARTTLS")]
SMUGGLE = b"a\n.\nMAIL FROM:<evil@x>\r.\rb\n.\r\nc\r\n.d\r\n.\ne\r\n.\rf\n.\rg\r.\nh"

STARTTLS = [
    failing("replies behind the 220 of STARTTLS, in one segment",
            [*UPGRADE, Raw(b"220 ok\r\n250-AUTH PLAIN\r\n250 X\r\n"), Silence()], "tls", tls="required", login=True,
            text="STARTTLS"),
    failing("half a line behind the 220 of STARTTLS", [*UPGRADE, Raw(b"220 ok\r\n2"), Silence()], "tls",
            tls="required", text="injecting"),
    Scenario("extensions of before the handshake are forgotten",
             [*greet("STARTTLS", "PIPELINING", "CHUNKING"), C("STARTTLS"), S("220 go"), StartTls(), *hello(), *SENT],
             tls="required", unheard=(b"BDAT",)),
    failing("STARTTLS not announced though required", [*greet("AUTH PLAIN"), Silence()], "tls", tls="required",
            login=True, unheard=(b"AUTH",), text="required"),
    failing("STARTTLS not announced, by default", [*greet("AUTH PLAIN"), Silence()], "tls", tls="", login=True,
            unheard=(b"AUTH",), text="required"),
    failing("STARTTLS refused though required", [*UPGRADE, S("454 4.7.0 no"), Silence()], "tls", code=454,
            tls="required", login=True, unheard=(b"AUTH",), text="454"),
    Scenario("STARTTLS refused, opportunistic: goes on in clear", [*UPGRADE, S("454 4.7.0 no"), *SENT],
             tls="opportunistic"),
    failing("STARTTLS refused, opportunistic: no secret in clear",
            [*greet("STARTTLS", "AUTH PLAIN"), C("STARTTLS"), S("454 4.7.0 no"), Silence()], "auth", "permanent",
            tls="opportunistic", login=True, unheard=(b"AUTH",), text="TLS"),
    failing("STARTTLS with a forged certificate, opportunistic: no secret for anyone",
            [*UPGRADE, S("220 go"), StartTls("self_signed"), *hello("AUTH PLAIN LOGIN"), Silence()], "auth",
            "permanent", tls="opportunistic", login=True, unheard=(b"AUTH",), text="TLS"),
    Scenario("a certificate for the address, by STARTTLS", [*UPGRADE, S("220 go"), StartTls(), *hello(), *SENT],
             tls="required"),
    Scenario("a certificate for the address, from the first byte", [StartTls(), *greet(), *SENT], scheme="smtps",
             tls=""),
    Scenario("a certificate for the name, which the server is told", [StartTls(sni="localhost"), *greet(), *SENT],
             scheme="smtps", tls="", host="localhost"),
    failing("a server that knows none of the names it is told", [StartTls(sni="other.example"), Silence()], "tls",
            scheme="smtps", tls="", host="localhost", login=True, unheard=(b"AUTH",), text="unrecognized name"),
    *(failing(f"certificate {certificate}, by STARTTLS", [*UPGRADE, S("220 go"), StartTls(certificate), Silence()],
              "tls", tls="required", login=True, unheard=(b"AUTH",), text=text)
      for certificate, text in (("expired", "expired on 2020-02-01"), ("wrong_name", "it is for: other.example"),
                                ("common_name", "no subjectAltName"), ("self_signed", "self-signed"))),
    *(failing(f"certificate {certificate}, from the first byte", [StartTls(certificate), Silence()], "tls", tls="",
              scheme="smtps", login=True, unheard=(b"AUTH",), text="certificate")
      for certificate in ("expired", "wrong_name", "common_name", "self_signed")),
]

SMUGGLING = [
    Scenario("every line end becomes CRLF and every dot behind one is stuffed", [*greet(), *SENT],
             mail=b"Subject: x\r\n\r\n" + SMUGGLE,
             heard=(b"a\r\n..\r\nMAIL FROM:<evil@x>\r\n..\r\nb\r\n..\r\nc\r\n..d\r\n..\r\ne\r\n..\r\nf\r\n..\r\ng\r\n"
                    b"..\r\nh\r\n.\r\n",)),
    Scenario("BDAT has CRLF line ends and no stuffed dots",
             [*greet("CHUNKING", "PIPELINING"), *envelope(), Bdat(last=True), S("250 ok"), *QUIT],
             mail=b"Subject: x\r\n\r\n" + SMUGGLE,
             heard=(b"a\r\n.\r\nMAIL FROM:<evil@x>\r\n.\r\nb\r\n.\r\nc\r\n.d\r\n.\r\ne\r\n.\r\nf\r\n.\r\ng\r\n.\r\n"
                    b"h\r\n",), unheard=(b"DATA\r\n",)),
    Scenario("NUL in a mail is refused", [*greet(), C("QUIT"), Silence()], fates=NEVER,
             mail=b"Subject: x\r\n\r\na\0b\r\n", unheard=(b"MAIL FROM",), text="NUL"),
]


def injected(what, text, **more):
    """Refused before there is a connection."""
    return Scenario(what, [[Silence()]], error=("local", "permanent"), fates={}, connections=0, text=text, **more)


INJECTION = [
    *(injected(f"{title} in the {what}", "", **{what: value})
      for title, character in (("CR", "\r"), ("LF", "\n"), ("CRLF", "\r\n"), ("DEL", "\x7f"), ("BEL", "\a"))
      for what, value in (("sender", f"a{character}@example.org"), ("recipients", (f"b{character}@example.org",)))),
    *(Scenario(f"{title} in the name for EHLO", [[Silence()]], error=("config", "permanent"), fates={}, connections=0,
               arguments=("--local-name", f"me{character}MAIL FROM:<evil@x>"), text="local_name")
      for title, character in (("CRLF", "\r\n"), ("LF", "\n"), ("a blank", " "), ("DEL", "\x7f"))),
]

FLOODS = [
    failing("a greeting line without end", [Forever(b"2" * 64)], "protocol", text="line that is too long"),
    failing("a greeting of endless lines", [Forever(b"220-x\r\n")], "protocol", text="reply of too many lines"),
    failing("EHLO lines without end", [S("220 hi"), C("EHLO .*"), Forever(b"250-X\r\n")], "protocol",
            text="reply of too many lines"),
    failing("EHLO lines that are too much together",
            [S("220 hi"), C("EHLO .*"), Forever(b"250-X" + b"x" * 4000 + b"\r\n")], "protocol",
            text="reply that is too long"),
    failing("a line of 64 KiB", [Raw(b"220 " + b"x" * 65536 + b"\r\n"), Silence()], "protocol",
            text="line that is too long"),
    failing("NUL in a reply", [Raw(b"220 a\0b\r\n"), Silence()], "protocol", text="NUL"),
    failing("something that is not SMTP at all", [Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Silence()], "protocol",
            text="no SMTP reply", unheard=(b"EHLO",)),
    failing("challenges of any length", [*greet("AUTH LOGIN"), C("AUTH LOGIN"), Raw(b"334 " + b"QUJD" * 8000 + b"\r\n"),
            Silence()], "protocol", login=True, text="too long"),
    Scenario("replies without end that nobody asked for",
             [*greet(), *envelope(), C("DATA"), S("354 go"), Forever(b"250 x\r\n")], error=("protocol", "temporary"),
             fates=NOTHING),
]

SCENARIOS = [*STARTTLS, *SMUGGLING, *INJECTION, *FLOODS]
