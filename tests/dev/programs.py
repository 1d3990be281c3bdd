# SPDX-License-Identifier: MIT
"""Runs the test programs that meson knows of and counts what each of them tells in TAP.

Meson's own runner counts a program as one test; here each subtest is one, and one alone can be run.
"""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from outcome import Outcome, tail

TAP_LINE = re.compile(r"^(not )?ok\b(?:\s+\d+)?\s*(?:-\s*)?(.*)$")
TAP_PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*SKIP\b\s*(.*))?", re.IGNORECASE)
SKIP = re.compile(r"\s*#\s*SKIP\b\s*(.*)$", re.IGNORECASE)
EXIT_SKIPPED = 77

SANITIZERS = {
    "LSAN_OPTIONS": f"suppressions={Path(__file__).with_name('leaks').resolve()}:print_suppressions=0",
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:"
                    f"suppressions={Path(__file__).with_name('races').resolve()}",
}


class Program:
    """One test() of a meson.build, as meson's introspection file describes it."""

    def __init__(self, described, build):
        self.name = described["name"]
        self.command = described["cmd"]
        self.suites = {suite.partition(":")[2] for suite in described["suite"]}
        self.is_tap = described["protocol"] == "tap"
        self.timeout = described["timeout"] * 3
        self.directory = described["workdir"] or build
        self.is_parallel = described["is_parallel"]
        self.environment = described["env"]

    def subtests(self):
        """The paths of a GLib test program's subtests; nothing for other programs."""
        if not self.is_tap or "unit" not in self.suites or len(self.command) != 1:
            return []
        listed = subprocess.run([*self.command, "-l"], capture_output=True, text=True, timeout=60, check=False)
        return [line for line in listed.stdout.splitlines() if line.startswith("/")]

    def run(self, extra=()):
        """Runs the program, or with `-p PATH` in extra some of its subtests."""
        environment = {**SANITIZERS, **os.environ, **self.environment}
        try:
            done = subprocess.run(
                [*self.command, *extra], cwd=self.directory, env=environment, timeout=self.timeout,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )
        except subprocess.TimeoutExpired as late:
            text = (late.stdout or b"").decode(errors="replace")
            return [Outcome(self.name, False, f"{tail(text)}\nstill running after {self.timeout} s, ended")]
        text = done.stdout.decode(errors="replace")
        if self.is_tap:
            return read_tap(self.name, text, done.returncode)
        return [read_exit(self.name, text, done.returncode)]


def read_exit(name, text, code):
    """The outcome of a program that tells it by its exit code alone."""
    if code == EXIT_SKIPPED:
        return Outcome(name, False, skipped=tail(text, 1) or "no reason given")
    return Outcome(name, code == 0, "" if code == 0 else f"{tail(text)}\nexit code {code}")


def read_tap(name, text, code):
    """An outcome for each subtest, with what was told before its line; an early end is a failure too."""
    outcomes, told, planned = [], [], None
    for line in text.splitlines():
        told.append(line)
        if plan := TAP_PLAN.match(line):
            planned = int(plan[1])
            if planned == 0 and plan[2]:
                return [Outcome(name, False, skipped=plan[2])]
        elif found := TAP_LINE.match(line):
            skip = SKIP.search(found[2])
            title = f"{name}:{SKIP.sub('', found[2]).strip()}"
            if skip:
                outcomes.append(Outcome(title, False, skipped=skip[1] or "no reason given"))
            else:
                outcomes.append(Outcome(title, not found[1], tail("\n".join(told)) if found[1] else ""))
            told = []
    failed = any(not each.passed and not each.skipped for each in outcomes)
    if planned is None or (len(outcomes) != planned and not failed):
        reason = f"planned {planned} tests, told of {len(outcomes)}, exit code {code}"
        outcomes.append(Outcome(f"{name}:(whole program)", False, f"{tail(text)}\n{reason}"))
    elif code != 0 and not failed:
        outcomes.append(Outcome(f"{name}:(whole program)", False, f"{tail(text)}\nexit code {code}"))
    return outcomes


def programs_of(build, suites):
    """The programs in build folder `build` that belong to one of `suites`."""
    described = json.loads((Path(build) / "meson-info" / "intro-tests.json").read_text())
    every = [Program(each, build) for each in described]
    return [each for each in every if each.suites & set(suites)]


def chosen(programs, selection):
    """Pairs of a program and the arguments that make it run what the selection wants of it."""
    for program in programs:
        if selection.wants(program.name):
            yield program, ()
            continue
        paths = [path for path in program.subtests() if selection.wants(f"{program.name}:{path}")]
        if paths:
            yield program, tuple(part for path in paths for part in ("-p", path))


def run_programs(programs, selection, jobs):
    """Runs what the selection wants, the programs that want to be alone after the others."""
    work = list(chosen(programs, selection))
    together = [pair for pair in work if pair[0].is_parallel]
    alone = [pair for pair in work if not pair[0].is_parallel]
    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda pair: pair[0].run(pair[1]), together))
    results += [program.run(extra) for program, extra in alone]
    return [outcome for result in results for outcome in result]
