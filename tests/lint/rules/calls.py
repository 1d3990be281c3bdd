# SPDX-License-Identifier: MIT
"""Calls that are not made here, each with what to use instead."""

import re
from dataclasses import dataclass

from finding import Finding, Rule
from source import blank

EVERYWHERE = ("core", "plugins", "include", "tests")
PRODUCT = ("core", "plugins", "include")
PROGRAM_ROOMS = ("daemon", "cli")
WAITING_ROOMS = ("base", "net", "secret")  # their deadlines are those of poll(), which no test can move
LOGGING_ROOMS = ("engine", "daemon", "cli")


@dataclass(frozen=True)
class Ban:
    names: str  # separated by blanks
    instead: str
    folders: tuple = PRODUCT
    rooms: tuple = ()  # of core/, where it is allowed


BANS = (
    Ban("strcpy strcat stpcpy", "use g_strdup(), g_strconcat() or a GString", EVERYWHERE),
    Ban("strncpy strncat", "use g_strndup() or g_strlcpy()", EVERYWHERE),
    Ban("sprintf vsprintf", "use g_strdup_printf() or g_snprintf()", EVERYWHERE),
    Ban("strtok strtok_r", "use g_strsplit(), or scan with strcspn()", EVERYWHERE),
    Ban("atoi atol atoll atof", "use g_ascii_string_to_signed(), which tells of bad input and overflow", EVERYWHERE),
    Ban("sscanf scanf fscanf", "use g_ascii_string_to_unsigned() and plain code: scanf hides overflow", EVERYWHERE),
    Ban("strtol strtoll strtoul strtoull strtod", "use g_ascii_string_to_signed(), which checks range and end"),
    Ban("gets", "use g_io_channel_read_line() or getline() with a limit", EVERYWHERE),
    Ban("system popen", "use GSubprocess with an argument vector: no shell sees the words", EVERYWHERE),
    Ban("alloca g_alloca g_newa", "use g_autofree and g_malloc(): input must not choose the stack's size", EVERYWHERE),
    Ban("rand srand random srandom drand48", "use g_random_int(), or GRand with a seed in tests", EVERYWHERE),
    Ban("g_error", "set a GError: input must not end the program"),
    Ban("exit _exit abort quick_exit", "return an error: only daemon and cli end the program", rooms=PROGRAM_ROOMS),
    Ban("sleep usleep nanosleep g_usleep", "wait for the condition itself: poll(), GCond or a GSource with a deadline",
        EVERYWHERE),
    Ban("g_message g_warning g_info g_critical", "outside engine, daemon and cli return a GError, or use g_debug()",
        rooms=LOGGING_ROOMS),
    Ban("printf puts putchar g_print g_printerr", "only cli and daemon write to the terminal; return text or a GError",
        rooms=PROGRAM_ROOMS),
    Ban("getenv g_getenv", "use secure_getenv(): a set-uid caller's environment is not trusted"),
    Ban("setenv putenv unsetenv g_setenv g_unsetenv",
        "pass the environment to the child: setenv() races other threads"),
    Ban("strerror strerror_r", "use g_strerror(), which is thread-safe and UTF-8", EVERYWHERE),
    Ban("time gettimeofday clock_gettime g_get_real_time",
        "use tocsin_clock_wall_us(), which tests and replay can move", rooms=("base",)),
    Ban("g_get_monotonic_time", "use tocsin_clock_monotonic_us(), which tests and replay can move",
        rooms=WAITING_ROOMS),
    Ban("localtime gmtime ctime asctime mktime", "use GDateTime, which is thread-safe"),
    Ban("g_file_monitor g_file_monitor_file g_file_monitor_directory",
        "use inotify: GFileMonitor loses and delays events"),
    Ban("g_object_new g_signal_connect g_signal_emit g_signal_new",
        "use an opaque struct and a callback; for a library's object this needs a reason"),
    Ban("tmpnam tempnam mktemp", "use g_mkstemp_full() or g_dir_make_tmp()", EVERYWHERE),
    Ban("signal", "use sigaction(), or g_unix_signal_add()", EVERYWHERE),
    Ban("malloc calloc realloc", "use g_new(), g_malloc() or g_realloc(), which never return NULL", ("core",)),
    Ban("access", "open it and look at the error: between access() and open() the file can change"),
    Ban("chdir setlocale umask", "this changes the whole process: only daemon and cli may", rooms=PROGRAM_ROOMS),
    Ban("gethostbyname inet_addr inet_ntoa inet_aton", "use GResolver and GInetAddress, which know IPv6"),
    Ban("fork vfork", "use GSubprocess: what runs between fork and exec must be safe for threads", rooms=PROGRAM_ROOMS),
)

