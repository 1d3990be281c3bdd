# SPDX-License-Identifier: MIT
"""What else looks for many regexes in a log: each with rules of its own kind, run on one processor core."""

import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from servers import unpacked  # noqa: E402

SAMPLE = 128 << 10  # bytes from which it is estimated how much a peer can read in the time
LONGEST = 600  # seconds
END = "tocsin-bench-end"


@dataclass
class Measured:
    size: int  # bytes
    seconds: float  # of the processor, without starting
    start: float  # of the processor
    matches: int
    mib: float = 0  # 0: not known
    digest: str = ""

    @property
    def rate(self):
        return self.size / max(self.seconds, 1e-6)


class Log:
    def __init__(self, path):
        self.path, self.size = path, path.stat().st_size

    def head(self, folder, size):
        """Whole lines of its beginning, as a log of its own."""
        if size >= self.size:
            return self
        path = folder / "head.log"
        with self.path.open("rb") as log:
            text = log.read(size)
        path.write_bytes(text[:text.rindex(b"\n") + 1])
        return Log(path)


def grouped(regex, named):
    """With named groups written another way."""
    return re.sub(r"\(\?<(\w+)>", named, regex)


def named_by_p(regex):
    """As Python has it."""
    return grouped(regex, r"(?P<\1>")


def posix(regex):
    """As POSIX has it: without names of groups, shorthands and options."""
    meanings = {r"\[": r"\[", r"[\d": "[0-9", r"\d": "[0-9]", r"\S": "[^[:space:]]"}
    regex = grouped(regex, "(").replace("(?:", "(").removeprefix("(?i)")
    return re.sub(r"\\\[|\[\\d|\\d|\\S", lambda found: meanings[found[0]], regex)


class Peer:
    NAME, TELLS = "", ""

    def __init__(self, folder, regexes, core):
        self.folder, self.regexes, self.core = folder / "peer", regexes, core
        self.folder.mkdir(exist_ok=True)
        self.output = self.folder / "output"
        self.prepare()

    def prepare(self):
        """Writes the rules."""

    def command(self, log):
        raise NotImplementedError

    def environment(self):
        return os.environ

    def finish(self, process):
        """Waits for its end; returns what the processor was used for it."""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            words = " ".join((self.folder / "errors").read_text().split())
            raise RuntimeError(f"exit code {process.returncode}: {words[:200]}")
        # The kernel's count begins with what this program had, which says nothing of smaller ones.
        begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        mib = usage.ru_maxrss / 1024 if usage.ru_maxrss > begun else 0
        return usage.ru_utime + usage.ru_stime, mib

    def count(self):
        return sum(1 for _ in self.output.open("rb"))

    def run(self, log):
        """Processor seconds, memory in MiB and what was found."""
        self.output.unlink(missing_ok=True)
        words = ["taskset", "-c", self.core, *self.command(log)]
        with (self.folder / "stdout").open("wb") as output, (self.folder / "errors").open("wb") as errors:
            process = subprocess.Popen([str(word) for word in words], stdout=output, stderr=errors,
                                       env=self.environment(), cwd=self.folder)
            seconds, mib = self.finish(process)
        return seconds, mib, self.count()

    def measure(self, log, seconds):
        """On as much of the log as takes about so many seconds."""
        nothing = self.folder / "nothing.log"
        nothing.write_text("nothing\n")
        start = self.run(Log(nothing))[0]
        part = log.head(self.folder, SAMPLE)
        for _ in range(4):
            used, mib, matches = self.run(part)
            reading = max(used - start, 1e-3)
            if part.size == log.size or reading > seconds / 3:
                break
            part = log.head(self.folder, int(part.size * min(seconds / reading, 64)))
        return part, Measured(part.size, reading, start, matches, mib)


class Grep(Peer):
    NAME, TELLS = "grep -E", "lines only"

    def prepare(self):
        (self.folder / "rules").write_text("".join(f"{posix(regex)}\n" for regex in self.regexes))

    def environment(self):
        return {**os.environ, "LC_ALL": "C"}

    def command(self, log):
        return ["grep", "-E", "-f", self.folder / "rules", log.path]

    def count(self):
        return sum(1 for _ in (self.folder / "stdout").open("rb"))


class Ripgrep(Grep):
    NAME = "ripgrep"

    def prepare(self):
        # All rules become one regex, in which a name may come only once.
        text = "".join(f"{grouped(regex, '(')}\n" for regex in self.regexes)
        (self.folder / "rules").write_text(text)

    def command(self, log):
        return [unpacked("ripgrep") / "usr/bin/rg", "--no-config", "--no-unicode", "--threads=1",
                "--regex-size-limit=4G", "--dfa-size-limit=4G", "-f", self.folder / "rules", log.path]


