# SPDX-License-Identifier: MIT
"""What fills a disk."""

import contextlib


class Ballast:
    """Fills a disk to the last byte."""

    def __init__(self, disk):
        self.path = disk / "ballast"

    def fill(self):
        with self.path.open("ab", buffering=0) as file:
            for size in (4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def drop(self):
        self.path.unlink()
