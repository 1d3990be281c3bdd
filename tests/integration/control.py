# SPDX-License-Identifier: MIT
"""The daemon's control socket, spoken to by Python's own HTTP client."""

import http.client
import json
import socket
from urllib.parse import quote, urlencode


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def exchange(connection, method, target, body=None, fields=None):
    """Status, media type and body of the answer; JSON is read."""
    try:
        connection.request(method, target, body, fields or {})
        answer = connection.getresponse()
        kind, content = answer.getheader("Content-Type", ""), answer.read()
    finally:
        connection.close()
    return answer.status, kind, json.loads(content) if kind == "application/json" else content


class Control:
    """What is at a socket. Each call is one connection."""

    def __init__(self, path):
        self.path = path

    def ask(self, method, target, body=None, **parameters):
        """The answer's status and body. A body of bytes is a message, any other is JSON."""
        if parameters:
            target += "?" + urlencode(parameters, doseq=True, quote_via=quote)
        fields = {}
        if body is not None:
            fields["Content-Type"] = "message/rfc822" if isinstance(body, bytes) else "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body)
        status, _, content = exchange(UnixConnection(self.path), method, target, body, fields)
        return status, content

    def get(self, target, **parameters):
        status, content = self.ask("GET", target, **parameters)
        assert status == 200, (status, content)
        return content

    def post(self, target, body=None, **parameters):
        status, content = self.ask("POST", target, body, **parameters)
        assert status in (200, 201), (status, content)
        return content

    def throw(self, octets):
        """Sends these octets, as far as they are taken, and leaves."""
        connection = UnixConnection(self.path)
        connection.connect()
        try:
            connection.sock.sendall(octets)
        except (ConnectionResetError, BrokenPipeError):
            pass
        finally:
            connection.close()
