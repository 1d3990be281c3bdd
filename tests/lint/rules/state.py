# SPDX-License-Identifier: MIT
"""Variables that outlive a function: shared by all threads and all callers, so each needs a reason."""

import re

from finding import Finding, Rule

FUNCTION_BODY = re.compile(r"^\{\n.*?^\}", re.MULTILINE | re.DOTALL)
NAME = r"([\w \t*]*?[\s*])(\w+)(?:\[[^\]]*\])*\s*[=;]"
VARIABLE = re.compile(rf"^(?!typedef|extern|struct \w+;|[#\s}}])(?:static\s+)?{NAME}", re.MULTILINE)
LOCAL_STATIC = re.compile(rf"^\t+static\s+(?!const\b){NAME}", re.MULTILINE)


def is_constant(kind):
    """Whether the variable itself cannot change: const after the last star, or const and no star."""
    return "const" in (kind.rpartition("*")[2] if "*" in kind else kind)


def check_state(tree):
    for source in tree.below("core", "plugins"):
        if source.suffix != ".c":
            continue
        outside = FUNCTION_BODY.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source.code)
        for match in VARIABLE.finditer(outside):
            if not is_constant(match[1]):
                yield remark(source, match.start(), match[2])
        for match in LOCAL_STATIC.finditer(source.code):
            if not is_constant(match[1]) and f"g_once_init_enter(&{match[2]})" not in source.code:
                yield remark(source, match.start(), match[2])


def remark(source, offset, name):
    text = f"'{name}' is shared by every thread and caller; put it into a struct that is passed, or make it const"
    return Finding(source.path, source.line_of(offset), "static-state", text)


RULES = [Rule("static-state", "no variables at file level, none that outlive their function", check_state)]
