# SPDX-License-Identifier: MIT
"""Every setting is documented where it belongs, and every documented one is there: tocsin.conf(5), plugins' READMEs."""

import re

from finding import Finding, Rule
from keytables import KeyTables
from rules.documents import compare, mentions

MANUAL = "docs/tocsin.conf.5"
README_SETTING = re.compile(r"^(?:\|\s*|[-*]\s+|#+\s+)`([a-z][a-z0-9_]*)`", re.MULTILINE)
ITEM = re.compile(r"\.It (?:Ic|Cm|Va|Li|Sy) ([a-z][a-z0-9_-]*)")
GROUP = re.compile(r"\.Ic (\w+) :$")

# The section of the manual that documents each table; tables of a setting's group are documented in the same one.
SECTIONS = {
    "tocsin_conf_account_keys": "ACCOUNTS",
    "tocsin_conf_network_keys": "CONNECTION",
    "tocsin_conf_login_keys": "LOGIN",
    "tocsin_secret_source_keys": "SECRETS",
    "tocsin_conf_rule_keys": "RULES",
    "tocsin_conf_trigger_keys": "TRIGGERS",
    "tocsin_conf_defaults_keys": "DEFAULTS",
    "tocsin_conf_store_keys": "STORE",
    "tocsin_conf_daemon_keys": "DAEMON",
    "tocsin_conf_plugins_keys": "PLUGINS",
}


def items_of(manual):
    """Quadruples of section, group, setting and line; the group is that of "The settings of GROUP :", or ""."""
    section = group = ""
    for number, line in enumerate(manual.lines, 1):
        if line.startswith(".Sh "):
            section, group = line[4:].strip(), ""
        elif line == ".El":
            group = ""
        elif number > 1 and manual.lines[number - 2].endswith("settings of"):
            found = GROUP.match(line)
            group = found[1] if found else ""
        found = ITEM.match(line)
        if found:
            yield section, group, found[1], number


def places_of(tables):
    """What has to be documented where: (section, group) -> name -> key; and the keys that are in no such table."""
    places, reached = {}, set()

    def add(table, section, group):
        for key in tables.of(table):
            reached.add(key)
            places.setdefault((section, group), {})[key.name] = key
            inner = tables.below(key)
            # A group that takes what the section has said already, such as a secret within a secret, needs no list.
            if inner and not {each.name for each in tables.of(inner)} <= set(places[section, ""]):
                add(inner, section, key.name)
            elif inner:
                reached.update(tables.of(inner))

    for table in tables.tables:
        if table.id in SECTIONS:
            places.setdefault((SECTIONS[table.id], ""), {}).update({key.name: key for key in tables.of(table)})
            add(table, SECTIONS[table.id], "")
    return places, [key for key in tables.keys if key not in reached]


def place_of(section, group):
    return f"{MANUAL}, section {section}" + (f", settings of {group}" if group else "")


def check_configuration(tree):
    manual = tree.read(MANUAL)
    if manual is None:
        return
    tables = KeyTables(tree.below("core", suffixes=(".c",)))
    places, others = places_of(tables)
    written = {}
    for section, group, name, line in items_of(manual):
        entries = written.setdefault((section, group), {})
        if name in entries:
            yield Finding(MANUAL, line, "conf-settings", f"'{name}' is documented twice in its list; take one out")
        entries[name] = (MANUAL, line)
    elsewhere = {key.name: (key.path, key.line) for key in others}
    for place in sorted({*places, *written}):
        declared = {name: (key.path, key.line) for name, key in places.get(place, {}).items()}
        if place not in places:  # a list of what stands in no table that has a section
            declared = {name: at for name, at in elsewhere.items() if name in written[place]}
        yield from compare(declared, written.get(place, {}), "conf-settings", place_of(*place))
    anywhere = {name for entries in written.values() for name in entries}
    for key in others:
        if key.name not in anywhere:
            yield Finding(key.path, key.line, "conf-settings", f"'{key.name}' is not in {MANUAL}; document it there")
    yield from tables_without_section(tables)


def tables_without_section(tables):
    inner = {key.table for key in tables.keys}
    for table in tables.tables:
        if not table.is_static and table.id not in SECTIONS and table.id not in inner:
            text = f"nothing says which section of {MANUAL} documents '{table.id}'; add it to SECTIONS of {__name__}"
            yield Finding(table.path, table.line, "conf-settings", text)


def section(source, heading):
    """A Markdown file cut down to one section, with the lines kept where they are."""
    kept, inside = [], False
    for line in source.lines:
        if line.startswith("## "):
            inside = line[3:].strip().lower() == heading
        kept.append(line if inside else "")
    return type(source)(source.path, "\n".join(kept))


def check_plugins(tree):
    parts = [source.path.split("/") for source in tree.below("plugins", suffixes=(".c",))]
    for folder in sorted({"/".join(each[:3]) for each in parts if len(each) > 3 and each[2] != "common"}):
        sources = tree.below(folder)
        readme = tree.read(f"{folder}/README.md")
        if readme is None:
            text = "a plugin has a README.md with what it does and a section 'Settings'; write it"
            yield Finding(sources[0].path, 1, "plugin-settings", text, is_whole_file=True)
            continue
        # What plugins of a kind share is declared in the folder "common" beside them; the tables say who takes what.
        tables = KeyTables(sources + tree.below(f"{folder.rsplit('/', 1)[0]}/common", suffixes=(".c",)))
        keys = [key for key in tables.keys if key.path.startswith(f"{folder}/")]
        for table in tables.tables:
            if table.path.startswith(f"{folder}/"):
                keys.extend(tables.reached(table))
        declared = {key.name: (key.path, key.line) for key in keys}
        written = mentions(section(readme, "settings"), README_SETTING)
        yield from compare(declared, written, "plugin-settings", f"{readme.path}, section 'Settings'")


RULES = [
    Rule("plugin-settings", "a plugin's settings are those of its README, both ways", check_plugins),
    Rule("conf-settings", "the configuration's settings are those of tocsin.conf(5), list by list, both ways",
         check_configuration),
]
