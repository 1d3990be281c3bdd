# SPDX-License-Identifier: MIT
"""What is there is documented, and what is documented is there: headers, settings, sub-commands."""

import re

from finding import Finding, Rule

DECLARATION = re.compile(
    r"^(?!return\b|typedef\b|#|G_DEFINE|G_BEGIN|G_END)(?:[A-Za-z_][\w \t]*?[\s*]+)(\w+)"
    r"\([^;{]*?\)[^;{()]*(?:\([^;]*\))?;",
    re.MULTILINE,
)
TYPE = re.compile(r"^(?:typedef (?:struct|enum|union)\b[^;{]*|struct \w+ |enum \w+ )\{", re.MULTILINE)
MACRO = re.compile(r"^#define (\w+)", re.MULTILINE)
STATEMENT = re.compile(r"[^;]+;")
KEY_NAME = re.compile(r'\.name\s*=\s*"([a-z][a-z0-9_]*)"')
README_SETTING = re.compile(r"^(?:\|\s*|[-*]\s+|#+\s+)`([a-z][a-z0-9_]*)`", re.MULTILINE)
COMMAND_TABLE = re.compile(r"\bTocsinCommand\s+\w+\[\]\s*=\s*\{(.*?)^\};", re.MULTILINE | re.DOTALL)
COMMAND_NAME = re.compile(r'\{"([a-z][a-z-]*)",')
MANUAL_COMMAND = re.compile(r"^\.(?:It Ic|Ss) (?:tocsin )?([a-z][a-z-]*)", re.MULTILINE)
MANUAL_ITEM = re.compile(r"^\.It (?:Ic|Cm|Va|Li|Sy) (?:tocsin )?([a-z][a-z0-9_-]*)", re.MULTILINE)


def is_documented(source, line):
    """A comment ends on the line above, stands on the line itself, or heads the block of lines that this one is in."""
    lines = source.lines
    if "/*" in lines[line - 1]:
        return True
    above = line - 2
    while above >= 0 and lines[above].strip():
        if lines[above].rstrip().endswith("*/"):
            return True
        if lines[above].startswith("}"):
            return False
        above -= 1
    return False


def undocumented(source, patterns):
    for pattern in patterns:
        for match in pattern.finditer(source.code):
            line = source.line_of(match.start())
            if not is_documented(source, line):
                yield line, " ".join(match[0].split())[:60]


def check_public(tree):
    for source in tree.below("include", suffixes=(".h",)):
        guard = source.code.find("#define ")
        for line, what in undocumented(source, (DECLARATION, TYPE, MACRO)):
            if line != source.line_of(guard):
                text = f"'{what}' is public and has no comment above it; say what, units, ownership, thread, errors"
                yield Finding(source.path, line, "public-doc", text)


def check_headers(tree):
    for source in tree.below("core", suffixes=(".h",)):
        for line, what in undocumented(source, (DECLARATION,)):
            text = f"'{what}' has no comment above it; say what it does, who owns what, and what failure means"
            yield Finding(source.path, line, "header-doc", text)


def settings_of(source):
    """Pairs of a setting's name and its line: every .name beside a TOCSIN_KEY_ type, in a macro's arguments too."""
    for statement in STATEMENT.finditer(source.code):
        if "TOCSIN_KEY_" in statement[0]:
            for name in KEY_NAME.finditer(source.uncommented, *statement.span()):
                yield name[1], source.line_of(name.start())


def compare(declared, written, rule, place):
    """Findings for what is only in the code, and for what is only in the document. Both: name -> (path, line)."""
    for name in sorted(set(declared) - set(written)):
        yield Finding(*declared[name], rule, f"'{name}' is not in {place}; document it there")
    for name in sorted(set(written) - set(declared)):
        yield Finding(*written[name], rule, f"'{name}' is documented, but nothing declares it; correct it")


def mentions(source, pattern):
    return {match[1]: (source.path, source.line_of(match.start(1))) for match in pattern.finditer(source.text)}


def section(source, heading):
    """A Markdown file cut down to one section, with the lines kept where they are."""
    kept, inside = [], False
    for line in source.lines:
        if line.startswith("## "):
            inside = line[3:].strip().lower() == heading
        kept.append(line if inside else "")
    return type(source)(source.path, "\n".join(kept))


def check_plugin_settings(tree):
    parts = [source.path.split("/") for source in tree.below("plugins", suffixes=(".c",))]
    for folder in sorted({"/".join(each[:3]) for each in parts if len(each) > 3 and each[2] != "common"}):
        sources = tree.below(folder)
        readme = tree.read(f"{folder}/README.md")
        if readme is None:
            text = "a plugin has a README.md with what it does and a section 'Settings'; write it"
            yield Finding(sources[0].path, 1, "plugin-settings", text, is_whole_file=True)
            continue
        declared = {name: (each.path, line) for each in sources for name, line in settings_of(each)}
        written = mentions(section(readme, "settings"), README_SETTING)
        # What plugins of a kind share is declared in the folder "common" beside them.
        shared = tree.below(f"{folder.rsplit('/', 1)[0]}/common", suffixes=(".c",))
        borrowed = {name: (each.path, line) for each in shared for name, line in settings_of(each)}
        declared.update({name: place for name, place in borrowed.items() if name in written})
        yield from compare(declared, written, "plugin-settings", f"{readme.path}, section 'Settings'")


def check_configuration(tree):
    manual = tree.read("docs/tocsin.conf.5")
    if manual is None:
        return
    sources = tree.below("core", suffixes=(".c",))
    declared = {name: (each.path, line) for each in sources for name, line in settings_of(each)}
    yield from compare(declared, mentions(manual, MANUAL_ITEM), "conf-settings", manual.path)


def check_commands(tree):
    manual = tree.read("docs/tocsin.1")
    if manual is None:
        return
    declared = {}
    for source in tree.below("core/cli", suffixes=(".c",)):
        for table in COMMAND_TABLE.finditer(source.uncommented):
            for name in COMMAND_NAME.finditer(table[1]):
                declared[name[1]] = (source.path, source.line_of(table.start(1) + name.start()))
    yield from compare(declared, mentions(manual, MANUAL_COMMAND), "commands", manual.path)


RULES = [
    Rule("public-doc", "every public type, function and macro has a comment", check_public),
    Rule("header-doc", "every function in a room's header has a comment", check_headers),
    Rule("plugin-settings", "a plugin's settings are those of its README, both ways", check_plugin_settings),
    Rule("conf-settings", "the configuration's settings are those of tocsin.conf(5), both ways", check_configuration),
    Rule("commands", "the sub-commands are those of tocsin(1), both ways", check_commands),
]
