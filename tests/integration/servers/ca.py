# SPDX-License-Identifier: MIT
"""A certificate authority for tests, and the certificates that a client has to accept or to refuse."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

GOOD_NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


@dataclass(frozen=True)
class Certificate:
    """PEM files: the certificate, its key, and both in one file as Postfix and Dovecot like it."""

    certificate: Path
    key: Path
    chain: Path


class Authority:
    """Makes all certificates at once, about 10 ms each, below `root`/ca. Keys are EC P-256.

    good         names localhost, 127.0.0.1 and ::1
    expired      good names, valid in January 2020 only
    wrong_name   names other.example only
    common_name  CN=localhost and no subjectAltName, which RFC 9525 section 2 does not count as a name
    self_signed  good names, signed by itself
    client       for TLS client authentication, CN=tester
    """

    def __init__(self, root):
        self.root = Path(root) / "ca"
        self.root.mkdir()
        self.root.chmod(0o755)
        self.file = self.root / "ca.pem"
        self._make_authority()
        self.good = self._make("good", "localhost", GOOD_NAMES)
        self.expired = self._make("expired", "localhost", GOOD_NAMES, ("20200101000000Z", "20200201000000Z"))
        self.wrong_name = self._make("wrong-name", "other.example", "DNS:other.example")
        self.common_name = self._make("common-name", "localhost", None)
        self.client = self._make("client", "tester", "email:tester@example.org", usage="clientAuth")
        self.self_signed = self._make_self_signed()

    def _openssl(self, *arguments):
        done = subprocess.run(
            ["openssl", *map(str, arguments)], cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stdout}")

    def _request(self, name, subject, *options):
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-subj", f"/O=Tocsin tests/CN={subject}", *options,
        )

    def _make_authority(self):
        (self.root / "index.txt").touch()
        (self.root / "ca.cnf").write_text(
            "[ca]\ndefault_ca = tests\n"
            f"[tests]\ndatabase = {self.root}/index.txt\nrand_serial = yes\nnew_certs_dir = {self.root}\n"
            f"certificate = {self.file}\nprivate_key = {self.root}/ca.key\ndefault_md = sha256\ndefault_days = 30\n"
            "policy = any\nunique_subject = no\nemail_in_dn = no\n"
            "[any]\norganizationName = optional\ncommonName = supplied\n"
        )
        self._request(
            "ca", "Tocsin test CA", "-x509", "-days", "30", "-out", self.file,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )

    def _make(self, name, subject, names, dates=None, usage="serverAuth"):
        extensions = f"basicConstraints = CA:FALSE\nextendedKeyUsage = {usage}\n"
        if names:
            extensions += f"subjectAltName = {names}\n"
        (self.root / f"{name}.ext").write_text(extensions)
        self._request(name, subject, "-new", "-out", f"{name}.csr")
        span = ["-startdate", dates[0], "-enddate", dates[1]] if dates else []
        self._openssl(
            "ca", "-batch", "-notext", "-config", "ca.cnf", "-extfile", f"{name}.ext", "-in", f"{name}.csr",
            "-out", f"{name}.pem", *span,
        )
        return self._bundle(name)

    def _make_self_signed(self):
        name = "self-signed"
        self._request(
            name, "localhost", "-x509", "-days", "30", "-out", f"{name}.pem", "-addext",
            f"subjectAltName={GOOD_NAMES}",
        )
        return self._bundle(name)

    def _bundle(self, name):
        """Certificate, key and both together; the key goes first, as Postfix's chain files want it."""
        certificate, key, chain = (self.root / f"{name}.{kind}" for kind in ("pem", "key", "chain"))
        chain.write_bytes(key.read_bytes() + certificate.read_bytes())
        return Certificate(certificate, key, chain)