class Sec(Peer):
    NAME, TELLS = "SEC", "rules, captures"

    def prepare(self):
        rules = "".join(
            f"type=Single\nptype=RegExp\ncontinue=TakeNext\npattern={regex}\ndesc=rule{number}\n"
            f"action=write {self.output} rule{number} $1\n\n" for number, regex in enumerate(self.regexes)
        )
        (self.folder / "sec.conf").write_text(rules)

    def command(self, log):
        return ["perl", unpacked("sec") / "usr/bin/sec", f"--conf={self.folder / 'sec.conf'}", f"--input={log.path}",
                "--fromstart", "--notail", "--debug=1"]

    def count(self):
        return super().count() if self.output.exists() else 0


class Swatchdog(Grep):
    NAME, TELLS = "swatchdog", "lines"

    def prepare(self):
        rules = "".join(f"watchfor /{regex.replace('/', chr(92) + '/')}/\n\techo=normal\n\tcontinue\n\n"
                        for regex in self.regexes)
        (self.folder / "swatch.conf").write_text(rules)

    def environment(self):
        library = unpacked("swatch") / "usr/share/perl5"
        return {**os.environ, "PERL5LIB": str(library), "HOME": str(self.folder)}

    def command(self, log):
        return ["perl", unpacked("swatch") / "usr/bin/swatchdog", f"--config-file={self.folder / 'swatch.conf'}",
                f"--examine={log.path}", f"--script-dir={self.folder}"]

    def count(self):
        lines = (self.folder / "stdout").open("rb")
        return sum(1 for line in lines if line.strip() and not line.startswith(b"***"))


class Fail2ban(Peer):
    NAME, TELLS = "fail2ban-regex", "lines, one capture"

    def prepare(self):
        lines = []
        for regex in self.regexes:
            text = f"(?i:{regex.removeprefix('(?i)')})" if regex.startswith("(?i)") else regex
            # Each needs a group that says whom to ban.
            lines.append(named_by_p(re.sub(r"\(\?<\w+>", "(?P<fid>", text, count=1)).replace("%", "%%"))
        rules = "\n            ".join(lines)
        (self.folder / "filter.conf").write_text(
            f"[Definition]\nfailregex = {rules}\nignoreregex =\ndatepattern = {{NONE}}\n")

    def environment(self):
        return {**os.environ, "PYTHONPATH": str(unpacked("fail2ban") / "usr/lib/python3/dist-packages")}

    def command(self, log):
        return ["/usr/bin/python3", unpacked("fail2ban") / "usr/bin/fail2ban-regex", "--print-no-missed",
                "--print-no-ignored", "--config", unpacked("fail2ban") / "etc/fail2ban", log.path,
                self.folder / "filter.conf"]

    def count(self):
        found = re.search(r"(\d+) matched", (self.folder / "stdout").read_text())
        if not found:
            raise RuntimeError(f"no result: {(self.folder / 'stdout').read_text()[-200:].strip()}")
        return int(found[1])


class Rsyslog(Peer):
    NAME, TELLS = "rsyslog re_match", "rules, captures"

    def command(self, log):
        # It ends by itself only when it is told to: the last line tells that all has been read.
        piece = self.folder / "input.log"
        piece.write_bytes(log.path.read_bytes() + f"{END}\n".encode())
        done = self.folder / "done"
        done.unlink(missing_ok=True)
        rules = "".join(
            f"if re_match($msg, '{posix(regex).replace(chr(92), chr(92) * 2)}') then {{\n"
            f"  set $!found = re_extract($msg, '{posix(regex).replace(chr(92), chr(92) * 2)}', 0, 1, '');\n"
            f"  action(type=\"omfile\" file=\"{self.output}\" template=\"found\")\n}}\n" for regex in self.regexes
        )
        (self.folder / "rsyslog.conf").write_text(
            f"global(workDirectory=\"{self.folder}\")\n"
            "module(load=\"imfile\")\n"
            "template(name=\"found\" type=\"string\" string=\"%$!found%\\n\")\n"
            f"ruleset(name=\"rules\") {{\n{rules}"
            f"if $msg contains '{END}' then action(type=\"omfile\" file=\"{done}\")\n}}\n"
            f"input(type=\"imfile\" file=\"{piece}\" tag=\"x\" ruleset=\"rules\" freshStartTail=\"off\")\n"
        )
        for state in self.folder.glob("imfile-state*"):
            state.unlink()
        modules = next(unpacked("rsyslog").glob("usr/lib/*/rsyslog"))
        return [unpacked("rsyslog") / "usr/sbin/rsyslogd", "-n", "-f", self.folder / "rsyslog.conf", "-i",
                self.folder / "pid", "-M", modules]

    def finish(self, process):
        until = time.monotonic() + LONGEST
        while not (self.folder / "done").exists():
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) or time.monotonic() > until:
                process.kill()
                super().finish(process)
                raise RuntimeError((self.folder / "errors").read_text() or "it does not come to an end")
            time.sleep(0.01)
        process.terminate()
        return super().finish(process)

    def count(self):
        return super().count() if self.output.exists() else 0


PEERS = [Grep, Ripgrep, Sec, Swatchdog, Fail2ban, Rsyslog]
