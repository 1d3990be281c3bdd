# SPDX-License-Identifier: MIT
"""What CPython 3.11's smtplib puts on the wire and makes of the replies, as vectors.

They drive smtplib itself, which proves the vectors and the scripted server. OURS names for each the test of
tests/unit/lib/test-vectors.c that plays it with the library's compatible mode. `call` gets a connected client (or a
way to make one) and returns what the vector is about; `result` is that value, or the exception's class name and
arguments. `wire` is all that the client said; None: not looked at.
"""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Callable

from .dialogue import Body, C, Close, Raw, Repeat, S, Silence


@dataclass(frozen=True)
class Vector:
    name: str
    script: list
    call: Callable
    result: Any
    wire: bytes | None = None
    is_open: bool | None = None  # whether the client still has its socket afterwards


def lines(*texts):
    return "".join(f"{text}\r\n" for text in texts).encode("latin-1")


HI = S("220 hi")
EHLO = [HI, C("ehlo me"), S("250-h", "250 SIZE 100")]
NOOP = [HI, C("noop")]
MAIL = [C("mail FROM:.*"), S("250 ok")]
TO = "rcpt TO:"


def rcpt(reply):
    return [C("rcpt TO:.*"), S(reply)]


def data(reply):
    return [C("data"), S("354 go"), Body(), S(reply)]


def auth(*mechanisms):
    return [HI, C("ehlo me"), S("250-h", "250 AUTH " + " ".join(mechanisms))]


def send(recipients, message):
    return lambda link: link.sendmail("a@x", recipients, message)


def log_in(link):
    return link.login("u", "p")


def auth_with(mechanism, **options):
    def call(link):
        link.user, link.password = "u", "p"
        link.ehlo()
        return link.auth(mechanism, getattr(link, "auth_" + mechanism.lower().replace("-", "_")), **options)

    return call


def two_noops(link):
    return link.noop(), link.getreply()


def send_built(link):
    message = EmailMessage()
    for name, value in (
        ("From", "f@x"), ("Sender", "s@x"), ("To", "b@y, c@y"), ("Cc", "d@y"), ("Bcc", "e@y"), ("Subject", "s"),
    ):
        message[name] = value
    message.set_content("hi\n")
    refused = link.send_message(message)
    return refused, message["Bcc"]


def in_with_block(error):
    def call(link):
        with link:
            if error:
                raise error

    return call


NEWLINES = "command and arguments contain prohibited newline characters: NOOP a\\nb"
INFINITE = "Server AUTH mechanism infinite loop. Last response: (334, b'PDE+')"
BODY = "hi\r\n.dot\r\n..x\r\n"

