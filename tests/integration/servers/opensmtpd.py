# SPDX-License-Identifier: MIT
"""OpenSMTPD 6.8: neither PIPELINING nor CHUNKING, and here no TLS, which Debian 12's build cannot do with OpenSSL 3.

Its paths are compiled in, so it runs in a mount namespace in which they are bind mounts. The mail of
NAME@example.org ends in maildir("NAME") for each NAME in MAILBOXES; other recipients get 524, which no RFC knows.
"""

import shutil

from . import unpacked
from .maildir import Maildir
from .process import Server, free_ports, greets

NOBODY = 65534
MAILBOXES = ["ann", "tom", "tester", *(f"box{number}" for number in range(40))]

CONFIGURATION = """\
queue ttl 1h
smtp max-message-size 100M
table names file:{root}/names
table people file:{root}/people
listen on 127.0.0.1 port {port} hostname opensmtpd.example.org
action deliver maildir "{root}/mail/%{{rcpt.user}}" virtual <names> userbase <people>
match from any for domain "example.org" action deliver
"""

# Mounts what the compiled-in paths have to be; "$1" is the server's folder, "$2" the unpacked package.
SCRIPT = """\
set -eu
mount --make-rprivate /
mkdir -p /usr/libexec /var/spool
mount -t tmpfs tmpfs /usr/libexec
mount -t tmpfs tmpfs /var/spool
mkdir -p /usr/libexec/opensmtpd /var/spool/smtpd
mount --bind "$2/usr/libexec/opensmtpd" /usr/libexec/opensmtpd
mount --bind "$1/spool" /var/spool/smtpd
mount -t tmpfs tmpfs /run
mkdir -p /run/opensmtpd /var/lib/opensmtpd
mount -t tmpfs tmpfs /var/lib
mkdir -p /var/lib/opensmtpd/empty
exec "$2/usr/sbin/smtpd" -d -f "$1/smtpd.conf"
"""


class OpenSmtpd(Server):
    """ports: smtp."""

    name = "opensmtpd"
    unshare = ("--mount",)

    def __init__(self, root):
        super().__init__(root)
        self.package = unpacked("opensmtpd")
        self.ports = {"smtp": free_ports(1)[0]}

    def maildir(self, name):
        return Maildir(self.root / "mail" / name)

    def configure(self):
        (self.root / "spool").mkdir()
        (self.root / "spool").chmod(0o711)
        (self.root / "mail").mkdir()
        shutil.chown(self.root / "mail", NOBODY, NOBODY)
        (self.root / "names").write_text("".join(f"{name}@example.org: nobody\n" for name in MAILBOXES))
        (self.root / "people").write_text(f"nobody:{NOBODY}:{NOBODY}:{self.root}/mail\n")
        (self.root / "smtpd.conf").write_text(CONFIGURATION.format(root=self.root, port=self.ports["smtp"]))

    def command(self):
        return ["/bin/sh", "-c", SCRIPT, "sh", self.root, self.package], {}

    def is_ready(self):
        return greets(self.ports["smtp"])
