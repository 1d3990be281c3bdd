# SPDX-License-Identifier: MIT
"""Remembers what a slow tool said of given bytes, so that only what changed is looked at again."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count


def digest(*parts):
    """A key made of everything that the tool's answer depends on."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogateescape")
        whole.update(f"{len(data)}:".encode())
        whole.update(data)
    return whole.hexdigest()


class Cache:
    """Answers by key, in a file of their own for each tool. Keys that a whole run does not ask for are dropped."""

    def __init__(self, path):
        self.path = path
        try:
            self.known = json.loads(path.read_text())
        except (OSError, ValueError):
            self.known = {}

    def answers(self, work, ask, is_whole=True):
        """For each (key, subject) of work the answer to ask(subject), a JSON value, asked for at most once a key."""
        work = dict(work)
        new = {key: subject for key, subject in work.items() if key not in self.known}
        try:
            with ThreadPoolExecutor(cpu_count()) as pool:
                for key, answer in zip(new, pool.map(ask, new.values())):
                    self.known[key] = answer
        except BaseException:
            self.write()  # an interrupted run goes on where it stopped
            raise
        answers = [self.known[key] for key in work]
        is_stale = is_whole and len(work) < len(self.known)
        if is_stale:
            self.known = {key: self.known[key] for key in work}
        if new or is_stale:
            self.write()
        return answers

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".new")
        scratch.write_text(json.dumps(self.known))
        scratch.replace(self.path)
