# SPDX-License-Identifier: MIT
"""Runs a scenario with the `tocsin` command and says everything that differs from what was expected.

IS_THERE is the one switch: while it is False test_client.py is not part of the run at all.
"""

import json
import os
import subprocess
import time
from pathlib import Path

from .scenario import SECRET, SECRETS, USER
from .server import ScriptedServer

IS_THERE = False
TOP = Path(__file__).resolve().parents[3]
TIMEOUT_SECONDS = 2


def binary():
    return Path(os.environ.get("TOCSIN_BINARY", TOP / "build/stage/bin/tocsin"))


def command_line(scenario, port, folder, ca):
    """The command of a scenario. The secret goes in by a file that only its owner can read."""
    secret, mail = folder / "secret", folder / "mail"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    mail.write_bytes(scenario.mail)
    user = f"{USER}@" if scenario.login else ""
    command = [
        binary(), scenario.command, "--url", f"{scenario.scheme}://{user}127.0.0.1:{port}", "--from", "a@example.org",
        "--message", mail, "--json", "--tls", scenario.tls, "--ca-file", ca.file, "--timeout", f"{TIMEOUT_SECONDS}s",
    ]
    for recipient in scenario.recipients:
        command += ["--to", recipient]
    if scenario.login:
        command += ["--secret-file", secret, "--allow-clear-text"]
    return [*map(str, command), *scenario.arguments]


def run(scenario, folder, ca):
    """The list of differences; empty when the client did all that it has to."""
    with ScriptedServer(scenario.scripts, ca=ca) as server:
        started = time.monotonic()
        try:
            done = subprocess.run(
                command_line(scenario, server.port, folder, ca), stdin=subprocess.DEVNULL, capture_output=True,
                timeout=scenario.seconds, check=False,
            )
        except subprocess.TimeoutExpired:
            return [f"still running after {time.monotonic() - started:.1f} s"]
        server.join()
        return [*differences_of_output(scenario, done), *differences_of_wire(scenario, server)]


def differences_of_output(scenario, done):
    output = (done.stdout + done.stderr).decode(errors="backslashreplace")
    if done.returncode != scenario.exit_code():
        yield f"exit code {done.returncode}, expected {scenario.exit_code()}: {output}"
    for secret in SECRETS:
        if secret in output:
            yield f"the secret is in the output: {output}"
    if scenario.text and scenario.text not in output:
        yield f"{scenario.text!r} is not in the output: {output}"
    try:
        told = json.loads(done.stdout)
    except ValueError:
        yield f"no JSON: {output}"
        return
    error = told.get("error")
    if scenario.error != (error and (error["class"], error["permanence"])):
        yield f"error {error}, expected {scenario.error}"
    fates = {each["recipient"]: (each["fate"], each.get("code")) for each in told.get("fates", [])}
    if fates != scenario.fates:
        yield f"fates {fates}, expected {scenario.fates}"


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