VECTORS = [
    Vector("noop after a greeting of two lines", [S("220-a", "220 b"), C("noop"), S("250 ok")],
           lambda link: link.noop(), (250, b"ok"), lines("noop")),
    Vector("bare code", [*NOOP, S("250")], lambda link: link.noop(), (250, b"")),
    Vector("mixed codes: the last wins", [*NOOP, S("250-a", "550 b")], lambda link: link.noop(), (550, b"a\nb")),
    Vector("no code at all", [*NOOP, S("hello")], lambda link: link.noop(), (-1, b"o")),
    Vector("garbage within a reply leaves its rest for the next", [*NOOP, S("250-a", "zzz", "250 c")],
           two_noops, ((-1, b"a\n"), (250, b"c"))),
    Vector("lines that end in LF alone", [*NOOP, Raw(b"250-a\n250 b\n")], lambda link: link.noop(), (250, b"a\nb")),
    Vector("closed instead of a reply to EHLO", [HI, C("ehlo me"), Close()], lambda link: link.ehlo(),
           ("SMTPServerDisconnected", ("Connection unexpectedly closed",)), lines("ehlo me"), False),
    Vector("EHLO 500, HELO 501", [HI, C("ehlo me"), S("500 x"), C("helo me"), S("501 y")],
           lambda link: link.ehlo_or_helo_if_needed(), ("SMTPHeloError", (501, b"y")), lines("ehlo me", "helo me"),
           True),
    Vector("EHLO 421 still tries HELO", [HI, C("ehlo me"), S("421 x"), C("helo me"), S("421 y")],
           lambda link: link.ehlo_or_helo_if_needed(), ("SMTPHeloError", (421, b"y")), lines("ehlo me", "helo me"),
           True),
    Vector("three recipients, one of them twice, one refused",
           [*EHLO, *MAIL, *rcpt("250 ok"), *rcpt("550 no"), *rcpt("250 ok"), *data("250 ok")],
           send(["b@y", "c@y", "b@y"], BODY), {"c@y": (550, b"no")},
           lines("ehlo me", "mail FROM:<a@x> size=15", TO + "<b@y>", TO + "<c@y>", TO + "<b@y>", "data", "hi",
                 "..dot", "...x", ".")),
    Vector("bytes keep their bare LF", [*EHLO, *MAIL, *rcpt("250 ok"), *data("250 ok")],
           send("b@y", b"hi\n.dot\n.\nbye"), {},
           lines("ehlo me", "mail FROM:<a@x> size=13", TO + "<b@y>", "data") + b"hi\n..dot\n..\nbye\r\n.\r\n"),
    Vector("421 at the second recipient", [*EHLO, *MAIL, *rcpt("250 ok"), *rcpt("421 bye")],
           send(["b@y", "c@y"], "x"), ("SMTPRecipientsRefused", ({"c@y": (421, b"bye")},)),
           lines("ehlo me", "mail FROM:<a@x> size=1", TO + "<b@y>", TO + "<c@y>"), False),
    Vector("all recipients refused", [*EHLO, *MAIL, *rcpt("550 no"), *rcpt("550 no"), C("rset"), S("250 ok")],
           send(["b@y", "c@y"], "x"),
           ("SMTPRecipientsRefused", ({"b@y": (550, b"no"), "c@y": (550, b"no")},)),
           lines("ehlo me", "mail FROM:<a@x> size=1", TO + "<b@y>", TO + "<c@y>", "rset"), True),
    Vector("DATA refused, no RSET", [*EHLO, *MAIL, *rcpt("250 ok"), C("data"), S("554 no"), Silence()],
           send("b@y", "x"), ("SMTPDataError", (554, b"no")),
           lines("ehlo me", "mail FROM:<a@x> size=1", TO + "<b@y>", "data"), True),
    Vector("content refused, RSET", [*EHLO, *MAIL, *rcpt("250 ok"), *data("554 no"), C("rset"), S("250 ok")],
           send("b@y", "x"), ("SMTPDataError", (554, b"no")),
           lines("ehlo me", "mail FROM:<a@x> size=1", TO + "<b@y>", "data", "x", ".", "rset"), True),
    Vector("421 at MAIL", [*EHLO, C("mail .*"), S("421 no"), Silence()], send("b@y", "x"),
           ("SMTPSenderRefused", (421, b"no", "a@x")), lines("ehlo me", "mail FROM:<a@x> size=1"), False),
    Vector("empty message", [*EHLO, *MAIL, *rcpt("250 ok"), *data("250 ok")], send("b@y", ""), {},
           lines("ehlo me", "mail FROM:<a@x> size=0", TO + "<b@y>", "data", "", ".")),
    Vector("small commands", [HI, Repeat(5, C(".*"), S("250 ok"))],
           lambda link: (link.verify("Bob <b@y>"), link.expn("list"), link.help(), link.help("DATA"), link.rset()),
           ((250, b"ok"), (250, b"ok"), b"ok", b"ok", (250, b"ok")),
           lines("vrfy b@y", "expn list", "help", "help DATA", "rset")),
    Vector("NUL in a command is sent", [HI, C("NOOP a\0b"), S("250 ok")], lambda link: link.docmd("NOOP", "a\0b"),
           (250, b"ok"), b"NOOP a\0b\r\n"),
    Vector("newline in a command is refused", [HI, Silence()], lambda link: link.docmd("NOOP", "a\nb"),
           ("ValueError", (NEWLINES,)), b""),
    Vector("login without AUTH", [*EHLO, Silence()], log_in,
           ("SMTPNotSupportedError", ("SMTP AUTH extension not supported by server.",)), lines("ehlo me")),
    Vector("login with nothing that fits", [*auth("GSSAPI"), Silence()], log_in,
           ("SMTPException", ("No suitable authentication method found.",)), lines("ehlo me")),
    Vector("login burns all mechanisms",
           [*auth("LOGIN", "PLAIN", "CRAM-MD5"), C("AUTH CRAM-MD5"), S("535 a"), C("AUTH PLAIN .*"), S("535 b"),
            C("AUTH LOGIN .*"), S("535 c")], log_in, ("SMTPAuthenticationError", (535, b"c")),
           lines("ehlo me", "AUTH CRAM-MD5", "AUTH PLAIN AHUAcA==", "AUTH LOGIN dQ==")),
    Vector("CRAM-MD5", [*auth("CRAM-MD5"), C("AUTH CRAM-MD5"), S("334 PDE+"), C(".+"), S("235 ok")],
           auth_with("CRAM-MD5"), (235, b"ok"),
           lines("ehlo me", "AUTH CRAM-MD5", "dSAyYjBhZDNlZmRiZjkxNGI1NmVhY2UwNzFhOTcwNmEzZA==")),
    Vector("CRAM-MD5 without end: six answers, no cancel",
           [*auth("CRAM-MD5"), Repeat(7, C(".+"), S("334 PDE+")), Silence()], auth_with("CRAM-MD5"),
           ("SMTPException", (INFINITE,)),
           lines("ehlo me", "AUTH CRAM-MD5", *["dSAyYjBhZDNlZmRiZjkxNGI1NmVhY2UwNzFhOTcwNmEzZA=="] * 6)),
    Vector("503 to AUTH is success", [*auth("PLAIN"), C("AUTH PLAIN .*"), S("503 already")], log_in,
           (503, b"already")),
    Vector("STARTTLS not announced", [*EHLO, Silence()], lambda link: link.starttls(),
           ("SMTPNotSupportedError", ("STARTTLS extension not supported by server.",)), lines("ehlo me")),
    Vector("STARTTLS refused", [HI, C("ehlo me"), S("250-h", "250 STARTTLS"), C("STARTTLS"), S("454 no")],
           lambda link: link.starttls(), ("SMTPResponseException", (454, b"no")), lines("ehlo me", "STARTTLS")),
    Vector("send_message: To, Bcc, Cc; Bcc not on the wire; the limit of SIZE ignored",
           [*EHLO, *MAIL, Repeat(4, *rcpt("250 ok")), *data("250 ok")], send_built, ({}, "e@y"),
           lines("ehlo me", "mail FROM:<s@x> size=160", TO + "<b@y>", TO + "<c@y>", TO + "<e@y>", TO + "<d@y>",
                 "data", "From: f@x", "Sender: s@x", "To: b@y, c@y", "Cc: d@y", "Subject: s",
                 'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: 7bit",
                 "MIME-Version: 1.0", "", "hi", ".")),
    Vector("with-block: its error survives 221", [HI, C("QUIT"), S("221 bye")], in_with_block(KeyError("k")),
           ("KeyError", ("k",)), lines("QUIT"), False),
    Vector("with-block: its error survives a closed link", [HI, C("QUIT"), Close()], in_with_block(KeyError("k")),
           ("KeyError", ("k",)), lines("QUIT"), False),
    Vector("with-block: 421 to QUIT hides the error", [HI, C("QUIT"), S("421 no")], in_with_block(KeyError("k")),
           ("SMTPResponseException", (421, b"no")), lines("QUIT"), False),
    Vector("quit on a closed link", [HI, C("quit"), Close()], lambda link: link.quit(),
           ("SMTPServerDisconnected", ("Connection unexpectedly closed",)), lines("quit"), False),
    Vector("sender not ASCII", [*EHLO, Silence()], lambda link: link.sendmail("ü@x", "b@y", "x"),
           ("UnicodeEncodeError", None), lines("ehlo me")),
    Vector("content not ASCII", [*EHLO, Silence()], lambda link: link.sendmail("a@x", "b@y", "ü"),
           ("UnicodeEncodeError", None), lines("ehlo me")),
]

