# SPDX-License-Identifier: MIT
"""`sendmail` through a link of that name, each of its options, against real servers."""

import email
import email.policy
import os
import re

import pytest

from configured import LOCAL, Configured, fresh_box, fresh_mail, stored
from servers import dovecot as people
from stage import TOCSIN

SHORT = b"Subject: x\n\nbody\n"


@pytest.fixture
def place(postfix, tmp_path):
    """A configuration whose mail goes to Postfix, and a link called sendmail."""
    os.symlink(TOCSIN, tmp_path / "sendmail")
    relay = {"transport": "smtp", "host": LOCAL, "port": postfix.ports["smtp"], "tls": "none",
             "from": "ops@example.org"}
    return Configured(tmp_path, relay=relay)


def sendmail(place, *arguments, message=SHORT):
    return place.run(None, *arguments, stdin=message, program=(place.folder / "sendmail",))


def deliver(place, postfix, *arguments, message=SHORT, box=None):
    """Sends to a fresh mailbox; the mail as it lies there, with the server's fields, and the dialogue."""
    box = box or fresh_box(postfix)
    done = sendmail(place, "-v", *arguments, f"{box}@example.org", message=message)
    assert (done.code, done.out) == (0, ""), done
    [raw] = postfix.maildir(box).wait()
    return raw, done.err


