# SPDX-License-Identifier: MIT
"""The library over real sockets and real TLS: what it encrypts, whom it trusts, how it connects, what it never
says in clear."""

import base64
import hashlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

CLIENT = sys.argv[1]
# Numbers of TocsinError.
NOT_CONNECTED, TLS, NO_MECHANISM, PROTOCOL, CONFIG = 3, 5, 7, 12, 16


class Server(threading.Thread):
    """Some connections, one after the other; remembers every line and whether it came through TLS, from where
    each came, what certificate it showed, and whether its TLS session was one of before."""

    def __init__(self, certificate, *, implicit=False, greeting=b"220 test\r\n", go=b"220 go\r\n", times=1,
                 newest=None, wanted=None):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        if newest:
            self.context.maximum_version = newest
        if wanted:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(wanted)
        self.implicit, self.greeting, self.go, self.times = implicit, greeting, go, times
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.port = self.listener.getsockname()[1]
        self.lines, self.peers, self.resumed, self.shown = [], [], [], []

    def run(self):
        for _ in range(self.times):
            connection, peer = self.listener.accept()
            self.peers.append(peer[0])
            connection.settimeout(60)
            try:
                if self.implicit:
                    connection = self.encrypt(connection)
                connection.sendall(self.greeting)
                self.serve(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def encrypt(self, connection):
        connection = self.context.wrap_socket(connection, server_side=True)
        self.resumed.append(connection.session_reused)
        self.shown.append(connection.getpeercert() and dict(connection.getpeercert()["subject"][0])["commonName"])
        return connection

    def serve(self, connection):
        while line := self.read_line(connection):
            encrypted = isinstance(connection, ssl.SSLSocket)
            self.lines.append((encrypted, line.decode().strip()))
            verb = line[:4].upper().strip()
            if verb == b"STAR":
                connection.sendall(self.go)
                connection = self.encrypt(connection)
                continue
            answers = {b"EHLO": b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 ok\r\n",
                       b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n", b"HI": b"", b"": b""}
            connection.sendall(answers.get(verb, b"250 ok\r\n"))
            if verb == b"QUIT":
                return

    @staticmethod
    def read_line(connection):
        line = b""
        while not line.endswith(b"\n"):
            octet = connection.recv(1)
            if not octet:
                return b""
            line += octet
        return line


class Proxy(threading.Thread):
    """One connection through SOCKS 5 (RFC 1928, RFC 1929) or HTTP CONNECT, to @port whatever it is asked for."""

    def __init__(self, port, *, http=False):
        super().__init__(daemon=True)
        self.port, self.http = port, http
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.asked = self.user = None

    def run(self):
        near = self.listener.accept()[0]
        near.settimeout(60)
        with near, near.makefile("rb") as words:
            if self.http:
                self.answer_http(near, words)
            else:
                self.answer_socks(near, words)
            with socket.create_connection(("127.0.0.1", self.port)) as far:
                back = threading.Thread(target=self.carry, args=(far.recv, near), daemon=True)
                back.start()
                self.carry(words.read1, far)
                back.join(60)

    def answer_socks(self, near, words):
        methods = words.read(words.read(2)[1])
        near.sendall(b"\5\2" if 2 in methods else b"\5\0")
        if 2 in methods:
            user = words.read(words.read(2)[1])
            self.user = (user + b":" + words.read(words.read(1)[0])).decode()
            near.sendall(b"\1\0")
        kind = words.read(4)[3]
        self.asked = words.read(words.read(1)[0]).decode() if kind == 3 else words.read(4 if kind == 1 else 16)
        words.read(2)
        near.sendall(b"\5\0\0\1\0\0\0\0\0\0")

    def answer_http(self, near, words):
        self.asked = words.readline().decode().split()[1].rpartition(":")[0]
        while words.readline().strip():
            pass
        near.sendall(b"HTTP/1.0 200 ok\r\n\r\n")

    @staticmethod
    def carry(read, write):
        try:
            while some := read(65536):
                write.sendall(some)
            write.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def make_certificate(folder, name):
    path = folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2",
                    "-keyout", f"{path}.key", "-out", path], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.key").read_text())
    return path


def pin_of(certificate):
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-pubkey", "-noout"], check=True,
                         capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key, check=True,
                         capture_output=True).stdout
    return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def talk(certificate, trusted, *options, host="127.0.0.1", **behaviour):
    """What the client told, and the server, which is done."""
    server = Server(certificate, **behaviour)
    server.start()
    told = ask(server, trusted, *options, host=host)
    server.join(60)
    return told, server


def ask(server, trusted, *options, host="127.0.0.1"):
    done = subprocess.run([CLIENT, "--ca", trusted, *options, f"{host}:{server.port}"], capture_output=True, text=True,
                          timeout=60)
    return done.stdout.split("\n")[0] if done.stdout.count("\n") == 1 else done.stdout.split("\n")[:-1]


