# SPDX-License-Identifier: MIT
"""The rules that ask other programs, and the cache before them."""

import json
import subprocess
from pathlib import Path

import pytest
from cache import Cache, digest

LAYOUT = Path(__file__).parents[2].joinpath(".clang-format").read_text()
CHECKS = "Checks: '-*,bugprone-infinite-loop'\nHeaderFilterRegex: '.*'\n"


def test_reports_a_file_that_clang_format_would_change(lint):
    found = lint("clang-format", {".clang-format": LAYOUT, "core/base/a.c": "int a( void );\n"})
    assert found == ["core/base/a.c:1: laid out otherwise; run ./dev format"]


def test_lets_pass_a_file_as_clang_format_has_it(lint):
    assert lint("clang-format", {".clang-format": LAYOUT, "core/base/a.c": "int a(void);\n"}) == []


def tidy(lint, body, paths=(), **others):
    folder = lint.root / "build" / "plain"
    folder.mkdir(parents=True, exist_ok=True)
    files = {"core/base/a.c": body, **{f"core/base/{name}": text for name, text in others.items()}}
    entries = [{"directory": str(folder), "file": f"../../{path}", "command": f"cc -Icore -c ../../{path}"}
               for path in files if path.endswith(".c")]
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return lint("clang-tidy", {".clang-tidy": CHECKS, **files}, paths)


ENDLESS = "int f(int a)\n{\n\tint b = 0;\n\twhile (b < 10) {\n\t\ta++;\n\t}\n\treturn a;\n}\n"


def test_reports_what_clang_tidy_finds(lint):
    found = tidy(lint, ENDLESS)
    assert len(found) == 1
    assert found[0].startswith("core/base/a.c:4: this loop is infinite")


def test_lets_pass_what_clang_tidy_finds_nothing_in(lint):
    assert tidy(lint, ENDLESS.replace("a++", "b++")) == []


def test_reports_again_from_the_cache_until_the_file_changes(lint):
    assert tidy(lint, ENDLESS) == tidy(lint, ENDLESS)
    assert tidy(lint, ENDLESS.replace("a++", "b++")) == []


def test_reports_a_file_that_does_not_compile(lint):
    assert len(tidy(lint, "int f(void)\n{\n\treturn nothing;\n}\n")) == 1


def test_looks_only_at_what_is_asked_about(lint):
    found = tidy(lint, ENDLESS, ("core/base/b.c",), **{"b.c": ENDLESS, "c.c": ENDLESS})
    assert [each.partition(":")[0] for each in found] == ["core/base/b.c"]
    assert len(json.loads((lint.root / "build/lint/clang-tidy.json").read_text())) == 1


def test_looks_at_a_header_from_one_file_that_includes_it(lint):
    header = "static inline " + ENDLESS
    others = {"a.h": header, "b.c": '#include "a.h"\n', "c.c": '#include "a.h"\n'}
    found = tidy(lint, "int a;\n", ("core/base/a.h",), **others)
    assert len(found) == 1 and found[0].startswith("core/base/a.h:4: this loop is infinite")
    assert len(json.loads((lint.root / "build/lint/clang-tidy.json").read_text())) == 1


def test_reports_what_shellcheck_finds(lint):
    found = lint("shellcheck", {"tests/a.sh": "#!/bin/sh\nrm $1\n"})
    assert len(found) == 1 and found[0].startswith("tests/a.sh:2: Double quote")


def test_lets_pass_a_clean_script_without_suffix(lint):
    assert lint("shellcheck", {"run": '#!/usr/bin/env bash\nrm "$1"\n'}) == []


def test_reports_other_tools_escapes(lint):
    assert len(lint("other-escape", {"core/base/a.c": "int a; // NO" "LINT\n"})) == 1


def test_lets_pass_other_tools_escapes_below_a_reason(lint):
    text = "/* lint: allow other-escape: a table that is read by columns */\n/* clang-format o" "ff */\nint a;\n"
    assert lint("other-escape", {"core/base/a.c": text}) == []
    assert lint("other-escape", {"core/base/a.c": "int a; /* lint: allow clang-tidy: a table */\n"}) == []


def test_the_cache_asks_once_and_forgets_what_is_gone(tmp_path):
    asked = []

    def ask(subject):
        asked.append(subject)
        return [subject]

    path = tmp_path / "cache.json"
    assert list(Cache(path).answers([("k1", 1), ("k2", 2)], ask)) == [[1], [2]]
    assert list(Cache(path).answers([("k1", 1)], ask)) == [[1]]
    assert list(Cache(path).answers([("k2", 2)], ask)) == [[2]]
    assert asked == [1, 2, 2]


