# SPDX-License-Identifier: MIT
"""The rules about size and depth."""

from conftest import in_function


def test_reports_a_file_one_line_too_long(lint):
    assert len(lint("file-length", {"core/base/a.c": "\n" * 401})) == 1


def test_lets_pass_a_file_at_the_limit(lint):
    assert lint("file-length", {"core/base/a.c": "\n" * 400, "tests/unit/base/test-a.c": "\n" * 900}) == []


def test_reports_a_function_one_line_too_long(lint):
    found = lint("function-length", {"core/base/a.c": in_function(*["work();"] * 58)})
    assert found[0].startswith("core/base/a.c:2: work() has 61 lines")


def test_lets_pass_a_function_at_the_limit(lint):
    assert lint("function-length", {"core/base/a.c": in_function(*["work();"] * 57)}) == []


def test_finds_a_function_with_arguments_on_several_lines(lint):
    text = "static gboolean\nwork(int a,\n     void (*on_x)(void))\n{\n" + "\ta++;\n" * 70 + "}\n"
    assert lint("function-length", {"core/base/a.c": text})[0].startswith("core/base/a.c:2: work() has 74 lines")


NESTED = ["if (a) {", "\tfor (;;) {", "\t\tswitch (b) {", "\t\tcase 1: {", "\t\t\tc();", "\t\t}", "\t\t}", "\t}", "}"]


def test_reports_the_line_of_the_fourth_block(lint):
    assert lint("nesting", {"core/base/a.c": in_function(*NESTED)})[0].startswith("core/base/a.c:7: work() nests 4")


def test_lets_pass_three_blocks_and_initialisers(lint):
    lines = ["if (a) {", "\twhile (b) {", "\t\tdo {", "\t\t\tX x[] = {{1, {2}}};", "\t\t} while (c);", "\t}", "}"]
    assert lint("nesting", {"core/base/a.c": in_function(*lines)}) == []


def test_reports_a_long_line_in_which_a_tab_is_eight_columns(lint):
    assert "101 columns" in lint("line-length", {"core/base/a.c": "\t" + "x" * 93 + "\n"})[0]


def test_lets_pass_a_line_at_the_limit(lint):
    assert lint("line-length", {"core/base/a.c": "x" * 100 + "\n", "tests/a.py": "x" * 120 + "\n"}) == []


def test_reports_files_out_of_order(lint):
    text = "x = files(\n    'b.c',\n    'a.c',\n)\n"
    assert lint("meson-list", {"core/base/meson.build": text})[0].startswith("core/base/meson.build:3:")


def test_lets_pass_files_in_order(lint):
    text = "x = files(\n    'a.c',\n    'b.c',\n)\ny = files(\n    'a.h',\n)\n"
    assert lint("meson-list", {"core/base/meson.build": text}) == []
