# SPDX-License-Identifier: MIT
"""The phases of ./dev test: what each of them builds, runs and counts."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from outcome import Outcome, Selection, tail
from programs import chosen, programs_of, read_tap, run_programs

JOBS = os.cpu_count() or 1
PYTEST = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
FUZZ_SECONDS = 40  # for all targets together, when no target gets less than 3


class CannotRun(Exception):
    """A phase that cannot start: its build fails, say. The text is shown and counts as one failure."""


def run_tool(command, **options):
    """Runs a command and returns its exit code and output."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False, **options,
    )
    return done.returncode, done.stdout


def build(kind, *targets):
    code, text = run_tool(["./dev", "build", kind, *targets])
    if code != 0:
        raise CannotRun(tail(text))


class Phase:
    """A part of the run with a budget of its own, after which it counts as failed."""

    name = ""
    budget = 60
    needs = ()  # names of phases that have to be over before this one starts

    def list(self):
        """The names of its tests."""
        raise NotImplementedError

    def run(self, selection):
        """Its outcomes."""
        raise NotImplementedError


class Lint(Phase):
    """The project's rules; each rule is a test. Then the tests of the linter itself."""

    name = "lint"
    budget = 1500  # clang-tidy in a fresh clone, beside all other phases; later runs know what has not changed
    needs = ("unit",)  # clang-tidy wants the generated headers and compile_commands.json

    def list(self):
        names = run_tool(["/usr/bin/python3", "tests/lint", "--list"])[1].splitlines()
        return [f"lint:{name.split()[0]}" for name in names] + list_pytest("tests/lint")

    def run(self, selection):
        names = [name.removeprefix("lint:") for name in self.list() if selection.wants(name) and "::" not in name]
        outcomes = []
        if names:
            code, text = run_tool(["/usr/bin/python3", "tests/lint", "--tap", *names])
            outcomes += read_tap("lint", text, 0 if code == 1 else code)
        return outcomes + run_pytest("tests/lint", selection)


class Programs(Phase):
    """Test programs of one kind of build."""

    def __init__(self, name, kind, suites, budget, needs=()):
        self.name, self.kind, self.suites, self.budget, self.needs = name, kind, suites, budget, needs

    def names(self, selection):
        """Which programs have selected tests. The plain build knows: it has the same ones, and is made whole anyway."""
        build("plain")
        return {program.name for program, _ in chosen(programs_of("build/plain", self.suites), selection)}

    def programs(self, selection=Selection()):
        """Builds what the programs need, no more, unless this is the build that everything is made in."""
        folder = Path("build", self.kind)
        if self.kind == "plain":
            build(self.kind)
            return programs_of(folder, self.suites)
        names = self.names(selection)
        if not names:
            return []
        build(self.kind, "build.ninja")
        programs = [program for program in programs_of(folder, self.suites) if program.name in names]
        inside = f"{folder.resolve()}/"
        # A test may be a script that is given what was built.
        parts = [os.path.normpath(part) for each in programs for part in each.command]
        targets = {part.removeprefix(inside) for part in parts if part.startswith(inside)}
        targets |= {part for part in parts if part.startswith(("core/", "plugins/", "tests/"))}
        targets = {target for target in targets if not Path("build/plain", target).is_dir()}
        build(self.kind, *sorted(targets), *(["tests/threads/libglib-order.so"] if self.kind == "tsan" else []))
        for program in programs if self.kind == "tsan" else ():
            program.environment["G_SLICE"] = "always-malloc"  # slices that change threads look like races
            program.environment["LD_PRELOAD"] = str(folder.resolve() / "tests/threads/libglib-order.so")
        return programs

    def list(self):
        return [
            f"{program.name}{':' if path else ''}{path}"
            for program in self.programs()
            for path in program.subtests() or [""]
        ]

    def run(self, selection):
        return run_programs(self.programs(selection), selection, JOBS)


class Integration(Phase):
    """The installed programs against real servers, by pytest."""

    name = "integration"
    budget = 1200
    needs = ("unit",)

    def list(self):
        return list_pytest("tests/integration")

    def run(self, selection):
        if not selection.is_all and not any(selection.wants(name) for name in self.list()):
            return []
        code, text = run_tool(["./dev", "stage"])
        if code != 0:
            raise CannotRun(tail(text))
        return run_pytest("tests/integration", selection)


class Fuzz(Phase):
    """Each parser under libFuzzer for a few seconds, from its seeds and what earlier runs learnt."""

    name = "fuzz"
    budget = 600  # most of it for the build
    needs = ("asan",)

    def list(self):
        return [f"libfuzzer-{path.stem.removeprefix('fuzz-')}" for path in sorted(Path("tests/fuzz").glob("fuzz-*.c"))]

    def run(self, selection):
        names = [name for name in self.list() if selection.wants(name)]
        if not names:
            return []
        build("fuzz", "fuzz-targets")
        seconds = min(20, max(3, FUZZ_SECONDS * JOBS // len(names)))

        def run_one(name):
            code, text = run_tool(["tests/dev/fuzz.sh", name.removeprefix("libfuzzer-"), str(seconds)])
            return Outcome(name, code == 0, "" if code == 0 else tail(text))

        with ThreadPoolExecutor(JOBS) as pool:
            return list(pool.map(run_one, names))


def has_pytest(folder):
    return any(Path(folder).rglob("test_*.py"))


def list_pytest(folder):
    """The node ids below a folder."""
    if not has_pytest(folder):
        return []
    code, text = run_tool([*PYTEST, "--collect-only", folder])
    if code != 0:
        raise CannotRun(tail(text))
    return [line for line in text.splitlines() if "::" in line]


def run_pytest(folder, selection):
    """Runs pytest on the selected tests below a folder and reads its report."""
    wanted = [folder]
    if not selection.is_all:
        wanted = [name for name in list_pytest(folder) if selection.wants(name)]
    if not wanted or not has_pytest(folder):
        return []
    report = Path("build") / f"pytest-{Path(folder).name}.xml"
    report.unlink(missing_ok=True)
    code, text = run_tool([*PYTEST, f"--junitxml={report}", *wanted])
    if not report.exists():
        raise CannotRun(tail(text))
    outcomes = [read_case(case) for case in ElementTree.parse(report).iter("testcase")]
    if code != 0 and all(each.passed or each.skipped for each in outcomes):
        outcomes.append(Outcome(f"{folder} (whole run)", False, f"{tail(text)}\nexit code {code}"))
    return outcomes


def read_case(case):
    """One <testcase> of pytest's report."""
    name = f"{case.get('classname', '').replace('.', '/')}::{case.get('name')}"
    skipped = case.find("skipped")
    if skipped is not None:
        return Outcome(name, False, skipped=skipped.get("message") or "no reason given")
    told = [child for child in case if child.tag in ("failure", "error")]
    if not told:
        return Outcome(name, True)
    parts = told + [child for child in case if child.tag in ("system-out", "system-err")]
    return Outcome(name, False, tail(re.sub(r"\n{3,}", "\n\n", "\n".join(part.text or "" for part in parts))))


PHASES = [
    Programs("unit", "plain", ["unit"], 600),
    Lint(),
    Programs("checks", "plain", ["abi", "fuzz", "docs", "lint"], 300, needs=("unit",)),
    Programs("asan", "asan", ["unit", "fuzz"], 1200, needs=("unit",)),
    Programs("threads", "tsan", ["threads"], 600, needs=("asan",)),
    Fuzz(),
    Integration(),
]

if __name__ == "__main__":
    sys.exit("run ./dev test")
