# SPDX-License-Identifier: MIT
"""Who may know whom: the rooms of core/ against core/rooms, and files against each other."""

from finding import Finding, Rule


def includes_of_rooms(tree):
    """Triples of a file in a room, its include of another room's header, and that room."""
    for source in tree.below("core"):
        for include in source.includes:
            target = include.name.split("/")[0]
            if "/" in include.name and target in tree.rooms and source.room:
                yield source, include, target


def winding(source):
    """The includes whose path leads elsewhere than it says: with "..", "." or from the root."""
    for include in source.includes:
        if {".", "..", ""} & set(include.name.split("/")):
            yield include


def check_edges(tree):
    for source in tree.below("core", "include"):
        for include in winding(source):
            text = f'"{include.name}" does not say which room it is from; write ROOM/FILE.h, from core/ on'
            yield Finding(source.path, include.line, "room-edge", text)
    for source in tree.below("core"):
        if source.room and source.room not in tree.rooms:
            text = f"core/rooms does not list the room '{source.room}'; add a line for it, and to docs/architecture.md"
            yield Finding(source.path, 1, "room-edge", text, is_whole_file=True)
        for include in source.includes:
            if include.is_quoted and "/" not in include.name:
                text = f'"{include.name}" does not say which room it is from; write "{source.room}/{include.name}"'
                yield Finding(source.path, include.line, "room-edge", text)
    for source, include, target in includes_of_rooms(tree):
        if target != source.room and target not in tree.rooms.get(source.room, ()):
            known = " ".join(tree.rooms.get(source.room, ())) or "no other room"
            text = (
                f'{source.room} may not know {target} ("{include.name}"); by core/rooms it may know: {known}; '
                "move the code to where it belongs, or pass what is needed as an argument or callback"
            )
            yield Finding(source.path, include.line, "room-edge", text)


# These are libtocsin's own engine behind the ABI; plugins/example shows that no other plugin needs it.
ENGINE_PLUGINS = ("plugins/transport/smtp/", "plugins/transport/smtps/", "plugins/transport/lmtp/")


def check_plugins(tree):
    """Plugins live on the public headers, and their own."""
    for source in tree.below("plugins"):
        for include in winding(source):
            text = f'"{include.name}" leads out of the plugin; include <tocsin/...>, and headers by their name'
            yield Finding(source.path, include.line, "plugin-edge", text)
        if source.path.startswith(ENGINE_PLUGINS):
            continue
        for include in source.includes:
            target = include.name.split("/")[0]
            if "/" in include.name and target in tree.rooms:
                text = f"a plugin may include <tocsin/...> only, not the room {target}; ask the host for it"
                yield Finding(source.path, include.line, "plugin-edge", text)


def check_order(tree):
    """A room may know only rooms above it in core/rooms, so there is no circle among rooms."""
    seen = set()
    source = tree.read("core/rooms")
    for number, line in enumerate(source.lines if source else (), 1):
        name, colon, known = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        for other in known.split():
            if other not in seen:
                text = f"'{name}' knows '{other}', which does not stand above it; a circle would be possible"
                yield Finding("core/rooms", number, "room-order", text)
        seen.add(name.strip())


def stem_of(path):
    """What a file is a part of: a.c, a.h and a-private.h are one thing."""
    return path.rsplit(".", 1)[0].removesuffix("-private")


def edges_between_files(tree):
    """For each stem the stems that it includes, with the line."""
    known = {source.path for source in tree.below("core")}
    edges = {}
    for source in tree.below("core"):
        stem = stem_of(source.path)
        for include in source.includes:
            other = f"core/{include.name}"
            if other in known and stem_of(other) != stem:
                edges.setdefault(stem, {}).setdefault(stem_of(other), (source.path, include.line))
    return edges


def check_circles(tree):
    """Tarjan's algorithm would name all strong components; the first way back is what a reader needs."""
    edges = edges_between_files(tree)
    told = set()
    for start in sorted(edges):
        circle = way_back(edges, start)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            path, line = edges[start][circle[1] if len(circle) > 1 else start]
            names = " -> ".join([*circle, start])
            text = f"files in a circle: {names}; give one of them a callback, or split off what both need"
            yield Finding(path, line, "file-circle", text)


def way_back(edges, start):
    """The shortest path from `start` back to it, or nothing."""
    paths, seen = [[start]], set()
    while paths:
        path = paths.pop(0)
        for following in sorted(edges.get(path[-1], ())):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append([*path, following])
    return []


RULES = [
    Rule("room-edge", "a room includes only rooms that core/rooms lets it know", check_edges),
    Rule("room-order", "core/rooms lists a room below those that it knows", check_order),
    Rule("plugin-edge", "a plugin includes no room of core/", check_plugins),
    Rule("file-circle", "no two files of core/ need each other", check_circles),
]