def cases_of_tls(good, other):
    told, server = talk(good, good, "--starttls", "--minimum", "1.3")
    yield "STARTTLS, login, mail", told == "sent", (told, server.lines)
    clear, hidden = ([line for tls, line in server.lines if tls == wanted] for wanted in (False, True))
    yield "only EHLO and STARTTLS are said in clear", clear == ["EHLO me", "STARTTLS"], server.lines
    yield "the server is greeted anew in TLS", hidden[:2] == ["EHLO me", "AUTH PLAIN AHUAcA=="], server.lines
    told, server = talk(good, good, "--implicit", implicit=True)
    yield "TLS from the first byte", told == "sent" and all(tls for tls, _ in server.lines), (told, server.lines)
    told, server = talk(good, other, "--starttls")
    yield "an unknown authority is refused", told == f"{TLS} 0" and len(server.lines) == 2, (told, server.lines)
    told, server = talk(other, other, "--starttls")
    yield "a certificate for another name is refused", told == f"{TLS} 0" and len(server.lines) == 2, told
    told, server = talk(good, good, "--starttls", go=b"220 go\r\n250 injected\r\n")
    yield "bytes behind the 220 are an attack", told == f"{PROTOCOL} 0" and len(server.lines) == 2, told
    told, server = talk(good, good)
    yield "a password is not shown without TLS", told == f"{NO_MECHANISM} 0" and len(server.lines) == 1, told
    told, server = talk(good, good, greeting=b"554 no\r\n")
    yield "a server that does not serve is left", told == f"{NOT_CONNECTED} 554" and not server.lines, told


def cases_of_callbacks(good):
    for callbacks in ("waiting", "ready"):
        for way in ("starttls", "implicit"):
            told, server = talk(good, good, f"--{way}", "--callbacks", callbacks, implicit=way == "implicit")
            yield f"TLS over {callbacks} callbacks, {way}", told == "sent" and server.lines[-1] == (True, "QUIT"), (
                told, server.lines)


def cases_of_settings(good, other):
    right, wrong = pin_of(good), pin_of(other)
    told, server = talk(good, good, "--starttls", "--pins", f"{wrong};{right}")
    yield "one of the pins is the server's", told == "sent", told
    told, server = talk(good, good, "--starttls", "--pins", wrong)
    yield "a key that is not pinned is refused", told == f"{TLS} 0" and len(server.lines) == 2, (told, server.lines)
    told, server = talk(good, good, "--starttls", "--certificate", other, wanted=other)
    yield "a client certificate is shown", (told, server.shown) == ("sent", ["other.example.org"]), (told, server.shown)
    told, server = talk(good, good, "--starttls", "--certificate", other, "--key", f"{other}.key", wanted=other)
    yield "its key is in a file of its own", (told, server.shown) == ("sent", ["other.example.org"]), told
    told, server = talk(good, good, "--starttls", "--certificate", good, "--key", f"{other}.key", wanted=other)
    yield "a key of another certificate is refused", told == f"{CONFIG} 0" and server.shown == [], told
    for minimum, expected in (("1.2", "sent"), ("1.3", f"{TLS} 0")):
        told, server = talk(good, good, "--starttls", "--minimum", minimum, newest=ssl.TLSVersion.TLSv1_2)
        yield f"TLS 1.2 where {minimum} is the minimum", told == expected, told
    told, server = talk(good, good, "--starttls", "--minimum", "1.1")
    yield "1.1 is no minimum", told == f"{CONFIG} 0", told
    told, server = talk(good, good, "--implicit", "--times", "3", implicit=True, times=3)
    yield "clients that share the settings share TLS sessions", (told, server.resumed) == (
        ["sent"] * 3, [False, True, True]), (told, server.resumed)
    told, server = talk(good, good, "--starttls", "--source", "127.0.0.2")
    yield "the source address is used", (told, server.peers) == ("sent", ["127.0.0.2"]), (told, server.peers)


def cases_of_proxies(good):
    for url, user, http in (("socks5://{}", None, False), ("socks5://u:pw@{}", "u:pw", False),
                            ("http://{}", None, True)):
        for way in ("starttls", "implicit"):
            server = Server(good, implicit=way == "implicit")
            proxy = Proxy(server.port, http=http)
            server.start()
            proxy.start()
            # A name that exists nowhere: only the proxy can know it.
            told = ask(server, good, f"--{way}", "--proxy", url.format(proxy.address), host="mx.invalid")
            server.join(60)
            yield f"through {url.format('the proxy')}, {way}", (told, proxy.asked, proxy.user) == (
                "sent", "mx.invalid", user), (told, proxy.asked, proxy.user)


def main():
    with tempfile.TemporaryDirectory() as folder:
        good, other = (make_certificate(Path(folder), name) for name in ("mx.example.org", "other.example.org"))
        results = [*cases_of_tls(good, other), *cases_of_callbacks(good), *cases_of_settings(good, other),
                   *cases_of_proxies(good)]
    print(f"1..{len(results)}")
    for name, good, seen in results:
        print(f"ok - {name}" if good else f"not ok - {name}\n# {seen}")
    return not all(good for _, good, _ in results)


sys.exit(main())
