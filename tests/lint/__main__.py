# SPDX-License-Identifier: MIT
"""./dev lint: holds the sources against the project's rules and prints file:line: rule: what, and what to do."""

import argparse
import sys
from pathlib import Path

import escapes
import rules
from finding import Finding
from tree import Tree


def check(tree, wanted):
    """A list of findings for each rule, escapes taken into account."""
    found = {rule.name: list(rule.check(tree)) for rule in wanted}
    return escapes.apply(tree, found, {rule.name for rule in rules.RULES})


def chosen(arguments):
    """Splits the arguments into rules and paths; no rule named means every rule."""
    by_name = {rule.name: rule for rule in rules.RULES}
    named = [by_name[each] for each in arguments if each in by_name]
    paths = [each for each in arguments if each not in by_name and each != escapes.NAME]
    for path in paths:
        if not Path(path).exists():
            raise SystemExit(f"lint: '{path}' is neither a rule nor a path; --list has the rules")
    return named or rules.RULES, [Path(path).as_posix().rstrip("/") for path in paths]


def print_tap(found):
    """Each rule as a test, its findings as diagnostics before it."""
    print(f"1..{len(found)}")
    for number, (name, findings) in enumerate(found.items(), 1):
        for finding in findings:
            print(f"# {finding}")
        print(f"{'not ' if findings else ''}ok {number} {name}")


def print_findings(found):
    total = 0
    for finding in sorted(finding for findings in found.values() for finding in findings):
        print(finding)
        total += 1
    print(f"{len(found)} rules, {total} findings")


def main():
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="RULE|PATH", help="only this rule, only below this path")
    parser.add_argument("--list", action="store_true", help="print the rules and what each is for")
    parser.add_argument("--tap", action="store_true", help="print each rule as a test")
    arguments = parser.parse_args()
    if arguments.list:
        for rule in rules.RULES:
            print(f"{rule.name:<18} {rule.what}")
        print(f"{escapes.NAME:<18} {escapes.WHAT}")
        return 0
    wanted, paths = chosen(arguments.what)
    tree = Tree(Path.cwd(), paths)
    found = check(tree, wanted)
    found = {name: [each for each in findings if tree.is_wanted(each.path)] for name, findings in found.items()}
    (print_tap if arguments.tap else print_findings)(found)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
