# SPDX-License-Identifier: MIT
"""The library over real sockets and real TLS: what it encrypts, whom it trusts, what it never says in clear."""

import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

CLIENT = sys.argv[1]
# Numbers of TocsinError.
NOT_CONNECTED, TLS, NO_MECHANISM, PROTOCOL = 3, 5, 7, 12


class Server(threading.Thread):
    """One connection; remembers every line and whether it came through TLS."""

    def __init__(self, certificate, *, implicit=False, greeting=b"220 test\r\n", go=b"220 go\r\n"):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.implicit, self.greeting, self.go = implicit, greeting, go
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.lines = []

    def run(self):
        connection = self.listener.accept()[0]
        connection.settimeout(60)
        try:
            if self.implicit:
                connection = self.context.wrap_socket(connection, server_side=True)
            connection.sendall(self.greeting)
            self.serve(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def serve(self, connection):
        while line := self.read_line(connection):
            encrypted = isinstance(connection, ssl.SSLSocket)
            self.lines.append((encrypted, line.decode().strip()))
            verb = line[:4].upper().strip()
            if verb == b"STAR":
                connection.sendall(self.go)
                connection = self.context.wrap_socket(connection, server_side=True)
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


def make_certificate(folder, name):
    path = folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2",
                    "-keyout", f"{path}.key", "-out", path], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.key").read_text())
    return path


def talk(way, certificate, trusted, **behaviour):
    server = Server(certificate, **behaviour)
    server.start()
    done = subprocess.run([CLIENT, way, server.address, trusted], capture_output=True, text=True, timeout=60)
    server.join(60)
    return done.stdout.strip(), server.lines


def cases(good, other):
    told, lines = talk("starttls", good, good)
    yield "STARTTLS, login, mail", told == "sent", (told, lines)
    clear, hidden = ([line for tls, line in lines if tls == wanted] for wanted in (False, True))
    yield "only EHLO and STARTTLS are said in clear", clear == ["EHLO me", "STARTTLS"], lines
    yield "the server is greeted anew in TLS", hidden[:2] == ["EHLO me", "AUTH PLAIN AHUAcA=="], lines
    told, lines = talk("implicit", good, good, implicit=True)
    yield "TLS from the first byte", told == "sent" and all(tls for tls, _ in lines), (told, lines)
    told, lines = talk("starttls", good, other)
    yield "an unknown authority is refused", told == f"{TLS} 0" and len(lines) == 2, (told, lines)
    told, lines = talk("starttls", other, other)
    yield "a certificate for another name is refused", told == f"{TLS} 0" and len(lines) == 2, (told, lines)
    told, lines = talk("starttls", good, good, go=b"220 go\r\n250 injected\r\n")
    yield "bytes behind the 220 are an attack", told == f"{PROTOCOL} 0" and len(lines) == 2, (told, lines)
    told, lines = talk("clear", good, good)
    yield "a password is not shown without TLS", told == f"{NO_MECHANISM} 0" and len(lines) == 1, (told, lines)
    told, lines = talk("clear", good, good, greeting=b"554 no\r\n")
    yield "a server that does not serve is left", told == f"{NOT_CONNECTED} 554" and not lines, (told, lines)


def main():
    with tempfile.TemporaryDirectory() as folder:
        names = ("mx.example.org", "other.example.org")
        results = list(cases(*(make_certificate(Path(folder), name) for name in names)))
    print(f"1..{len(results)}")
    for name, good, seen in results:
        print(f"ok - {name}" if good else f"not ok - {name}\n# {seen}")
    return not all(good for _, good, _ in results)


sys.exit(main())
