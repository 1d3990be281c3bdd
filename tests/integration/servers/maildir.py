# SPDX-License-Identifier: MIT
"""Reads back, byte for byte, what a server put into a Maildir."""

from pathlib import Path

from .process import wait_for

ADDED_BY_SERVERS = (b"return-path", b"delivered-to", b"x-original-to", b"envelope-to", b"delivery-date", b"received")
DELIVERY_SECONDS = 15


def split_fields(data):
    """Splits a message into its header fields, each with its folded lines and line ends, and the rest."""
    fields = []
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        line = data[at:end]
        if line in (b"\n", b"\r\n"):
            break
        if line[:1] in b" \t" and fields:
            fields[-1] += line
        elif b":" in line:
            fields.append(line)
        else:
            break
        at = end
    return fields, data[at:]


def strip_added(data, added=ADDED_BY_SERVERS):
    """Takes away the trace fields before the first field that no server adds; a later Received stays.

    Postfix, Exim, OpenSMTPD and Dovecot all put their trace on top (RFC 5321 section 4.4), so what the client
    sent begins with the first field of another name. A client's own mail must not begin with a trace field.
    """
    fields, rest = split_fields(data)
    while fields and fields[0].split(b":", 1)[0].strip().lower() in added:
        fields.pop(0)
    return b"".join(fields) + rest


class Maildir:
    """A folder with new/ and cur/ that a server delivers to. What one object has returned no other returns again."""

    _seen_by_path = {}

    def __init__(self, path):
        self.path = Path(path)
        self._seen = self._seen_by_path.setdefault(self.path, set())

    def files(self):
        """The files that are complete, oldest first."""
        found = [path for kind in ("new", "cur") for path in self.path.glob(f"{kind}/*")]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def wait(self, count=1, seconds=DELIVERY_SECONDS):
        """Waits until `count` mails have come that were not returned before; returns their bytes as stored."""

        def new_files():
            fresh = [path for path in self.files() if path.name.split(":")[0] not in self._seen]
            return fresh if len(fresh) >= count else None

        fresh = wait_for(new_files, seconds, f"{count} mails in {self.path}")
        self._seen |= {path.name.split(":")[0] for path in fresh}
        return [path.read_bytes() for path in fresh]

    def wait_one(self, seconds=DELIVERY_SECONDS):
        """Waits for exactly one new mail and returns it as the client sent it, with LF line ends as stored."""
        mails = self.wait(1, seconds)
        if len(mails) != 1:
            raise AssertionError(f"{len(mails)} mails in {self.path}, one expected")
        return strip_added(mails[0])