def test_the_cache_keeps_what_a_partial_run_does_not_ask_for(tmp_path):
    path = tmp_path / "cache.json"
    Cache(path).answers([("k1", 1), ("k2", 2)], lambda subject: [subject])
    Cache(path).answers([("k3", 3)], lambda subject: [subject], is_whole=False)
    assert Cache(path).known == {"k1": [1], "k2": [2], "k3": [3]}


def test_the_cache_keeps_what_an_interrupted_run_has_learnt(tmp_path):
    def ask(subject):
        if subject == 2:
            raise KeyboardInterrupt
        return [subject]

    path = tmp_path / "cache.json"
    with pytest.raises(KeyboardInterrupt):
        Cache(path).answers([("k1", 1), ("k2", 2)], ask)
    assert Cache(path).known == {"k1": [1]}


def test_a_digest_tells_where_one_part_ends():
    assert digest("ab", "c") != digest("a", "bc")


def library(lint, name, text):
    """Compiles a shared library where the build would put it."""
    path = lint.root / "build" / "plain" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-shared", "-fPIC", "-xc", "-o", path, "-"], input=text, text=True, check=True)


HEADER = "/* Counts. */\nint tocsin_a_count(void);\n"


def test_reports_what_the_library_lacks_and_what_it_shows_too_much(lint):
    library(lint, "core/lib/libtocsin.so.0", "int tocsin_b(void) { return 0; }")
    found = lint("exports", {"include/tocsin/a.h": HEADER})
    assert len(found) == 2
    assert found[0].startswith("include/tocsin/a.h:2: tocsin_a_count() is declared for everyone")
    assert found[1].startswith("core/lib/libtocsin.map:1: libtocsin exports tocsin_b,")


SCRIPT = "LIBTOCSIN_0 {\nglobal:\n\ttocsin_a_*;\n\ttocsin_b;\nlocal:\n\t*;\n};\n"


def test_reports_what_is_shown_too_much_where_the_version_script_lets_it_out(lint):
    library(lint, "core/lib/libtocsin.so.0", "int tocsin_b(void) { return 0; }")
    found = lint("exports", {"core/lib/libtocsin.map": SCRIPT})
    assert len(found) == 1 and found[0].startswith("core/lib/libtocsin.map:4: libtocsin exports tocsin_b,")


def test_lets_pass_what_the_version_script_gives_a_reason_for(lint):
    library(lint, "core/lib/libtocsin.so.0", "int tocsin_b(void) { return 0; }")
    reason = "\t/* lint: allow exports: programs of the last version still look for it */\n"
    script = SCRIPT.replace("\ttocsin_b;", f"{reason}\ttocsin_b;")
    assert lint("exports", {"core/lib/libtocsin.map": script}) == []


def test_lets_pass_a_library_that_shows_what_is_declared(lint):
    library(lint, "core/lib/libtocsin.so.0", "int tocsin_a_count(void) { return 0; }")
    assert lint("exports", {"include/tocsin/a.h": HEADER}) == []


def test_reports_a_plugin_that_exports_more_than_its_entry(lint):
    library(lint, "plugins/auth/x/auth-x.so", "const int tocsin_plugin_v1 = 1; int helper(void) { return 0; }")
    found = lint("plugin-exports", {"plugins/auth/x/meson.build": ""})
    assert len(found) == 1 and "auth-x.so exports helper, tocsin_plugin_v1" in found[0]


def test_lets_pass_a_plugin_that_exports_its_entry(lint):
    library(lint, "plugins/auth/x/auth-x.so", "const int tocsin_plugin_v1 = 1;")
    assert lint("plugin-exports", {"plugins/auth/x/meson.build": ""}) == []


def test_holds_a_part_to_its_own_entry(lint):
    library(lint, "plugins/tls.so", "const int tocsin_part = 1;")
    assert lint("plugin-exports", {"plugins/meson.build": ""}) == []
    library(lint, "plugins/tls.so", "const int tocsin_plugin_v1 = 1;")
    found = lint("plugin-exports", {"plugins/meson.build": ""})
    assert len(found) == 1 and "tls.so exports tocsin_plugin_v1; it has to export tocsin_part" in found[0]
