# SPDX-License-Identifier: MIT
"""The rules that hold the documents of settings against the tables that declare them."""

import pytest

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


SHARED = """const tocsin_key tocsin_from_key = {.type = TOCSIN_KEY_STRING, .name = "from"};
const tocsin_key tocsin_zone_key = {.type = TOCSIN_KEY_STRING, .name = "zone"};
"""
USES_SHARED = "static const tocsin_key *const keys[] = {&tocsin_from_key, NULL};\n"


@pytest.mark.parametrize("written, told", [
    (["from"], []), ([], ["'from' is not in"]), (["from", "zone"], ["'zone' is documented, but nothing declares it"]),
])
def test_reports_of_shared_settings_those_that_a_plugin_takes(lint, written, told):
    found = lint("plugin-settings", {
        "plugins/trigger/common/shared.c": SHARED, "plugins/trigger/a/a.c": USES_SHARED,
        "plugins/trigger/a/README.md": "# A\n\n## Settings\n\n" + "".join(f"| `{name}` | |\n" for name in written),
    })
    assert [each.partition(": ")[2][:len(text)] for each, text in zip(found, told, strict=True)] == told


CONFIGURATION = 'static const tocsin_key path = {\n\t.type = TOCSIN_KEY_STRING, .name = "path",\n};\n'


def test_reports_a_configuration_setting_that_is_not_documented(lint):
    files = {"core/engine/keys.c": CONFIGURATION, "docs/tocsin.conf.5": ".It Ic paths\nText.\n"}
    assert sorted(each.partition(": ")[0] for each in lint("conf-settings", files)) == [
        "core/engine/keys.c:2", "docs/tocsin.conf.5:1",
    ]


def test_lets_pass_a_configuration_setting_that_is_documented(lint):
    assert lint("conf-settings", {"core/engine/keys.c": CONFIGURATION, "docs/tocsin.conf.5": ".It Ic path\n"}) == []


TABLES = """#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(via, .type = TOCSIN_KEY_LIST, .name = "via");
KEY(name, .type = TOCSIN_KEY_STRING, .name = "name");
KEY(within, .type = TOCSIN_KEY_DURATION, .name = "within");
static const tocsin_key *const pair_keys[] = {&within, NULL};
KEY(pair, .type = TOCSIN_KEY_GROUP, .name = "pair", .keys = pair_keys);
static const tocsin_key *const inner_keys[] = {&name, NULL};
KEY(inner, .type = TOCSIN_KEY_GROUP, .name = "inner", .keys = inner_keys);

const tocsin_key *const tocsin_conf_defaults_keys[] = {&via, NULL};
const tocsin_key *const tocsin_conf_rule_keys[] = {&name, &via, &pair, &inner, NULL};
"""
MANUAL = """.Sh RULES
.Bl -tag
.It Ic name
.It Ic via
.It Ic pair
.It Ic inner
A rule's name again.
.El
.Pp
The settings of
.Ic pair :
.Bl -tag
.It Ic within
.El
.Sh DEFAULTS
.Bl -tag
.It Ic via
.El
"""


def test_lets_pass_settings_that_are_documented_list_by_list(lint):
    assert lint("conf-settings", {"core/conf/keys.c": TABLES, "docs/tocsin.conf.5": MANUAL}) == []


@pytest.mark.parametrize("of, line, place", [
    (".Sh DEFAULTS\n.Bl -tag\n.It Ic via\n", 3, "section DEFAULTS"),
    (".It Ic name\n.It Ic via\n", 3, "section RULES"),
    (".It Ic within\n", 5, "section RULES, settings of pair"),
])
def test_reports_a_setting_that_is_missing_in_one_list(lint, of, line, place):
    less = MANUAL.replace(of, "".join(of.splitlines(keepends=True)[:-1]))
    name = of.split()[-1]
    assert lint("conf-settings", {"core/conf/keys.c": TABLES, "docs/tocsin.conf.5": less}) == [
        f"core/conf/keys.c:{line}: '{name}' is not in docs/tocsin.conf.5, {place}; document it there"
    ]


def test_reports_a_setting_in_a_list_that_does_not_have_it(lint):
    more = MANUAL.replace(".Sh DEFAULTS\n.Bl -tag\n", ".Sh DEFAULTS\n.Bl -tag\n.It Ic within\n.It Ic via\n")
    assert sorted(lint("conf-settings", {"core/conf/keys.c": TABLES, "docs/tocsin.conf.5": more})) == [
        "docs/tocsin.conf.5:17: 'within' is documented, but nothing declares it; correct it",
        "docs/tocsin.conf.5:19: 'via' is documented twice in its list; take one out",
    ]


def test_reports_a_public_table_that_has_no_section(lint):
    text = TABLES.replace("tocsin_conf_defaults_keys", "tocsin_conf_other_keys")
    found = lint("conf-settings", {"core/conf/keys.c": text, "docs/tocsin.conf.5": MANUAL})
    assert len(found) == 2 and found[1].startswith("core/conf/keys.c:11: nothing says which section")
