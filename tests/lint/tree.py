# SPDX-License-Identifier: MIT
"""The tree that is checked: its text files, read once, and the list of rooms."""

import subprocess
from functools import cached_property
from pathlib import Path

from source import Source

BINARY_FOLDERS = ("tests/fuzz/corpus/",)


def list_files(root):
    """What git tracks or would add; without git, every file that is not below build/."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True,
        )
        names = listed.stdout.decode().split("\0")
        return sorted({name for name in names if name and (root / name).is_file()})
    every = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(name for name in every if not name.startswith("build/"))


class Tree:
    def __init__(self, root, paths=()):
        self.root = Path(root)
        self.paths = paths  # what is asked about; nothing: all of it

    def is_wanted(self, path):
        """Whether a file is one of those that are asked about, or below one of those folders."""
        return not self.paths or any(path == each or path.startswith(f"{each}/") for each in self.paths)

    @cached_property
    def sources(self):
        """The text files by path."""
        found = {}
        for name in list_files(self.root):
            if name.startswith(BINARY_FOLDERS) or (self.root / name).is_symlink():
                continue
            data = (self.root / name).read_bytes()
            if b"\0" in data[:4096]:
                continue
            found[name] = Source(name, data.decode(errors="replace"))
        return found

    def below(self, *folders, suffixes=(".c", ".h")):
        """The sources below these folders that have one of these suffixes."""
        return [each for each in self.sources.values() if each.is_below(*folders) and each.suffix in suffixes]

    def c_sources(self):
        return [each for each in self.sources.values() if each.is_c]

    def read(self, path):
        """The source at this path, or None."""
        return self.sources.get(path)

    @cached_property
    def rooms(self):
        """Which rooms each room may know, in the order of core/rooms; empty if there is no such file."""
        listed = self.read("core/rooms")
        rooms = {}
        for line in listed.lines if listed else []:
            if line.strip() and not line.startswith("#"):
                name, _, known = line.partition(":")
                rooms[name.strip()] = known.split()
        return rooms
