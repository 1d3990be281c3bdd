#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Renders the same templates with this engine and with Jinja2 and compares the bytes.

Both use trim_blocks and lstrip_blocks, and an undefined name is an error. Where Jinja2 fails, this engine must
fail, and the other way round; the words of the errors are their own.
"""
import copy
import itertools
import json
import subprocess
import sys
import tempfile

import cases
import jinja2

# Jinja2 lets an undefined value pass in the first three; this engine never does. It cannot tell maps apart in the
# last; this engine can.
STRICTER = {"name % missing", "'a' % missing", "missing|items|list", "users|unique|list"}

# Python's own names of things: nobody wants them in a mail.
PYTHONISMS = (" object at 0x", "<function", "built-in", "dict_", "&lt;generator")


def expressions():
    """Single expressions; each is printed."""
    for a, operator, b in itertools.product(cases.ATOMS, cases.OPERATORS, cases.RIGHT):
        yield f"{a} {operator} {b}"
    for value, one in itertools.product(cases.VALUES, cases.FILTERS):
        if "truncate" in one and value not in cases.STRINGS:
            continue  # Jinja2 measures lists and fails on numbers; here everything is text
        yield f"{value}|{one}"
    for value, test in itertools.product(cases.TESTED, cases.TESTS):
        yield f"{value} is {test}"
    yield from cases.EXPRESSIONS


def templates():
    for expression in expressions():
        if expression not in STRICTER:
            yield "{{ " + expression + " }}"
    yield from cases.DOCUMENTS


def render(case):
    environment = jinja2.Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=case["html"],
        loader=jinja2.DictLoader(cases.TEMPLATES),
    )
    try:
        return {"out": environment.from_string(case["template"]).render(copy.deepcopy(cases.DATA))}
    except Exception as error:  # whatever it is, the other must fail too
        return {"error": f"{type(error).__name__}: {error}"}


def main(program):
    every = [{"template": template, "html": html} for template in templates() for html in (False, True)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"data": cases.DATA, "templates": cases.TEMPLATES, "cases": every}, file)
        file.flush()
        ours = json.loads(subprocess.run([program, file.name], check=True, capture_output=True).stdout)
    differences = 0
    for case, mine in zip(every, ours, strict=True):
        theirs = render(case)
        if any(name in theirs.get("out", "") for name in PYTHONISMS):
            continue
        if theirs.get("out") != mine.get("out"):
            differences += 1
            print(f"# {case['template']!r} html={case['html']}\n#   jinja2: {theirs}\n#   tocsin: {mine}")
    print(f"1..1\n{'not ok' if differences else 'ok'} 1 - {len(every)} templates, {differences} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
