# SPDX-License-Identifier: MIT
"""Runs scripts: a listener whose n-th connection plays the n-th script, the last one for all further connections."""

import socket
import ssl
import threading

from .dialogue import ClientGone, ScriptBroken

STEP_SECONDS = 10


class Session:
    """One connection as the steps see it. `wire` is every byte the client has said, in clear."""

    def __init__(self, link, server):
        self.link, self.limit, self.stopped = link, server.limit, server.stopped
        self._server = server
        self._pending = b""
        self.wire = bytearray()
        self.heard = b""  # the last line
        self.problem = None
        link.settimeout(self.limit)
        if link.family != socket.AF_UNIX:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def say(self, data):
        self.link.sendall(data)

    def hear_some(self):
        data = self.link.recv(65536)
        if not data:
            raise ClientGone
        self.wire += data
        self._pending += data

    def has_pending(self):
        return bool(self._pending)

    def hear_line(self):
        while b"\n" not in self._pending:
            self.hear_some()
        line, _, self._pending = self._pending.partition(b"\n")
        self.heard = line + b"\n"
        return self.heard

    def hear_exactly(self, count):
        while len(self._pending) < count:
            self.hear_some()
        data, self._pending = self._pending[:count], self._pending[count:]
        return data

    def start_tls(self, certificate, sni=None):
        if self._pending:
            raise ScriptBroken(f"the client sent {self._pending!r} before the handshake")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(getattr(self._server.ca, certificate).chain)
        if sni:
            context.sni_callback = lambda _link, name, _context: (
                None if name == sni else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)
        self.link = context.wrap_socket(self.link, server_side=True)

    def play(self, script):
        """Runs the steps; keeps as `problem` what a client must not do, and as None that it left early."""
        try:
            for step in script:
                step.run(self)
        except ScriptBroken as problem:
            self.problem = str(problem)
        except TimeoutError:
            self.problem = f"the client said nothing for {self.limit} s"
        except (ClientGone, OSError):
            pass
        finally:
            self.link.close()


class ScriptedServer:
    """Listens on loopback, or at a Unix socket's path. `sessions` are the connections so far, oldest first."""

    def __init__(self, scripts, ca=None, path=None, limit=STEP_SECONDS, host="127.0.0.1"):
        self.scripts = scripts if isinstance(scripts[0], list) else [scripts]
        self.ca, self.path, self.limit, self.host = ca, path, limit, host
        self.sessions = []
        self.stopped = threading.Event()
        self._threads = []

    def __enter__(self):
        if self.path:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(self.path))
            self._listener.listen()
            self.port = 0
        else:
            family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            self._listener = socket.create_server((self.host, 0), family=family)
            self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self.join()

    def _accept(self):
        while True:
            try:
                link = self._listener.accept()[0]
            except OSError:
                return
            session = Session(link, self)
            script = self.scripts[min(len(self.sessions), len(self.scripts) - 1)]
            self.sessions.append(session)
            thread = threading.Thread(target=session.play, args=(script,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def join(self):
        """Waits until every connection's script has ended."""
        for thread in self._threads:
            thread.join(self.limit + 1)

    def wire(self, number=0):
        """What the client said on a connection, complete only once the client has closed it."""
        return bytes(self.sessions[number].wire)

    def problems(self):
        return [session.problem for session in self.sessions if session.problem]


class DeafServer:
    """Listens, and never accepts: its queue is full, so that nobody gets an answer from it."""

    sessions = ()

    def __init__(self, path=None):
        self.path = path
        self._callers = []

    def __enter__(self):
        self._listener = socket.socket(socket.AF_UNIX if self.path else socket.AF_INET)
        self._listener.bind(str(self.path) if self.path else ("127.0.0.1", 0))
        self._listener.listen(0)
        self.port = 0 if self.path else self._listener.getsockname()[1]
        while self._is_call_taken():
            pass
        return self

    def _is_call_taken(self):
        caller = socket.socket(self._listener.family)
        caller.settimeout(0.2)
        self._callers.append(caller)
        try:
            caller.connect(self._listener.getsockname())
        except (TimeoutError, BlockingIOError):
            return False
        return True

    def __exit__(self, *_):
        for each in [*self._callers, self._listener]:
            each.close()

    def join(self):
        """Nothing to wait for."""

    def problems(self):
        return []
