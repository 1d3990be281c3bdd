# SPDX-License-Identifier: MIT
"""How large and how deep: files, functions, blocks, lines."""

from finding import Finding, Rule
from source import deepest_block

FILE_LINES = 400
FUNCTION_LINES = 60
NESTING = 3
TAB = 8
COLUMNS = {".c": 100, ".h": 100, ".py": 120, ".sh": 120, ".build": 120}


def check_file_length(tree):
    for source in tree.below("core", "plugins"):
        if len(source.lines) > FILE_LINES:
            text = f"{len(source.lines)} lines; at most {FILE_LINES}: split it by purpose, one file, one thing"
            yield Finding(source.path, 1, "file-length", text, is_whole_file=True)


def check_function_length(tree):
    for source in tree.c_sources():
        for function in source.functions:
            length = function.last_line - function.line + 1
            if length > FUNCTION_LINES:
                text = f"{function.name}() has {length} lines; at most {FUNCTION_LINES}: find the second function in it"
                yield Finding(source.path, function.line, "function-length", text)


def check_nesting(tree):
    for source in tree.c_sources():
        for function in source.functions:
            depth, line = deepest_block(function)
            if depth > NESTING:
                text = f"{function.name}() nests {depth} blocks; at most {NESTING}: return early, or split it"
                yield Finding(source.path, line, "nesting", text)


def check_line_length(tree):
    for source in tree.sources.values():
        columns = COLUMNS.get(source.suffix) or (120 if source.is_shell else None)
        if columns is None:
            continue
        for number, line in enumerate(source.lines, 1):
            width = len(line.expandtabs(TAB))
            if width > columns:
                yield Finding(source.path, number, "line-length", f"{width} columns; at most {columns}: break the line")


def check_meson_lists(tree):
    """Lists of files: one a line, sorted, so that two changes seldom meet."""
    for source in tree.sources.values():
        if not source.path.endswith("meson.build"):
            continue
        before, is_list = "", False
        for number, line in enumerate(source.lines, 1):
            word = line.strip()
            if word.endswith("files("):
                before, is_list = "", True
            elif word.startswith(")"):
                is_list = False
            elif is_list and word.startswith("'"):
                if word.count("'") > 2 or word < before:
                    yield Finding(source.path, number, "meson-list", f"{word} out of order; one file a line, sorted")
                before = word


RULES = [
    Rule("file-length", f"no C file of core/ or plugins/ over {FILE_LINES} lines", check_file_length),
    Rule("function-length", f"no function over {FUNCTION_LINES} lines", check_function_length),
    Rule("nesting", f"no blocks nested deeper than {NESTING}", check_nesting),
    Rule("line-length", "no line over 100 columns in C, 120 elsewhere", check_line_length),
    Rule("meson-list", "files(...) in meson.build has one file a line, sorted", check_meson_lists),
]
