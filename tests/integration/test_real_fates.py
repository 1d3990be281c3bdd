# SPDX-License-Identifier: MIT
"""`tocsin send` to real servers that take a mail for some recipients only, or lack what the mail needs."""

import email
import email.policy
import os
import re

import pytest

from configured import LOCAL, Configured, fresh_box, fresh_mail, stored
from servers import dovecot as people



def clear(server, listener="smtp", **more):
    return {"transport": "smtp", "host": LOCAL, "port": server.ports[listener], "tls": "none", "timeout": "10s", **more}


def body_of(mail):
    return email.message_from_bytes(mail, policy=email.policy.default).get_content()


@pytest.mark.parametrize("name, unknown", [("postfix", 550), ("exim", 550), ("opensmtpd", 524)])
def test_one_refused_recipient_stops_nobody(request, tmp_path, name, unknown):
    server = request.getfixturevalue(name)
    place = Configured(tmp_path, relay=clear(server))
    boxes, mail = [f"{fresh_box(server)}@example.org" for _ in range(2)], fresh_mail()
    done = place.send_message(mail, boxes[0], "unknown@example.org", boxes[1])
    assert done.code == 69, done
    assert done.json()["error"] is None
    assert done.fates() == {boxes[0]: ("delivered", 250), "unknown@example.org": ("refused", unknown),
                            boxes[1]: ("delivered", 250)}
    for box in boxes:
        assert server.maildir(box.split("@")[0]).wait_one() == stored(mail)


def test_a_person_is_told_what_did_not_go_well(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix, **{"from": "ann@example.org"}))
    box = fresh_box(postfix)
    to = ["--to", f"{box}@example.org, refused@example.org", "--cc", "later@example.org", "--body", "x"]
    done = place.send(*to)
    assert (done.code, done.err) == (69, "")
    assert done.out == (
        "refused@example.org: refused (550): 5.1.1 <refused@example.org>: Recipient address rejected: no such user\n"
        "later@example.org: deferred (450): 4.2.0 <later@example.org>: Recipient address rejected: come again\n"
    )
    done = place.send("--verbose", *to)
    assert re.match(f"{box}@example.org: delivered \\(250\\): 2.0.0 Ok: .* queued as", done.out), done
    postfix.maildir(box).wait(2)


def test_a_recipient_who_may_have_it_later_exits_with_75(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix))
    box = fresh_box(postfix)
    done = place.send_message(fresh_mail(), f"{box}@example.org", "later@example.org")
    assert done.code == 75, done
    assert done.fates() == {f"{box}@example.org": ("delivered", 250), "later@example.org": ("deferred", 450)}
    postfix.maildir(box).wait_one()


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_lmtp_has_a_fate_for_each_recipient_of_one_transaction(dovecot, tmp_path, over):
    where = {"socket": dovecot.socket} if over == "unix" else {"host": LOCAL, "port": dovecot.ports["lmtp"]}
    place = Configured(tmp_path, mda={"transport": "lmtp", **where})
    mail = fresh_mail()
    done = place.send_message(mail, people.OVER_QUOTA, people.OVER_QUOTA_LATER, people.DELIVERED, people.BROKEN,
                              people.UNKNOWN)
    assert done.code == 69, done
    assert done.fates() == {
        people.OVER_QUOTA: ("refused", 552), people.OVER_QUOTA_LATER: ("deferred", 452),
        people.DELIVERED: ("delivered", 250), people.BROKEN: ("deferred", 451), people.UNKNOWN: ("refused", 550),
    }
    told = {each["recipient"]: (each["enhanced"], each["stage"]) for each in done.json()["fates"]}
    assert told[people.OVER_QUOTA] == ("5.2.2", "data") and told[people.UNKNOWN] == ("5.1.1", "recipient")
    assert done.err.count("> MAIL FROM") == 1
    assert dovecot.maildir(people.DELIVERED).wait_one() == stored(mail)


def test_too_many_recipients_are_sent_in_parts(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix, "few"))
    boxes, mail = [fresh_box(postfix) for _ in range(12)], fresh_mail()
    done = place.send_message(mail, *[f"{box}@example.org" for box in boxes])
    assert done.code == 0 and set(done.fates().values()) == {("delivered", 250)}, done
    assert done.err.count("> MAIL FROM") == 3 and "< 452 4.5.3" in done.err
    for box in boxes:
        assert postfix.maildir(box).wait_one() == stored(mail)


