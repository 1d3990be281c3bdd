# SPDX-License-Identifier: MIT
"""The rules about how a file begins, and about variables that last."""

import pytest
from conftest import in_function

LICENCE = "/* SPDX-License-Identifier: MIT */\n"


def test_reports_a_file_without_licence(lint):
    found = lint("licence", {"core/base/a.c": "/* A file. */\n", "tests/a.py": "import x\n"})
    assert [each.partition(":")[0] for each in found] == ["core/base/a.c", "tests/a.py"]


def test_lets_pass_a_licence_after_the_interpreter(lint):
    files = {"core/base/a.c": LICENCE, "tests/a.sh": "#!/bin/sh\n# SPDX-License-Identifier: MIT\n"}
    assert lint("licence", files) == []


def test_reports_a_file_without_purpose(lint):
    assert len(lint("purpose", {"core/base/a.c": f"{LICENCE}#include <glib.h>\n/* Later. */\n"})) == 1


def test_lets_pass_a_file_with_purpose(lint):
    assert lint("purpose", {"core/base/a.c": f"{LICENCE}/* What this is for. */\n#include <glib.h>\n"}) == []


@pytest.mark.parametrize("path, guard", [
    ("core/base/text.h", "TOCSIN_BASE_TEXT_H"),
    ("core/model/address-scan.h", "TOCSIN_MODEL_ADDRESS_SCAN_H"),
    ("include/tocsin/plugin.h", "TOCSIN_PLUGIN_H"),
    ("plugins/trigger/log/matcher/scan.h", "TOCSIN_LOG_SCAN_H"),
    ("plugins/auth/scram-sha-256/scram.h", "TOCSIN_SCRAM_SHA_256_SCRAM_H"),
])
def test_knows_the_guard_of_a_header(lint, path, guard):
    assert lint("header-guard", {path: f"#ifndef {guard}\n#define {guard}\n#endif\n"}) == []


def test_reports_another_guard(lint):
    text = "#ifndef TEXT_H\n#define TEXT_H\n#endif\n"
    assert "TOCSIN_BASE_TEXT_H" in lint("header-guard", {"core/base/text.h": text})[0]


@pytest.mark.parametrize("line", ["static int count;", "int count = 3;", "static const char *names[] = {0};",
                                  "static GHashTable *table = NULL;", "static char buffer[10];"])
def test_reports_variables_that_can_change(lint, line):
    assert lint("static-state", {"core/base/a.c": f"{line}\n"})[0].startswith("core/base/a.c:1:")


@pytest.mark.parametrize("line", ["static const int count = 3;", "static const char *const names[] = {0};",
                                  "int f(void);", "extern int count;", "typedef int Count;",
                                  "struct _A {\n\tint count;\n};",
                                  "static int\nf(int a)\n{\n\tint b = 1;\n\n\treturn a;\n}", "G_DEFINE_QUARK(a, b)"])
def test_lets_pass_what_cannot(lint, line):
    assert lint("static-state", {"core/base/a.c": f"{line}\n"}) == []


def test_reports_a_variable_that_outlives_its_function(lint):
    found = lint("static-state", {"core/base/a.c": in_function("static int calls;", "static const int most = 3;")})
    assert len(found) == 1 and "'calls'" in found[0]


def test_lets_pass_what_is_made_once(lint):
    text = in_function("static gsize once;", "if (g_once_init_enter(&once)) {", "}")
    assert lint("static-state", {"core/base/a.c": text}) == []
