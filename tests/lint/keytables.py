# SPDX-License-Identifier: MIT
"""The settings that C sources declare: each tocsin_key, and which tables of keys hold it."""

import re
from dataclasses import dataclass

STATEMENT = re.compile(r"[^;]+;")
NAME = re.compile(r'\.name\s*=\s*"([a-z][a-z0-9_]*)"')
ID = re.compile(r"\b(?:KEY\(|const tocsin_key )(\w+)\s*[,=]")
KEYS = re.compile(r"\.keys\s*=\s*(\w+)")
TABLE = re.compile(r"(\bstatic )?const tocsin_key \*const (\w+)\[\]\s*=\s*\{([^}]*)\}")
MEMBER = re.compile(r"&(\w+)")


@dataclass(frozen=True)
class Key:
    """A setting: the name in the configuration, and of a group's the table with what is in it."""

    path: str
    line: int
    id: str
    name: str
    table: str


@dataclass(frozen=True)
class Table:
    path: str
    line: int
    id: str
    is_static: bool
    members: tuple


class KeyTables:
    """All keys and tables of some sources. A table's member is looked for in its own file, then in all of them."""

    def __init__(self, sources):
        self.keys = [key for source in sources for key in keys_of(source)]
        self.tables = [table for source in sources for table in tables_of(source)]

    def find(self, kind, path, name):
        named = [each for each in kind if each.id == name]
        return next((each for each in named if each.path == path), named[0] if named else None)

    def of(self, table):
        """The keys that a table holds."""
        found = (self.find(self.keys, table.path, member) for member in table.members)
        return [key for key in found if key]

    def below(self, key):
        """The table of what is in a group, or None."""
        return self.find(self.tables, key.path, key.table) if key.table else None

    def reached(self, table):
        """The keys that a table holds, with those in its groups."""
        for key in self.of(table):
            yield key
            inner = self.below(key)
            if inner:
                yield from self.reached(inner)


def keys_of(source):
    """Every .name beside a TOCSIN_KEY_ type, in a macro's arguments too."""
    for statement in STATEMENT.finditer(source.code):
        if "TOCSIN_KEY_" not in statement[0]:
            continue
        name = NAME.search(source.uncommented, *statement.span())
        ids = ID.findall(statement[0])
        table = KEYS.search(statement[0])
        if name and ids:  # the last one: a macro that defines a key may stand before the first statement
            yield Key(source.path, source.line_of(name.start()), ids[-1], name[1], table[1] if table else "")


def tables_of(source):
    for match in TABLE.finditer(source.code):
        members = tuple(MEMBER.findall(match[3]))
        yield Table(source.path, source.line_of(match.start()), match[2], bool(match[1]), members)
