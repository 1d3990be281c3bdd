# SPDX-License-Identifier: MIT
"""The scripted server, held against smtplib: each golden vector proves the server, the script and itself."""

import smtplib
import socket
import ssl

import pytest

from scripted.dialogue import Bdat, C, Close, Drip, Forever, Raw, Reset, S, Silence, StartTls, Unheard, greet
from scripted.golden import LMTP_VECTOR, REFUSED_GREETING, VECTORS, outcome
from scripted.server import ScriptedServer


def connect(server, kind=smtplib.SMTP, seconds=5):
    return kind("127.0.0.1", server.port, "me", timeout=seconds)


def hold_against(vector, server, client):
    assert outcome(vector.call, client) == vector.result
    if vector.is_open is not None:
        assert (client.sock is not None) == vector.is_open
    client.close()
    server.join()
    assert server.problems() == []
    if vector.wire is not None:
        assert server.wire() == vector.wire


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_smtplib_does_what_the_vector_says(vector):
    with ScriptedServer(vector.script) as server:
        hold_against(vector, server, connect(server))


def test_smtplib_reads_one_reply_of_lmtp():
    with ScriptedServer(LMTP_VECTOR.script) as server:
        hold_against(LMTP_VECTOR, server, connect(server, smtplib.LMTP))


def test_smtplib_refuses_a_greeting_other_than_220():
    with ScriptedServer(REFUSED_GREETING.script) as server:
        assert outcome(REFUSED_GREETING.call, lambda: connect(server)) == REFUSED_GREETING.result
        server.join()
        assert server.wire() == b""


def test_smtplib_refuses_bad_ports_and_no_timeout():
    with pytest.raises(OSError, match="nonnumeric port"):
        smtplib.SMTP("127.0.0.1:abc")
    with pytest.raises(ValueError, match="timeout=0"):
        smtplib.SMTP("127.0.0.1", 1, timeout=0)


def test_serves_a_unix_socket(tmp_path):
    with ScriptedServer([S("220 hi"), C("noop"), S("250 ok")], path=tmp_path / "lmtp") as server:
        link = smtplib.LMTP(str(tmp_path / "lmtp"), local_hostname="me")
        assert link.noop() == (250, b"ok")
        link.close()
        server.join()
        assert server.problems() == []


def test_each_connection_has_its_own_script():
    with ScriptedServer([[S("421 busy"), Close()], [S("220 hi"), Silence()]]) as server:
        with pytest.raises(smtplib.SMTPConnectError):
            connect(server)
        connect(server).close()


def test_starts_tls_and_hides_nothing_from_the_wire(ca):
    script = [*greet("STARTTLS"), C("STARTTLS"), S("220 go"), StartTls("good"), C("NOOP"), S("250 ok")]
    with ScriptedServer(script, ca=ca) as server:
        link = connect(server)
        link.starttls(context=ssl.create_default_context(cafile=str(ca.file)))
        assert link.docmd("NOOP") == (250, b"ok")
        link.close()
        server.join()
        assert server.wire() == b"ehlo me\r\nSTARTTLS\r\nNOOP\r\n"


def test_tells_when_the_client_leaves_the_script():
    with ScriptedServer([S("220 hi"), C("EHLO .*")]) as server:
        link = connect(server)
        link.putcmd("noop")
        link.close()
        server.join()
        assert server.problems() == ["heard b'noop\\r\\n', expected 'EHLO .*'"]


def test_tells_when_the_client_does_not_wait():
    with ScriptedServer([S("220 hi"), C("one"), Unheard(1)]) as server:
        link = connect(server)
        link.send(b"one\r\n")
        link.send(b"two\r\n")
        link.close()
        server.join()
        assert len(server.problems()) == 1 and "went on" in server.problems()[0]


def test_hears_chunks_as_bytes():
    with ScriptedServer([S("220 hi"), Bdat(last=False), S("250 ok"), Bdat(last=True), S("250 ok")]) as server:
        link = connect(server)
        link.send(b"BDAT 3\r\n\r\n.")
        assert link.getreply()[0] == 250
        link.send(b"BDAT 0 LAST\r\n")
        assert link.getreply()[0] == 250
        link.close()


def test_drips_and_resets():
    with ScriptedServer([S("220 hi"), C("noop"), Drip(b"250 ok\r\n", 0.01), Reset()]) as server:
        link = connect(server)
        assert link.noop() == (250, b"ok")
        with pytest.raises(smtplib.SMTPServerDisconnected, match="reset"):
            link.getreply()


def test_says_the_same_until_the_client_leaves():
    with ScriptedServer([Raw(b"220 hi\r\n"), Forever(b"250-x\r\n")]) as server:
        with socket.create_connection(("127.0.0.1", server.port), 5) as link:
            total = 0
            while total < 200_000:
                total += len(link.recv(65536))
        server.join()
        assert server.problems() == []
