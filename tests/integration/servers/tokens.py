# SPDX-License-Identifier: MIT
"""A token server (RFC 6749 section 6) on loopback, which answers as a test says and keeps what it was asked."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class TokenServer:
    """A context. `answers` is a list of pairs of HTTP status and a dictionary; each request takes the first, the last
    stays. `asked` has the form of each request."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01})

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}/token"

    def _next(self, form):
        with self._lock:
            self.asked.append(form)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _handler(self):
        owner = self

        class Handler(BaseHTTPRequestHandler):
            """Takes POST of a form, as token endpoints do."""

            def do_POST(self):  # the name is http.server's
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = owner._next(dict(urllib.parse.parse_qsl(body)))
                data = json.dumps(answer).encode() if isinstance(answer, dict) else answer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        return Handler

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
