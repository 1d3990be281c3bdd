# SPDX-License-Identifier: MIT
"""The rules that hold documents against the code."""

PLUGIN = """#include <tocsin/plugin.h>
static const tocsin_key host = {
        .type = TOCSIN_KEY_STRING,
        .name = "host",
        .help = "a name; or an address",
};
KEY(port, .type = TOCSIN_KEY_INT, .name = "port");
static const tocsin_unit unit = {.name = "smtp"};
TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {TOCSIN_PLUGIN_HEAD};
"""
README = """# A transport

Uses `other` words.

## Settings

| name | |
|---|---|
| `host` | where to |
| `port` | |
"""


def test_reports_public_symbols_without_comment(lint):
    text = (
        "#ifndef TOCSIN_A_H\n#define TOCSIN_A_H\n\n#define TOCSIN_MOST 3\n\n"
        "typedef struct tocsin_a {\n\tint a;\n} tocsin_a;\n\n"
        "int tocsin_a_count(void);\n\n#endif\n"
    )
    found = lint("public-doc", {"include/tocsin/a.h": text})
    assert [each.split(":")[1] for each in found] == ["10", "6", "4"]


def test_lets_pass_public_symbols_with_comment(lint):
    text = (
        "#ifndef TOCSIN_A_H\n#define TOCSIN_A_H\n\n/* How many. */\n#define TOCSIN_MOST 3\n#define TOCSIN_LEAST 1\n\n"
        "/**\n * An a.\n */\ntypedef struct tocsin_a {\n\tint a;\n} tocsin_a;\n\n"
        "/* Counts. */\nint tocsin_a_count(int a,\n                   int b);\nint tocsin_a_sum(void);\n\n"
        "#define TOCSIN_FEW 2 /* not many */\n\n#endif\n"
    )
    assert lint("public-doc", {"include/tocsin/a.h": text}) == []


def test_reports_a_function_in_a_header_without_comment(lint):
    assert len(lint("header-doc", {"core/base/a.h": "/* The file. */\n\nA *a_new(void);\n"})) == 1


def test_lets_pass_a_function_in_a_header_with_comment(lint):
    text = "/* A new one. */\nA *a_new(void);\n\nG_DEFINE_AUTOPTR_CLEANUP_FUNC(A, a_free)\n"
    assert lint("header-doc", {"core/base/a.h": text}) == []


def test_lets_pass_settings_that_are_documented(lint):
    assert lint("plugin-settings", {"plugins/transport/a/a.c": PLUGIN, "plugins/transport/a/README.md": README}) == []


def test_reports_a_setting_that_is_not_documented(lint):
    files = {"plugins/transport/a/a.c": PLUGIN, "plugins/transport/a/README.md": README.replace("`port`", "`gate`")}
    found = lint("plugin-settings", files)
    assert len(found) == 2
    assert found[0].startswith("plugins/transport/a/a.c:7: 'port' is not in plugins/transport/a/README.md")
    assert found[1].startswith("plugins/transport/a/README.md:10: 'gate' is documented, but nothing declares it")


def test_reports_a_plugin_without_readme(lint):
    assert "README.md" in lint("plugin-settings", {"plugins/transport/a/a.c": PLUGIN})[0]


CONFIGURATION = 'static const tocsin_key path = {\n\t.type = TOCSIN_KEY_STRING, .name = "path",\n};\n'


def test_reports_a_configuration_setting_that_is_not_documented(lint):
    files = {"core/engine/keys.c": CONFIGURATION, "docs/tocsin.conf.5": ".It Ic paths\nText.\n"}
    assert [each.partition(": ")[0] for each in lint("conf-settings", files)] == [
        "core/engine/keys.c:2", "docs/tocsin.conf.5:1",
    ]


def test_lets_pass_a_configuration_setting_that_is_documented(lint):
    assert lint("conf-settings", {"core/engine/keys.c": CONFIGURATION, "docs/tocsin.conf.5": ".It Ic path\n"}) == []


COMMANDS = """const TocsinCommand tocsin_commands[] = {
        {"plugins", "show which plugins there are",
         tocsin_command_plugins},
        {"send", "send a mail", tocsin_command_send},
        {NULL, NULL, NULL},
};
"""


def test_reports_a_command_that_only_one_side_knows(lint):
    files = {"core/cli/command.c": COMMANDS, "docs/tocsin.1": ".Bl -tag\n.It Ic plugins list\n.It Ic probe\n.El\n"}
    found = lint("commands", files)
    assert [each.partition(": ")[0] for each in found] == ["core/cli/command.c:4", "docs/tocsin.1:3"]


def test_lets_pass_commands_that_both_know(lint):
    files = {"core/cli/command.c": COMMANDS, "docs/tocsin.1": ".Ss plugins\n.It Fl v\n.Ss tocsin send\n"}
    assert lint("commands", files) == []
