# SPDX-License-Identifier: MIT
"""Postfix with one listener for each thing that a client has to cope with; delivers to Maildirs.

The mail of NAME@example.org ends in maildir("NAME") for each NAME in MAILBOXES. At RCPT addresses that begin with
"refused" get 550, those that begin with "later" 450, unknown ones 550. The mail of "closed" is accepted and bounces.
"""

import shutil

from . import unpacked
from .maildir import Maildir
from .process import Server, accepts, free_ports, greets

QUEUE = "active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace".split()
HIDDEN = "pipelining,chunking,8bitmime,dsn,smtputf8,size,enhancedstatuscodes,etrn,vrfy,starttls"
NOBODY = 65534
MAILBOXES = ["ann", "tom", "tester", "closed", *(f"box{number}" for number in range(300))]

# Each listener: its name, and the smtpd options that make it what it is.
LISTENERS = {
    "smtp": {},  # everything that Postfix announces, STARTTLS offered, no SASL
    "submission": {"smtpd_tls_security_level": "encrypt", "smtpd_tls_auth_only": "yes", "smtpd_sasl_auth_enable": "yes",
                   "smtpd_recipient_restrictions": "permit_sasl_authenticated,reject"},
    "smtps": {"smtpd_tls_wrappermode": "yes", "smtpd_sasl_auth_enable": "yes",
              "smtpd_recipient_restrictions": "permit_sasl_authenticated,reject"},
    "plain_auth": {"smtpd_tls_security_level": "none", "smtpd_sasl_auth_enable": "yes"},  # AUTH without TLS
    "no_chunking": {"smtpd_discard_ehlo_keywords": "chunking"},
    "bare": {"smtpd_discard_ehlo_keywords": HIDDEN},  # ESMTP without any extension
    "strict": {"smtpd_forbid_bare_newline": "reject", "smtpd_forbid_bare_newline_exclusions": ""},  # refuses smuggling
    "small": {"message_size_limit": "20000"},
    "few": {"smtpd_recipient_limit": "5", "smtpd_recipient_overshoot_limit": "1000"},  # 452 4.5.3 from the sixth on
    "client_certificate": {"smtpd_tls_wrappermode": "yes", "smtpd_tls_req_ccert": "yes"},
    "expired": {"smtpd_tls_wrappermode": "yes", "smtpd_tls_chain_files": "{ca.expired.chain}"},
    "wrong_name": {"smtpd_tls_wrappermode": "yes", "smtpd_tls_chain_files": "{ca.wrong_name.chain}"},
    "common_name": {"smtpd_tls_wrappermode": "yes", "smtpd_tls_chain_files": "{ca.common_name.chain}"},
    "self_signed": {"smtpd_tls_wrappermode": "yes", "smtpd_tls_chain_files": "{ca.self_signed.chain}"},
    "starttls_expired": {"smtpd_tls_chain_files": "{ca.expired.chain}"},
}

MAIN = """\
compatibility_level = 3.7
local_header_rewrite_clients =
queue_directory = {queue}
data_directory = {root}/data
command_directory = {package}/usr/sbin
daemon_directory = {package}/usr/lib/postfix/sbin
shlib_directory = {package}/usr/lib/postfix
meta_directory = {root}/etc
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
import_environment = LD_LIBRARY_PATH={package}/usr/lib/postfix MAIL_CONFIG TZ
export_environment = LD_LIBRARY_PATH={package}/usr/lib/postfix MAIL_CONFIG TZ
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.example.org
mydestination =
mynetworks = 127.0.0.0/8 [::1]/128
inet_interfaces = all
inet_protocols = ipv4
smtputf8_enable = yes
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_recipient_restrictions =
smtpd_client_connection_count_limit = 0
smtpd_client_restrictions =
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
in_flow_delay = 0
message_size_limit = 104857600
virtual_mailbox_limit = 0
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = texthash:{root}/etc/mailboxes
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
transport_maps = texthash:{root}/etc/transports
default_transport = error:this machine talks to itself only
alias_maps =
alias_database =
local_recipient_maps =
smtpd_tls_chain_files = {ca.good.chain}
smtpd_tls_CAfile = {ca.file}
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_sasl_security_options = noanonymous
smtpd_sasl_tls_security_options = noanonymous
broken_sasl_auth_clients = yes
"""