GOBJECT = re.compile(r"\bG_(?:DEFINE_(?:FINAL_|ABSTRACT_|BOXED_)?(?:TYPE|INTERFACE)\w*|DECLARE_\w+_TYPE)\b")
GOTO = re.compile(r"\bgoto\b")
NAMES = sorted({name for ban in BANS for name in ban.names.split()})
NAME = re.compile(rf"(?<![\w.])(?<!->)(?:__builtin_)?({'|'.join(NAMES)})\b(\)*\s*\()?")
# A variable, parameter, member or pointer to a function that has such a name of its own: a type stands before it.
OWN = re.compile(
    rf"(?:\b(?!return\b|else\b|case\b|do\b|sizeof\b)\w+|\w\))(?:\s*\*+\s*|\s+)(?:const\s+)?(?:\(\*)?"
    rf"({'|'.join(NAMES)})\b(?=\)\(|\s*[;,=)\[])"
)
# Where such a word is neither: a header's name, the kind of a format, a member's name for a macro.
NO_VALUE = re.compile(
    r"^[ \t]*#[ \t]*include\b.*|\bformat\s*\(\s*(?:gnu_)?(?:printf|scanf)\b"
    r"|\b(?:OFFSET|offsetof)\s*\(\s*(?:struct )?\w+\s*,\s*\w+",
    re.MULTILINE,
)


def bans_of(source):
    """The bans that hold in this file, by name."""
    holding = {}
    for ban in BANS:
        if source.is_below(*ban.folders) and source.room not in ban.rooms:
            holding.update(dict.fromkeys(ban.names.split(), ban))
    return holding


def check_calls(tree):
    """Calls, also of a name in brackets; and names taken as values, through which a call would not be seen."""
    for source in tree.c_sources():
        holding = bans_of(source)
        code = NO_VALUE.sub(lambda match: blank(match[0]), source.code)
        own = {match[1] for match in OWN.finditer(code)}
        for match in NAME.finditer(code):
            name, after = match[1], match[2] or ""
            if name in holding and (after.strip() == "(" or name not in own):
                text = f"{name}{'()' if after else ' as a value'}: {holding[name].instead}"
                yield Finding(source.path, source.line_of(match.start(1)), "banned-call", text)


def check_goto(tree):
    for source in tree.c_sources():
        for match in GOTO.finditer(source.code):
            text = "return early and let g_autoptr and g_autofree clean up"
            yield Finding(source.path, source.line_of(match.start()), "goto", text)


def check_gobject(tree):
    for source in tree.below("core", "plugins", "include"):
        for match in GOBJECT.finditer(source.code):
            text = f"{match[0]}: use an opaque struct with new/free and G_DEFINE_AUTOPTR_CLEANUP_FUNC"
            yield Finding(source.path, source.line_of(match.start()), "gobject", text)


RULES = [
    Rule("banned-call", "calls that are unsafe, unclear or unmockable are not made", check_calls),
    Rule("goto", "no goto", check_goto),
    Rule("gobject", "no GObject types of our own", check_gobject),
]
