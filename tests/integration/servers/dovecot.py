# SPDX-License-Identifier: MIT
"""Dovecot: LMTP on TCP and on a Unix socket, submission with every SASL mechanism it has, and the auth socket that
Postfix, Exim and others ask. EXTERNAL takes any client certificate of the test CA for USER.

One LMTP transaction can have a different fate for each recipient, see the constants below. What submission accepts
it relays to another server, whose port is given.
"""

import base64
import hashlib
import hmac
import json
import shutil
import time

from .maildir import Maildir
from .process import Server, accepts, free_ports, greets

USER = "tester@example.org"
PASSWORD = "Grüße, s3cret \\o/"  # not ASCII: UTF-8 on the wire (RFC 4616)
ASCII_USER = "ann@example.org"
ASCII_PASSWORD = "correct horse battery"

# Recipients of LMTP and what the server says of each; all but UNKNOWN are accepted at RCPT.
DELIVERED = "tester@example.org"  # 250 after the dot
OVER_QUOTA = "full@example.org"  # 552 5.2.2 after the dot
OVER_QUOTA_LATER = "fullnow@example.org"  # 452 4.2.2 after the dot
BROKEN = "broken@example.org"  # 451 4.2.0 after the dot: its Maildir cannot be made
UNKNOWN = "nobody@example.org"  # 550 5.1.1 at RCPT

NOBODY = 65534
TOKEN_KEY = b"a key of the tests only, 32 bytes"
MECHANISMS = "plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer external"

CONFIGURATION = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
auth_verbose = yes
protocols = lmtp submission
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_plugins = quota
postmaster_address = postmaster@example.org
hostname = dovecot.example.org
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <{ca.good.certificate}
ssl_key = <{ca.good.key}
ssl_ca = <{ca.file}
ssl_dh =
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_username_from_cert = yes
ssl_cert_username_field = commonName
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
recipient_delimiter =
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_trusted = no
submission_relay_ssl = no
lmtp_save_to_detail_mailbox = no

passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y user={user}
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {root}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {root}/lmtp {{
    mode = 0666
  }}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {submission}
  }}
  inet_listener submissions {{
    port = {submissions}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
}}
"""

OAUTH2 = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={root}/keys/
username_attribute = sub
tokeninfo_url =
"""


def _segment(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(user=USER, seconds=3600, key=TOKEN_KEY):
    """A JWT that Dovecot takes for `user`; with negative `seconds` it has expired, with another key it is forged."""
    now = int(time.time())
    header = json.dumps({"alg": "HS256", "typ": "JWT"}).encode()
    claims = json.dumps({"sub": user, "iat": now - 7200, "exp": now + seconds, "azp": "default"}).encode()
    signed = _segment(header) + b"." + _segment(claims)
    return (signed + b"." + _segment(hmac.new(key, signed, hashlib.sha256).digest())).decode()


class Dovecot(Server):
    """ports: lmtp, submission (STARTTLS), submissions (implicit TLS); socket: LMTP's path; auth: the auth socket."""

    name = "dovecot"

    def __init__(self, root, ca, relay_port):
        super().__init__(root)
        self.ca = ca
        self.relay_port = relay_port
        self.ports = dict(zip(("lmtp", "submission", "submissions"), free_ports(3)))
        self.socket = self.root / "lmtp"
        self.auth = self.root / "auth"

    def maildir(self, address):
        return Maildir(self.root / "home" / address / "Maildir")

    def configure(self):
        users = []
        for address, password, extra in (
            (USER, PASSWORD, ""),
            (ASCII_USER, ASCII_PASSWORD, ""),
            (OVER_QUOTA, "x", "userdb_quota_rule=*:bytes=1"),
            (OVER_QUOTA_LATER, "x", "userdb_quota_rule=*:bytes=1 userdb_quota_full_tempfail=yes"),
            (BROKEN, "x", "userdb_mail=maildir:/dev/null/Maildir"),
        ):
            home = self.root / "home" / address
            home.mkdir(parents=True)
            users.append(f"{address}:{{PLAIN}}{password}:{NOBODY}:{NOBODY}::{home}::{extra}\n")
            shutil.chown(home, NOBODY, NOBODY)
        (self.root / "users").write_text("".join(users))
        keys = self.root / "keys/default/HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
        (self.root / "oauth2.conf").write_text(OAUTH2.format(root=self.root))
        (self.root / "dovecot.conf").write_text(CONFIGURATION.format(
            root=self.root, ca=self.ca, relay=self.relay_port, mechanisms=MECHANISMS, user=USER,
            **self.ports,
        ))

    def command(self):
        return ["/usr/sbin/dovecot", "-F", "-c", self.root / "dovecot.conf"], {}

    def is_ready(self):
        return accepts(self.socket) and accepts(self.auth) and greets(self.ports["submission"])

    def log_files(self):
        return [self.root / "dovecot.log"]