MASTER = """\
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
closed unix - n n - - pipe
  user=nobody argv=/bin/sh -c {exit 67}
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


class Postfix(Server):
    """ports[NAME] is the loopback port of the listener NAME, see LISTENERS; sink and source are the paths of
    smtp-sink and smtp-source, to be run with tool_environment()."""

    name = "postfix"

    def __init__(self, root, ca, sasl_socket):
        """sasl_socket: the path of the auth socket of a Dovecot, which may start later."""
        super().__init__(root)
        self.ca = ca
        self.sasl_socket = sasl_socket
        self.package = unpacked("postfix")
        self.sink = self.package / "usr/sbin/smtp-sink"
        self.source = self.package / "usr/sbin/smtp-source"
        self.ports = dict(zip(LISTENERS, free_ports(len(LISTENERS))))

    def tool_environment(self):
        """What smtp-sink and smtp-source need in their environment."""
        return {"LD_LIBRARY_PATH": str(self.package / "usr/lib/postfix"), "MAIL_CONFIG": str(self.root / "etc")}

    def maildir(self, name):
        return Maildir(self.root / "mail" / name)

    def configure(self):
        etc, queue = self.root / "etc", self.root / "queue"
        for folder in (etc, queue, self.root / "data", self.root / "mail"):
            folder.mkdir()
        for kind in QUEUE:
            (queue / kind).mkdir(mode=0o700)
            if kind not in ("pid", "public"):
                shutil.chown(queue / kind, "postfix")
        for folder in (queue / "pid", queue / "public", queue):
            folder.chmod(0o755)
        shutil.chown(queue / "public", "postfix", "postdrop")
        shutil.chown(queue / "maildrop", "postfix", "postdrop")
        (queue / "maildrop").chmod(0o1730)
        (queue / "public").chmod(0o710)
        shutil.chown(self.root / "data", "postfix", "postfix")
        shutil.chown(self.root / "mail", NOBODY, NOBODY)
        shutil.copy(self.package / "etc/postfix/postfix-files", etc)
        (etc / "mailboxes").write_text("".join(f"{name}@example.org {name}/\n" for name in MAILBOXES))
        (etc / "transports").write_text("closed@example.org closed:\n")
        (etc / "fates").write_text("/^refused/ 550 5.1.1 no such user\n/^later/ 450 4.2.0 come again\n")
        (etc / "main.cf").write_text(self._main())
        (etc / "master.cf").write_text(MASTER + self._listeners())

    def _main(self):
        fates = f"smtpd_sender_restrictions = check_recipient_access regexp:{self.root}/etc/fates\n"
        return fates + MAIN.format(
            root=self.root, queue=self.root / "queue", package=self.package, ca=self.ca, sasl=self.sasl_socket,
            nobody=NOBODY,
        )

    def _listeners(self):
        lines = []
        for name, options in LISTENERS.items():
            lines.append(f"127.0.0.1:{self.ports[name]} inet n - n - - smtpd")
            lines.append(f"  -o syslog_name=postfix/{name}")
            lines += [f"  -o {key}={value.format(ca=self.ca)}" for key, value in options.items()]
        return "\n".join(lines) + "\n"

    def command(self):
        program = self.package / "usr/lib/postfix/sbin/master"
        return [program, "-c", self.root / "etc", "-d"], self.tool_environment()

    def is_ready(self):
        return accepts(("127.0.0.1", self.ports["starttls_expired"])) and greets(self.ports["smtp"])

    def log_files(self):
        return [self.root / "mail.log"]
