# SPDX-License-Identifier: MIT
"""The rules that hold documents against the code."""

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