def fields(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_whole_message_goes_through_octet_for_octet(place, postfix):
    mail = fresh_mail()
    raw, _ = deliver(place, postfix, "-i", message=mail)
    assert raw.endswith(stored(mail))


def test_t_takes_the_recipients_of_the_header(place, postfix):
    boxes = [fresh_box(postfix) for _ in range(4)]
    to, cc, bcc, named = (f"{box}@example.org" for box in boxes)
    message = f"To: {to}\nCc: Somebody <{cc}>\nBcc: {bcc}\nSubject: x\n\nbody\n".encode()
    done = sendmail(place, "-t", named, message=message)
    assert (done.code, done.err) == (0, "")
    for box in boxes:
        raw = postfix.maildir(box).wait_one()
        assert bcc.encode() not in raw and b"\n\nbody\n" in raw


@pytest.mark.parametrize("option, text", [([], "a\n"), (["-i"], "a\n.\nb\n"), (["-oi"], "a\n.\nb\n")])
def test_i_keeps_what_follows_a_dot(place, postfix, option, text):
    raw, _ = deliver(place, postfix, *option, message=b"Subject: x\n\na\n.\nb\n")
    assert raw.decode().endswith("\n\n" + text)


@pytest.mark.parametrize("option, sender, author", [
    ([], "ops@example.org", "ops@example.org"),
    (["-f", "root"], "root@example.org", "root@example.org"),
    (["-r", "root@other.example"], "root@other.example", "root@other.example"),
    (["-f", "<>"], "", "MAILER-DAEMON@example.org"),
    (["-F", "The Night, Watch"], "ops@example.org", '"The Night, Watch" <ops@example.org>'),
    (["-F", "W\u00e4chter", "-f", "root"], "root@example.org", "W\u00e4chter <root@example.org>"),
])
def test_f_and_capital_f_name_the_sender(place, postfix, option, sender, author):
    raw, dialogue = deliver(place, postfix, *option)
    assert f"> MAIL FROM:<{sender}>" in dialogue
    assert raw.startswith(f"Return-Path: <{sender or 'MAILER-DAEMON'}>\n".encode()) or sender == ""
    assert str(fields(raw)["From"]) == author


@pytest.mark.parametrize("options", [["-bm"], ["-oem"], ["-oi", "-odb"], ["-om"], ["-U"], ["-n"], ["-G"], ["-A", "m"],
                                     ["-O", "Timeout=1"], ["-h", "3"], ["-p", "SMTP:h"], ["-L", "tag"]])
def test_what_others_give_by_habit_is_taken(place, postfix, options):
    raw, _ = deliver(place, postfix, *options)
    assert raw.endswith(b"\n\nbody\n")


@pytest.mark.parametrize("options", [["-bp"], ["-bs"], ["-bd"], ["-q"], ["-qf"], ["-I"], ["-C", "x"]])
def test_what_is_no_delivery_is_refused(place, options):
    done = sendmail(place, *options, "tom@example.org")
    assert (done.code, done.out) == (64, "") and done.err.startswith("tocsin: sendmail: "), done


@pytest.mark.parametrize("kind, has_body", [("8BITMIME", True), ("7BIT", False)])
def test_b_declares_the_body(place, postfix, kind, has_body):
    raw, dialogue = deliver(place, postfix, "-B", kind, message="Subject: x\n\nascii\n".encode())
    assert ("BODY=8BITMIME" in dialogue) == has_body
    assert raw.endswith(b"\n\nascii\n")


def test_eight_bits_are_found_though_7bit_was_said(place, postfix):
    raw, dialogue = deliver(place, postfix, "-B7BIT", message="Subject: x\n\ngr\u00fc\u00df\n".encode())
    assert "BODY=8BITMIME" in dialogue and raw.endswith("\n\ngr\u00fc\u00df\n".encode())


@pytest.mark.parametrize("value, parameter", [
    ("never", "NOTIFY=NEVER"), ("success", "NOTIFY=SUCCESS"), ("failure,delay", "NOTIFY=FAILURE,DELAY"),
    ("DELAY,success,Failure", "NOTIFY=SUCCESS,FAILURE,DELAY"),
])
def test_n_says_when_to_notify(place, postfix, value, parameter):
    _, dialogue = deliver(place, postfix, "-N", value, "-f", "tester@example.org")
    assert re.search(rf"> RCPT TO:<\S+> .*{parameter}( |$)", dialogue, re.MULTILINE), dialogue


@pytest.mark.parametrize("when, recipient, action", [
    ("success,failure", None, "delivered"), ("failure", "closed@example.org", "failed"),
])
@pytest.mark.parametrize("what", ["hdrs", "full"])
def test_a_notice_comes_back(place, postfix, when, recipient, action, what):
    """Asked for by -N, named by -V; -R says how much of a mail that failed it returns (RFC 3461 section 4.3)."""
    sender = fresh_box(postfix)
    recipient = recipient or f"{fresh_box(postfix)}@example.org"
    done = sendmail(place, "-v", "-f", f"{sender}@example.org", "-N", when, "-R", what, "-V", "job 7+q=~", recipient)
    assert done.code == 0, done
    assert f"RET={what.upper()} " in done.err and "ENVID=job+207+2Bq+3D~" in done.err
    notice = fields(postfix.maildir(sender).wait_one())
    assert notice.get_content_type() == "multipart/report"
    parts = {part.get_content_type(): part.as_string() for part in notice.walk()}
    envelope = r"^Original-Envelope-Id: job(\+207\+2Bq\+3D| 7\+q=)~$"
    assert re.search(envelope, parts["message/delivery-status"], re.MULTILINE)
    assert f"Action: {action}" in parts["message/delivery-status"]
    assert ("message/rfc822" in parts) == (what == "full" and action == "failed")
    if "message/rfc822" in parts:
        assert parts["message/rfc822"].rstrip().endswith("\n\nbody")


def test_v_shows_the_dialogue_and_the_result(place, postfix):
    box = fresh_box(postfix)
    done = sendmail(place, "-v", f"{box}@example.org")
    assert "< 220 postfix" in done.err and f"> RCPT TO:<{box}@example.org>" in done.err
    assert re.search(f"^{box}@example.org: delivered \\(250\\): 2.0.0 Ok", done.err, re.MULTILINE)
    postfix.maildir(box).wait_one()


@pytest.mark.parametrize("recipients, code", [
    (["refused@example.org"], 67), (["nobody@example.org"], 67), (["later@example.org"], 75),
    (["tester@example.org", "refused@example.org"], 67), (["later@example.org", "refused@example.org"], 69),
])
def test_the_exit_code_tells_what_became_of_it(place, postfix, recipients, code):
    done = sendmail(place, *recipients)
    assert (done.code, done.out) == (code, ""), done
    assert all(f"{each}: " in done.err for each in recipients if not each.startswith("tester"))
    if "tester@example.org" in recipients:
        postfix.maildir("tester").wait()


def test_lmtp_recipients_have_their_own_fates(dovecot, tmp_path):
    os.symlink(TOCSIN, tmp_path / "sendmail")
    place = Configured(tmp_path, mda={"transport": "lmtp", "socket": dovecot.socket, "from": "ops@example.org"})
    done = sendmail(place, people.DELIVERED, people.OVER_QUOTA, people.BROKEN)
    assert done.code == 69, done
    assert f"{people.OVER_QUOTA}: refused (552)" in done.err and f"{people.BROKEN}: deferred (451)" in done.err
    assert dovecot.maildir(people.DELIVERED).wait_one().endswith(b"\n\nbody\n")


@pytest.mark.parametrize("name", ["exim", "opensmtpd"])
def test_other_servers_take_it_too(request, tmp_path, name):
    server = request.getfixturevalue(name)
    os.symlink(TOCSIN, tmp_path / "sendmail")
    place = Configured(tmp_path, relay={"transport": "smtp", "host": LOCAL, "port": server.ports["smtp"],
                                        "tls": "none", "from": "ops@example.org"})
    box, mail = fresh_box(server), fresh_mail()
    done = sendmail(place, "-t", "-i", "-N", "failure", "-R", "hdrs", "-V", "x", message=mail.replace(
        b"all@example.org", f"{box}@example.org".encode()))
    assert (done.code, done.err) == (0, ""), done
    assert server.maildir(box).wait_one() == stored(mail.replace(b"all@example.org", f"{box}@example.org".encode()))
