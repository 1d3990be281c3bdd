# SPDX-License-Identifier: MIT
"""./dev test: runs the phases, two at a time, and ends with the line "N passed, N failed".

Called by dev, which has installed what the tests need.
"""

import argparse
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from outcome import Outcome, Selection
from phases import PHASES, CannotRun

AT_ONCE = 2


class Report:
    """Prints what happens as it happens and keeps the sum."""

    def __init__(self, is_brief):
        self.started = time.monotonic()
        self.outcomes = []
        self.is_brief = is_brief  # no word of phases that have none of the selected tests

    def say(self, phase, text):
        sys.stdout.write(f"[{self.seconds():5.0f} s] {phase.name}: {text}\n")  # in one piece: phases run side by side
        sys.stdout.flush()

    def phase_starts(self, phase):
        if not self.is_brief:
            self.say(phase, "starts")

    def phase_ends(self, phase, outcomes, seconds):
        self.outcomes += outcomes
        failed = [each for each in outcomes if not each.passed and not each.skipped]
        passed = sum(each.passed for each in outcomes)
        if outcomes or not self.is_brief:
            self.say(phase, f"{passed} passed, {len(failed)} failed in {seconds:.1f} s")
        for each in failed:
            sys.stdout.write(f"\n=== FAILED {phase.name}: {each.name}\n{each.output}\n===\n")

    def seconds(self):
        return time.monotonic() - self.started

    def end(self):
        """Prints the sum; returns the exit code."""
        failed = [each for each in self.outcomes if not each.passed and not each.skipped]
        passed = sum(each.passed for each in self.outcomes)
        skipped = [each for each in self.outcomes if each.skipped]
        print()
        for each in skipped:
            print(f"skipped: {each.name}: {each.skipped}")
        for each in failed:
            print(f"FAILED: {each.name}")
        if not failed and passed == 0:
            print("no test ran")
        print(f"took {self.seconds():.0f} s")
        print("run one alone with: ./dev test NAME (a part of the name is enough; ./dev test --list has them all)")
        print(f"{passed} passed, {len(failed)} failed")
        return 1 if failed or passed == 0 else 0


def run_phase(phase, selection, report):
    """Runs one phase; whatever stops it, or going over its budget, is a failure of its own."""
    report.phase_starts(phase)
    started = time.monotonic()
    try:
        outcomes = phase.run(selection)
    except CannotRun as reason:
        outcomes = [Outcome(f"{phase.name} (cannot run)", False, str(reason))]
    seconds = time.monotonic() - started
    if seconds > phase.budget:
        late = f"took {seconds:.0f} s; its budget is {phase.budget} s: make it faster or split it"
        outcomes.append(Outcome(f"{phase.name} (budget)", False, late))
    return outcomes, seconds


def run_all(selection, report):
    """Starts each phase when those that it needs are over, never more than AT_ONCE."""
    waiting, running, over = list(PHASES), {}, set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting or running:
            ready = [phase for phase in waiting if over.issuperset(phase.needs)]
            for phase in ready[: AT_ONCE - len(running)]:
                waiting.remove(phase)
                running[pool.submit(run_phase, phase, selection, report)] = phase
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                phase = running.pop(future)
                over.add(phase.name)
                report.phase_ends(phase, *future.result())


def main():
    what = "Runs all tests, or those whose name contains NAME."
    parser = argparse.ArgumentParser(prog="./dev test", description=what)
    parser.add_argument("name", nargs="?", default="", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="print the names of all tests")
    arguments = parser.parse_args()
    if arguments.list:
        for phase in PHASES:
            for name in phase.list():
                print(f"{phase.name:<12} {name}")
        return 0
    selection = Selection(arguments.name)
    report = Report(is_brief=not selection.is_all)
    run_all(selection, report)
    return report.end()


if __name__ == "__main__":
    raise SystemExit(main())
