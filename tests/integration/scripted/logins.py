# SPDX-License-Identifier: MIT
"""Logins: what servers offer and ask, what they must not get, and what a refusal means."""

from .dialogue import SENT, C, Raw, Repeat, S, Scram, Silence, StartTls, greet, hello
from .scenario import PLAIN_ANSWER, SECRET, TOKEN, USER, Scenario, base64_text, failing

USER_ANSWER, SECRET_ANSWER = base64_text(USER), base64_text(SECRET)
EXPIRED = base64_text('{"status":"401","schemes":"bearer"}')
ONLY = {name: ("--auth", name) for name in ("plain", "login", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer")}


def offered(*steps):
    return [*greet("AUTH LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256", "PIPELINING"), *steps]


def login_prompts(first, second):
    """LOGIN without an initial response, with these prompts; the right answers are required."""
    return [*greet("AUTH LOGIN"), C("AUTH LOGIN"), S("334 " + first), C(USER_ANSWER), S("334 " + second),
            C(SECRET_ANSWER), S("235 ok"), *SENT]


def accepted(name, scripts, **more):
    return Scenario(name, scripts, login=True, **more)


def refused(name, scripts, permanence="permanent", **more):
    return failing(name, scripts, "auth", permanence, login=True, **more)


OFFERS = [
    accepted("AUTH=LOGIN and AUTH PLAIN",
             [*greet("AUTH=LOGIN", "auth PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT]),
    accepted("AUTH=PLAIN alone", [*greet("AUTH=PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT]),
    accepted("AUTH announced only after STARTTLS",
             [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls(), *hello("AUTH PLAIN"), C("AUTH PLAIN .*"),
              S("235 ok"), *SENT], tls="required"),
    refused("AUTH announced only after STARTTLS, which is switched off", [*greet("STARTTLS"), Silence()],
            text="STARTTLS"),
    accepted("X-EXPS beside AUTH",
             [*greet("X-EXPS GSSAPI NTLM", "AUTH LOGIN"), *login_prompts("VXNlcm5hbWU6", "UGFzc3dvcmQ6")[3:]]),
    accepted("X-EXPS alone", [*greet("X-EXPS LOGIN"), *login_prompts("VXNlcm5hbWU6", "UGFzc3dvcmQ6")[3:]]),
    refused("no mechanism that we know", [*greet("AUTH GSSAPI NTLM"), Silence()], unheard=(b"AUTH",), text="GSSAPI"),
    refused("a mechanism's name is never a path", [*greet("AUTH ../../tmp/evil /etc/passwd"), Silence()],
            unheard=(b"AUTH",), text="../../tmp/evil"),
    accepted("the strongest that is offered",
             offered(C("AUTH SCRAM-SHA-256 .+"), Scram(), S("235 2.7.0 ok"), *SENT)),
]

ANSWERS = [
    *(accepted(f"LOGIN with prompts {first!r} and {second!r}", login_prompts(base64_text(first), base64_text(second)))
      for first, second in (("username:", "password:"), ("User Name\0", "Password\0"), ("Benutzer", "Kennwort"),
                            ("Password:", "Username:"), ("", ""))),
    accepted("PLAIN has its answer with it",
             [*greet("AUTH PLAIN"), C("AUTH PLAIN " + PLAIN_ANSWER), S("235 ok"), *SENT]),
    accepted("PLAIN once more without initial response after 501",
             [*greet("AUTH PLAIN"), C("AUTH PLAIN .+"), S("501 5.5.4 no"), C("AUTH PLAIN"), S("334 "),
              C(PLAIN_ANSWER), S("235 ok"), *SENT]),
    accepted("503 already authenticated",
             [*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), S("503 5.5.1 already"), *SENT]),
    accepted("a second EHLO after login is never sent",
             [*greet("AUTH PLAIN"), C("AUTH PLAIN .*"), S("235 ok"), *SENT]),
    accepted("CRAM-MD5", offered(C("AUTH CRAM-MD5"), S("334 " + base64_text("<1@x>")), C(".+"), S("235 ok"), *SENT),
             arguments=ONLY["cram-md5"]),
]

TOKENS = [
    *(accepted(f"a short token of {name} goes with AUTH",
               [*greet("AUTH XOAUTH2 OAUTHBEARER"), C(f"AUTH {name} .+"), S("235 ok"), *SENT], token=TOKEN,
               arguments=ONLY[name.lower()]) for name in ("XOAUTH2", "OAUTHBEARER")),
    accepted("a long token goes in a line of its own",
             [*greet("AUTH XOAUTH2"), C("AUTH XOAUTH2"), S("334 "), C(".{600,}"), S("235 ok"), *SENT],
             token=TOKEN * 40, arguments=ONLY["xoauth2"]),
    *(refused(f"{name}: the error's JSON is answered, then 535",
              [*greet(f"AUTH {name}"), C(f"AUTH {name} .+"), S("334 " + EXPIRED), C(answer), S("535 5.7.8 no"),
               Silence()], code=535, token=TOKEN, arguments=ONLY[name.lower()], text="401")
      for name, answer in (("XOAUTH2", ""), ("OAUTHBEARER", "AQ=="))),
]

REFUSALS = [
    refused("535 ends the login: no second mechanism",
            offered(C("AUTH CRAM-MD5"), S("334 PDE+"), C(".+"), S("535 5.7.8 no"), Silence()), code=535, text="535",
            arguments=("--auth", "cram-md5", "--auth", "plain", "--auth", "login"),
            unheard=(b"AUTH PLAIN", b"AUTH LOGIN")),
    *(refused(f"{code} is temporary", offered(C("AUTH PLAIN .*"), S(f"{code} 4.7.0 later"), Silence()), "temporary",
              code=code, arguments=ONLY["plain"]) for code in (454, 432)),
    refused("a challenge that is not base64 is cancelled",
            offered(C("AUTH CRAM-MD5"), S("334 !!!"), C(r"\*"), S("501 5.5.2 cancelled"), Silence()), "temporary",
            code=501, arguments=ONLY["cram-md5"], heard=(b"*\r\n",), text="base64"),
    refused("challenges without end are cancelled",
            offered(C("AUTH LOGIN.*"), Repeat(64, S("334 VXNlcm5hbWU6"), C(r".*")), Silence()), "temporary",
            arguments=ONLY["login"], heard=(b"*\r\n",), text="more than user and password"),
    refused("a challenge of CRAM-MD5 that is too long",
            offered(C("AUTH CRAM-MD5"), S("334 " + "QUJD" * 512), C(r"\*"), S("501 cancelled"), Silence()), code=501,
            arguments=ONLY["cram-md5"], heard=(b"*\r\n",), text="too long"),
]

SCRAM = [
    refused(f"SCRAM with {what}", offered(C("AUTH SCRAM-SHA-256 .+"), step, Silence()),
            arguments=ONLY["scram-sha-256"], text=text, code=501 if step.cancelled else None)
    for what, step, text in (
        ("a nonce that is not ours", Scram(nonce="wrong", cancelled=True), "nonce"),
        ("too few iterations", Scram(iterations=100, cancelled=True), "iteration"),
        ("iterations without end", Scram(iterations=2_000_000_000, cancelled=True), "iteration"),
        ("an extension that is mandatory", Scram(extension="m=x,", cancelled=True), "extension"),
        ("a forged signature", Scram(signature="AAAA", cancelled=True), "signature"),
        ("success before the signature", Scram(is_hasty=True), ""),
    )
]

SECRETS = [
    accepted("a login leaves no secret in the transcript",
             offered(C("AUTH PLAIN " + PLAIN_ANSWER), S("235 2.7.0 ok"), *SENT), arguments=ONLY["plain"]),
    refused("a server that echoes the answer does not get it logged",
            offered(C("AUTH PLAIN .*"), S(f"535 5.7.8 {PLAIN_ANSWER} is wrong"), Silence()), code=535,
            arguments=ONLY["plain"]),
    refused("a server that echoes the password does not get it logged",
            offered(C("AUTH PLAIN .*"), S(f"535 5.7.8 {USER} with {SECRET} is wrong"), Silence()), code=535,
            arguments=ONLY["plain"]),
    refused("a server that takes the password for a command does not get it logged",
            [*greet("AUTH LOGIN"), C("AUTH LOGIN"), S("334 VXNlcm5hbWU6"), C(USER_ANSWER), S("334 UGFzc3dvcmQ6"),
             C(SECRET_ANSWER), S(f'500 5.5.1 Command unrecognized: "{SECRET_ANSWER}"'), Silence()], code=500),
    refused("an echoed token is not logged", [*greet("AUTH XOAUTH2"), C("AUTH XOAUTH2 .+"),
            S("334 " + base64_text(f'{{"status":"400","token":"{TOKEN}"}}')), C(""), S(f"535 {TOKEN}"), Silence()],
            code=535, token=TOKEN, arguments=ONLY["xoauth2"]),
    accepted("what a server calls a password is no concern of ours",
             [*greet("AUTH LOGIN"), C("AUTH LOGIN"), Raw(b"334 \r\n"), C(USER_ANSWER), Raw(b"334\r\n"),
              C(SECRET_ANSWER), S("235 ok"), *SENT]),
]

SCENARIOS = [*OFFERS, *ANSWERS, *TOKENS, *REFUSALS, *SCRAM, *SECRETS]
