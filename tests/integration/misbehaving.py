# SPDX-License-Identifier: MIT
"""An SMTP server that refuses or drops what a test wants it to."""

import base64
import re
import socketserver
import threading


class Misbehaving(socketserver.ThreadingTCPServer):
    """An SMTP server whose behaviour a test sets."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.connections = 0
        self.ids = []  # Message-IDs whose final dot came
        self.contents = []  # of these mails
        self.drops_at_dot = 0  # how many more times
        self.refused = ()  # recipients
        self.passwords = []  # that came by AUTH PLAIN
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def account(self):
        return ('relay = { transport = "smtp"; host = "127.0.0.1"; port = %d; tls = "none"; from = "t@example.org"; };'
                % self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.server.connections += 1
        self.say("220 hi")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb.startswith(b"EHLO"):
                self.say("250-me\r\n250 AUTH PLAIN")
            elif verb.startswith(b"AUTH PLAIN "):
                self.server.passwords.append(base64.b64decode(line.split()[2]).split(b"\0")[2].decode())
                self.say("235 2.7.0 welcome")
            elif verb.startswith(b"RCPT"):
                address = line[line.index(b"<") + 1:line.index(b">")].decode()
                self.say("550 5.1.1 no such user" if address in self.server.refused else "250 ok")
            elif verb == b"DATA":
                self.say("354 go")
                if not self.take():
                    return
                self.say("250 2.0.0 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self):
        content = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            content.append(line)
        found = re.search(rb"^Message-Id: <(.*)>\r$", b"".join(content), re.MULTILINE | re.IGNORECASE)
        self.server.ids.append(found[1].decode())
        self.server.contents.append(b"".join(content))
        if self.server.drops_at_dot > 0:
            self.server.drops_at_dot -= 1
            return False
        return True
