# SPDX-License-Identifier: MIT
"""The way past a rule, and the other rules about text."""

import re
from pathlib import Path

import rules
from conftest import in_function


def test_every_rule_is_tested_with_what_it_reports_and_what_it_lets_pass():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    tests = tests.replace("tidy(lint,", 'lint("clang-tidy",')
    for rule in rules.RULES:
        bodies = [body for body in tests.split("\ndef ") if f'lint("{rule.name}"' in body]
        kinds = {re.match(r"test_(\w+?)_", body + "_")[1] for body in bodies if body.startswith("test_")}
        assert "reports" in kinds and kinds & {"lets", "knows"}, (rule.name, kinds)


def escaped(comment):
    return {"core/base/a.c": in_function(comment, "goto out;")}


def test_an_escape_above_the_line_silences(lint):
    assert lint("goto", escaped("/* lint: allow goto: the macro of another library needs it */")) == []


def test_an_escape_on_the_line_silences(lint):
    assert lint("goto", {"core/base/a.c": in_function("goto out; /* lint: allow goto: generated */")}) == []


def test_an_escape_over_several_lines_silences(lint):
    assert lint("goto", escaped("/* lint: allow goto: the macro of\n\t * another library needs it */")) == []


def test_an_escape_for_another_line_does_not_silence(lint):
    text = in_function("goto out; /* lint: allow goto: generated */", "goto out;")
    assert len(lint("goto", {"core/base/a.c": text})) == 1


def test_an_escape_without_reason_is_reported_and_does_not_silence(lint):
    for comment in ("/* lint: allow goto */", "/* lint: allow goto: */"):
        found = lint("goto", escaped(comment))
        assert len(found) == 2 and "gives no reason" in found[1]


def test_an_escape_that_silences_nothing_is_reported(lint):
    found = lint("goto", {"core/base/a.c": in_function("/* lint: allow goto: once needed */", "return;")})
    assert found == ["core/base/a.c:4: allows 'goto' where nothing is reported; take it out"]


def test_an_escape_of_no_rule_is_reported(lint):
    found = lint("goto", {"core/base/a.c": in_function("/* lint: allow gotos: typing error */")})
    assert found == ["core/base/a.c:4: there is no rule 'gotos'; ./dev lint --list has their names"]


def test_an_escape_of_a_rule_that_did_not_run_is_left_alone(lint):
    assert lint("goto", {"core/base/a.c": in_function("/* lint: allow nesting: a table */", "return;")}) == []


def test_an_escape_of_a_whole_file_may_stand_anywhere(lint):
    text = "\n" * 500 + "/* lint: allow file-length: a table that is read as one */\n"
    assert lint("file-length", {"core/base/a.c": text}) == []


def test_an_escape_in_a_script_silences(lint):
    text = "# lint: allow line-length: the format of another program\n" + "x" * 130 + "\n"
    assert lint("line-length", {"tests/a.sh": text}) == []


def test_an_escape_in_a_manual_page_silences(lint):
    path = "/hom" "e/jane/x"
    for text in (f'.\\" lint: allow machine-path: the example is of a home\nIt\'s in\n.Pa {path} .\n',
                 f'Don\'t say {path} \\" lint: allow machine-path: an example\n'):
        assert lint("machine-path", {"docs/a.5": text}) == []
        assert len(lint("machine-path", {"docs/a.5": text.replace("lint: ", "")})) == 1


def test_an_escape_in_a_string_is_none(lint):
    files = {"tests/a.py": 'x = "# lint: allow goto: no"\n', "core/base/a.c": 'x("/* lint: allow goto */");\n'}
    assert lint("goto", files) == []


def test_reports_unfinished_work(lint):
    assert len(lint("unfinished", {"core/base/a.c": "/* TO" "DO: more */\n"})) == 1


def test_lets_pass_words_that_contain_one(lint):
    assert lint("unfinished", {"docs/a.md": "The word mastodon, and FIXMELINE.\n"}) == []


def test_reports_paths_of_one_machine(lint):
    for path in ("/wor" "k/main", "/hom" "e/jane/tocsin", "/roo" "t/x"):
        assert len(lint("machine-path", {"docs/a.md": f"see {path}\n"})) == 1


def test_lets_pass_other_paths(lint):
    assert lint("machine-path", {"docs/a.md": "/srv/work/x, https://example.org/work/x, $HOME/x, ./work/x\n"}) == []


def test_reports_blanks_at_the_end(lint):
    assert len(lint("blanks", {"core/base/a.c": "int a; \nint b;"})) == 2


def test_lets_pass_clean_lines(lint):
    assert lint("blanks", {"core/base/a.c": "int a;\n\nint b;\n", "docs/a.md": "two blanks break  \n"}) == []
