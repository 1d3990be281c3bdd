# SPDX-License-Identifier: MIT
"""Exim 4.96 with CHUNKING, PIPELINING, DSN, SMTPUTF8, PRDR and PIPE_CONNECT; it drops clients that are out of step.

The mail of NAME@example.org ends in maildir("NAME") for each NAME in MAILBOXES. At RCPT addresses that begin with
"refused" get 550, those that begin with "later" 450, unknown ones 550. ASCII_USER of Dovecot can log in, by PLAIN and
LOGIN inside TLS only; EXTERNAL takes the mail address in a client certificate of the test CA.
"""

import shutil

from . import unpacked
from .dovecot import ASCII_PASSWORD, ASCII_USER
from .maildir import Maildir
from .process import Server, accepts, free_ports, greets

MAILBOXES = ["ann", "tom", "tester", "after", *(f"box{number}" for number in range(60))]

CONFIGURATION = """\
exim_path = {package}/usr/sbin/exim4
spool_directory = {root}/spool
log_file_path = {root}/log/%slog
pid_file_path = {root}/exim.pid
exim_user = Debian-exim
exim_group = Debian-exim
primary_hostname = exim.example.org
daemon_smtp_ports = {ports[smtp]} : {ports[smtps]}
tls_on_connect_ports = {ports[smtps]}
local_interfaces = 127.0.0.1
deliver_drop_privilege
never_users =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 0
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
smtp_enforce_sync = true
message_size_limit = 100M
chunking_advertise_hosts = *
pipelining_advertise_hosts = *
pipelining_connect_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
prdr_enable = true
tls_advertise_hosts = *
tls_certificate = {root}/exim.pem
tls_privatekey = {root}/exim.key
tls_verify_certificates = {ca.file}
tls_try_verify_hosts = *
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept
acl_smtp_data_prdr = check_recipient_data
queue_run_max = 1
log_selector = +smtp_protocol_error +tls_peerdn +smtp_syntax_error

begin acl
check_recipient:
  deny local_parts = ^refused
       message = 5.1.1 no such user
  defer local_parts = ^later
       message = 4.2.0 come again
  require verify = recipient
  accept
check_recipient_data:
  deny local_parts = ^after
       message = 5.7.1 not with this content
  accept

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_prompts = :
  server_condition = ${{if and {{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_prompts = <| Username: | Password:
  server_condition = ${{if and {{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
cram_md5:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{user}}}{{{password}}}fail}}
  server_set_id = $auth1
external:
  driver = external
  public_name = EXTERNAL
  server_advertise_condition = $tls_in_certificate_verified
  server_param2 = ${{certextract {{subj_altname,mail,>:}} {{$tls_in_peercert}}}}
  server_condition = ${{if forany {{$auth2}} {{eq {{$item}}{{$auth1}}}}}}
  server_set_id = $auth1

begin routers
mailboxes:
  driver = accept
  domains = example.org
  local_parts = lsearch;{root}/names
  transport = maildir

begin transports
# A looked-up name is untainted; $local_part itself would be refused in a path.
maildir:
  driver = appendfile
  directory = {root}/mail/${{lookup{{$local_part}}lsearch{{{root}/names}}}}
  create_directory
  maildir_format
  user = Debian-exim
  group = Debian-exim
  delivery_date_add = false
  envelope_to_add = false
  return_path_add

begin retry
* * F,1h,1m
"""


class Exim(Server):
    """ports: smtp (STARTTLS offered) and smtps. Who begins with "after" is refused after the dot, by PRDR only."""

    name = "exim"

    def __init__(self, root, ca):
        super().__init__(root)
        self.ca = ca
        self.package = unpacked("exim4-daemon-heavy")
        self.ports = dict(zip(("smtp", "smtps"), free_ports(2)))

    def maildir(self, name):
        return Maildir(self.root / "mail" / name)

    def configure(self):
        for name in ("spool", "log", "mail"):
            (self.root / name).mkdir()
            shutil.chown(self.root / name, "Debian-exim", "Debian-exim")
        for source, name in ((self.ca.good.certificate, "exim.pem"), (self.ca.good.key, "exim.key")):
            shutil.copy(source, self.root / name)
            shutil.chown(self.root / name, "Debian-exim")
        text = CONFIGURATION.format(
            root=self.root, package=self.package, ports=self.ports, ca=self.ca, user=ASCII_USER,
            password=ASCII_PASSWORD,
        )
        (self.root / "exim.conf").write_text(text)
        (self.root / "names").write_text("".join(f"{name}: {name}\n" for name in MAILBOXES))

    def command(self):
        # -odi would deliver before the reply; the default forks, as in real life.
        return [self.package / "usr/sbin/exim4", "-C", self.root / "exim.conf", "-bdf", "-q1m"], {}

    def is_ready(self):
        return accepts(("127.0.0.1", self.ports["smtps"])) and greets(self.ports["smtp"])

    def log_files(self):
        return [self.root / "log" / f"{kind}log" for kind in ("main", "reject", "panic")]
