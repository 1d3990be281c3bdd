# SPDX-License-Identifier: MIT
"""The rules about what is not called."""

import pytest
from conftest import in_function
from rules import calls

BANNED = [
    "strcpy(a, b)", "sprintf(a, b)", "strtok(a, b)", "atoi(a)", "gets(a)", "system(a)", "popen(a, b)", "alloca(n)",
    "rand()", "g_error(a)", "exit(1)", "abort()", "sleep(1)", "usleep(1)", "g_message(a)", "g_warning(a)", "getenv(a)",
    "strerror(e)", "time(NULL)", "g_get_real_time()",
    "g_get_monotonic_time()", "g_file_monitor(f, 0, NULL, NULL)", "sscanf(a, b)", "malloc(n)",
    "printf(a)", "g_usleep(1)", "mktemp(a)", "fork()", "signal(1, x)",
]


@pytest.mark.parametrize("call", BANNED)
def test_reports_a_banned_call(lint, call):
    found = lint("banned-call", {"core/model/a.c": in_function("int a;", f"x = {call};")})
    name = call.partition("(")[0]
    assert len(found) == 1 and found[0].startswith(f"core/model/a.c:5: {name}(): ")


def test_names_for_each_banned_call_what_to_use_instead(lint):
    found = lint("banned-call", {"core/model/a.c": in_function(*(f"{name}(a);" for name in calls.NAMES))})
    told = {each.partition(": ")[2].partition("(): ")[0]: each.partition("(): ")[2] for each in found}
    assert sorted(told) == calls.NAMES
    for name, instead in told.items():
        assert len(instead) > 20 and not instead.startswith(name), (name, instead)


@pytest.mark.parametrize("line, what", [
    ("copy = strcpy;", "strcpy as a value"), ("(strcpy)(a, b);", "strcpy()"), ("((strcpy)) (a, b);", "strcpy()"),
    ("x = (*strcpy)(a, b);", "strcpy()"), ("return (*strcpy)(a, b);", "strcpy()"),
    ("each(list, &system);", "system as a value"),
    ("#define COPY strcpy", "strcpy as a value"), ("struct A a = {.end = exit};", "exit as a value"),
    ("__builtin_strcpy(a, b);", "strcpy()"), ("return time;", "time as a value"),
])
def test_reports_a_banned_name_that_is_called_another_way(lint, line, what):
    found = lint("banned-call", {"core/model/a.c": in_function(line)})
    assert len(found) == 1 and found[0].startswith(f"core/model/a.c:4: {what}: ")


@pytest.mark.parametrize("lines", [
    ("g_autoptr(GDateTime) time = now();", "return show(time);"), ("int signal;", "if (signal != 0) {", "}"),
    ("char *const system = a;", "use(system);"), ("int32_t (*random)(void *bytes);",), ("char time[9];", "fill(time);"),
    ("#include <sys/time.h>",), ("int offset = offsetof(struct a, random);",),
    ("void show(const char *f, ...) __attribute__((format(printf, 1, 2)));",),
])
def test_lets_pass_names_of_its_own(lint, lines):
    assert lint("banned-call", {"core/model/a.c": in_function(*lines)}) == []


@pytest.mark.parametrize("text", ["/* sprintf() is not used */", 'x("strcpy(a)");', "my_sprintf(a);", "self->time(x);",
                                  "self.exit(x);", "g_strerror(e);", "tocsin_clock_wall_us(c);", "gmtime_like(a);"])
def test_lets_pass_what_only_looks_like_one(lint, text):
    assert lint("banned-call", {"core/model/a.c": in_function(text)}) == []


def test_lets_rooms_do_what_is_theirs(lint):
    files = {
        "core/engine/a.c": in_function("g_warning(a);"),
        "core/cli/a.c": in_function("exit(1);", "printf(a);"),
        "core/base/clock.c": in_function("return g_get_real_time();"),
        "core/net/socket.c": in_function("return g_get_monotonic_time();"),
    }
    assert lint("banned-call", files) == []


def test_reports_sleeping_in_tests_but_not_printing(lint):
    found = lint("banned-call", {"tests/unit/base/test-a.c": in_function("g_usleep(1);", "printf(a);", "exit(1);")})
    assert len(found) == 1 and "g_usleep" in found[0]


def test_reports_goto(lint):
    assert lint("goto", {"core/base/a.c": in_function("goto out;")})[0].startswith("core/base/a.c:4:")


def test_lets_pass_the_word_in_a_comment(lint):
    assert lint("goto", {"core/base/a.c": in_function("/* no goto */", "int goto_line;")}) == []


@pytest.mark.parametrize("macro", ["G_DEFINE_TYPE(A, a, G_TYPE_OBJECT)", "G_DECLARE_FINAL_TYPE(A, a, T, A, GObject)",
                                   "G_DEFINE_FINAL_TYPE(A, a, G_TYPE_OBJECT)", "G_DEFINE_BOXED_TYPE(A, a, b, c)"])
def test_reports_gobject_types(lint, macro):
    assert len(lint("gobject", {"core/base/a.c": f"{macro}\n"})) == 1


def test_lets_pass_autoptr_functions(lint):
    assert lint("gobject", {"core/base/a.h": "G_DEFINE_AUTOPTR_CLEANUP_FUNC(A, a_free)\n"}) == []