LMTP_VECTOR = Vector(
    "LMTP reads one reply after the dot",
    [HI, C("lhlo me"), S("250 h"), *MAIL, *rcpt("250 ok"), *rcpt("250 ok"), *data("250 one"), S("550 two")],
    send(["b@y", "c@y"], "x"), {},
    lines("lhlo me", "mail FROM:<a@x>", TO + "<b@y>", TO + "<c@y>", "data", "x", "."),
)

REFUSED_GREETING = Vector(
    "greeting 554", [S("554 no"), Silence()], lambda make: make(), ("SMTPConnectError", (554, b"no")), b"",
)


OURS = {
    "noop after a greeting of two lines": "greeting_may_have_lines",
    "bare code": "odd_replies_are_read_as_smtplib_does",
    "mixed codes: the last wins": "odd_replies_are_read_as_smtplib_does",
    "no code at all": "odd_replies_are_read_as_smtplib_does",
    "garbage within a reply leaves its rest for the next": "garbage_within_a_reply_ends_the_connection",
    "lines that end in LF alone": "odd_replies_are_read_as_smtplib_does",
    "closed instead of a reply to EHLO": "hanging_up_at_ehlo_disconnects",
    "EHLO 500, HELO 501": "helo_follows_an_unknown_ehlo",
    "EHLO 421 still tries HELO": "closing_at_ehlo_is_not_answered_with_helo",
    "three recipients, one of them twice, one refused": "refused_recipient_stops_no_other",
    "bytes keep their bare LF": "lone_line_ends_become_crlf",
    "421 at the second recipient": "closing_at_a_recipient_tells_who_was_refused",
    "all recipients refused": "all_refused_gives_the_transaction_up",
    "DATA refused, no RSET": "refused_data_gives_the_transaction_up",
    "content refused, RSET": "refused_message_gives_the_transaction_up",
    "421 at MAIL": "closing_at_the_sender_says_no_rset",
    "empty message": "empty_message_is_one_empty_line",
    "small commands": "small_commands_are_the_same",
    "NUL in a command is sent": "commands_cannot_be_injected",
    "newline in a command is refused": "commands_cannot_be_injected",
    "login without AUTH": "login_without_auth_is_not_supported",
    "login with nothing that fits": "login_without_a_mechanism_says_why",
    "login burns all mechanisms": "refused_password_is_tried_once",
    "CRAM-MD5": "cram_md5_answers_the_challenge",
    "CRAM-MD5 without end: six answers, no cancel": "endless_challenges_are_cancelled",
    "503 to AUTH is success": "already_logged_in_is_success",
    "STARTTLS not announced": "starttls_absent_or_refused",
    "STARTTLS refused": "starttls_absent_or_refused",
    "send_message: To, Bcc, Cc; Bcc not on the wire; the limit of SIZE ignored":
        "message_goes_to_its_header_without_bcc",
    "with-block: its error survives 221": "quit_hides_no_other_error",
    "with-block: its error survives a closed link": "quit_hides_no_other_error",
    "with-block: 421 to QUIT hides the error": "quit_hides_no_other_error",
    "quit on a closed link": "quit_hides_no_other_error",
    "sender not ASCII": "utf8_without_smtputf8_is_not_sent",
    "content not ASCII": "utf8_without_smtputf8_is_not_sent",
    "LMTP reads one reply after the dot": "lmtp_has_a_reply_for_each_recipient",
    "greeting 554": "refused_greeting_is_returned_by_connect",
}


def outcome(call, client):
    """What the call returned, or its exception in the vectors' form."""
    try:
        return call(client)
    except (smtplib.SMTPException, ValueError, KeyError) as error:
        arguments = None if isinstance(error, UnicodeEncodeError) else error.args
        return type(error).__name__, arguments
