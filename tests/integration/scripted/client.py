# SPDX-License-Identifier: MIT
"""Runs a scenario with the `tocsin` command and says everything that differs from what was expected."""

import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .scenario import SECRET, TOKEN, USER, find_secrets
from .server import DeafServer, ScriptedServer

TOP = Path(__file__).resolve().parents[3]
AT_ONCE = 16  # scenarios; most of them wait most of the time
LATE_SECONDS = 5  # that a busy machine may add to a scenario's own limit


def binary():
    return Path(os.environ.get("TOCSIN_BINARY", TOP / "build/stage/bin/tocsin"))


def write_private(path, text):
    path.write_text(text)
    path.chmod(0o600)
    return path


def login_options(scenario, folder):
    """Secrets go in by files that only their owner can read."""
    if not scenario.login:
        return []
    kind, text = ("token", scenario.token) if scenario.token else ("secret", SECRET)
    clear = ["--allow-clear-text"] if scenario.tls == "none" else []
    return [f"--{kind}-file", write_private(folder / kind, text), *clear]


def command_line(scenario, place, folder, ca):
    """The command of a scenario; `place` is what follows the user in its URL."""
    (folder / "mail").write_bytes(scenario.mail)
    user = f"{USER}@" if scenario.login else ""
    command = [
        binary(), "send", "--url", f"{scenario.scheme}://{user}{place}", "--from", scenario.sender, "--message",
        folder / "mail", "--json", "--transcript", "--ca-file", ca.file, "--timeout", f"{scenario.timeout_ms}ms",
    ]
    if scenario.tls:
        command += ["--tls", scenario.tls]
    for recipient in scenario.recipients:
        command += ["--to", recipient]
    return [*map(str, [*command, *login_options(scenario, folder), *scenario.arguments])]


def run(scenario, folder, ca):
    """The list of differences; empty when the client did all that it has to."""
    folder.mkdir()
    path = folder / "socket" if scenario.is_unix else None
    server = DeafServer(path) if scenario.is_deaf else ScriptedServer(
        scenario.scripts, ca=ca, path=path, limit=scenario.seconds + LATE_SECONDS,
        host="::1" if scenario.host == "[::1]" else "127.0.0.1")
    with server:
        place = path or f"{scenario.host}:{server.port}"
        started = time.monotonic()
        try:
            done = subprocess.run(
                command_line(scenario, place, folder, ca), stdin=subprocess.DEVNULL, capture_output=True,
                timeout=scenario.seconds + LATE_SECONDS, check=False, env={**os.environ, "G_MESSAGES_DEBUG": "all"},
            )
        except subprocess.TimeoutExpired as late:
            return [f"still running after {time.monotonic() - started:.1f} s: {late.stderr}"]
        took = time.monotonic() - started
        server.join()
        return [
            *differences_of_time(scenario, took), *differences_of_output(scenario, done),
            *differences_of_wire(scenario, server),
        ]


class Crowd:
    """Scenarios that run side by side; each one's differences are waited for when they are asked for."""

    def __init__(self, scenarios, folder, ca):
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._futures = {
            each.name: self._pool.submit(run, each, folder / str(number), ca) for number, each in enumerate(scenarios)
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown(cancel_futures=True)

    def differences(self, scenario):
        return self._futures[scenario.name].result()


def differences_of_time(scenario, took):
    if took < scenario.at_least_seconds:
        yield f"over after {took:.1f} s, though it has to wait {scenario.at_least_seconds} s"


def differences_of_output(scenario, done):
    output = (done.stdout + done.stderr).decode(errors="backslashreplace")
    if done.returncode != scenario.exit_code():
        yield f"exit code {done.returncode}, expected {scenario.exit_code()}: {output}"
    for found in find_secrets(output):
        yield f"a secret is in the output, as {found!r}: {output}"
    if scenario.text and scenario.text.lower() not in output.lower():
        yield f"{scenario.text!r} is not in the output: {output}"
    try:
        told = json.loads(done.stdout)
    except ValueError:
        yield f"no JSON: {output}"
        return
    error = told["error"] and (told["error"]["class"], told["error"]["permanence"])
    if scenario.error != error:
        yield f"error {told['error']}, expected {scenario.error}"
    fates = {each["recipient"]: (each["fate"], each["code"]) for each in told["fates"]}
    if fates != scenario.fates:
        yield f"fates {fates}, expected {scenario.fates}: {output}"


def differences_of_wire(scenario, server):
    if len(server.sessions) != scenario.connections:
        yield f"{len(server.sessions)} connections, expected {scenario.connections}"
    if server.problems() and not scenario.is_problem:
        yield f"left the script: {server.problems()}"
    wire, at = (server.wire() if server.sessions else b""), 0
    for expected in scenario.heard:
        at = wire.find(expected, at)
        if at < 0:
            yield f"never heard {expected!r}, or not in its turn, in {wire[:2000]!r}"
            break
    for banned in scenario.unheard:
        if banned in wire:
            yield f"heard {banned!r}"