@pytest.mark.parametrize("listener, settings, has_bdat", [
    ("smtp", {}, True), ("smtp", {"chunking": False}, False), ("no_chunking", {}, False),
    ("smtp", {"pipelining": False}, False), ("no_chunking", {"pipelining": False}, False), ("strict", {}, True),
])
def test_chunking_is_used_where_it_is_offered_with_pipelining(postfix, tmp_path, listener, settings, has_bdat):
    place = Configured(tmp_path, relay=clear(postfix, listener, **settings))
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org")
    assert done.code == 0, done
    assert ("> BDAT " in done.err, "> DATA" in done.err) == (has_bdat, not has_bdat)
    assert postfix.maildir(box).wait_one() == stored(mail)


@pytest.mark.parametrize("listener", ["strict", "no_chunking", "bare"])
def test_bare_line_ends_become_whole_ones(postfix, tmp_path, listener):
    """What would be smuggling if it went out as it is: dots between bare CR and LF."""
    place = Configured(tmp_path, relay=clear(postfix, listener))
    box = fresh_box(postfix)
    header = b"From: sender@client.example\r\nTo: all@example.org\nMessage-ID: <%s@x>\r\nDate: x\r\n\r\n" % os.urandom(
        8).hex().encode()
    done = place.send_message(header + b"a\n.\nb\r.\rc\r\n.\nMAIL FROM:<x@x>\n", f"{box}@example.org")
    assert done.code == 0, done
    assert postfix.maildir(box).wait_one().endswith(b"\n\na\n.\nb\n.\nc\n.\nMAIL FROM:<x@x>\n")


def test_eight_bits_are_encoded_for_a_server_without_8bitmime(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix, "bare"))
    box, mail = fresh_box(postfix), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org")
    assert done.code == 0 and "BODY=" not in done.err, done
    received = postfix.maildir(box).wait_one()
    assert received.isascii() and max(map(len, received.splitlines())) <= 76
    assert body_of(received) == body_of(stored(mail))
    assert received.split(b"Content-Transfer")[0] == stored(mail).split(b"Content-Transfer")[0]


@pytest.mark.parametrize("name", ["postfix", "exim"])
def test_international_addresses_go_by_smtputf8(request, tmp_path, name):
    server = request.getfixturevalue(name)
    place = Configured(tmp_path, relay=clear(server))
    box, mail = fresh_box(server), fresh_mail()
    done = place.send_message(mail, f"{box}@example.org", sender="gr\u00fc\u00dfe@client.example")
    assert done.code == 0, done
    assert re.search("> MAIL FROM:<gr\u00fc\u00dfe@client.example> .*SMTPUTF8", done.err)
    [raw] = server.maildir(box).wait()
    assert raw.lower().startswith("return-path: <gr\u00fc\u00dfe@client.example>".encode())
    assert raw.endswith(stored(mail))


@pytest.mark.parametrize("name, listener", [("postfix", "bare"), ("opensmtpd", "smtp")])
def test_international_addresses_need_smtputf8(request, tmp_path, name, listener):
    place = Configured(tmp_path, relay=clear(request.getfixturevalue(name), listener))
    done = place.send_message(fresh_mail(), "tom@example.org", sender="gr\u00fc\u00dfe@client.example")
    assert (done.code, done.fates()) == (69, {"tom@example.org": ("refused", None)}), done
    assert "does not offer SMTPUTF8" in done.json()["fates"][0]["text"]
    assert "> MAIL" not in done.err


def test_a_message_that_is_too_large_is_not_even_offered(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix, "small"))
    done = place.send_message(fresh_mail() + b"z" * 20000 + b"\r\n", "tom@example.org")
    assert (done.code, done.fates()) == (69, {"tom@example.org": ("refused", None)}), done
    assert re.fullmatch("the message has 2[0-9]{4} bytes, but the server takes no more than 20000",
                        done.json()["fates"][0]["text"])
    assert "> MAIL" not in done.err


def test_a_large_message_comes_through_whole(postfix, tmp_path):
    place = Configured(tmp_path, relay=clear(postfix))
    box = fresh_box(postfix)
    mail = fresh_mail() + b"".join(b"%07d" % number + b"q" * 70 + b"\r\n" for number in range(60000))
    done = place.send("--message", "-", "--from", "a@client.example", "--to", f"{box}@example.org", stdin=mail)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert postfix.maildir(box).wait_one() == stored(mail)
