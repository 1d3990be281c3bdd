# SPDX-License-Identifier: MIT
"""Completion in bash and zsh, as installed, against what the help of each command says."""

import re
import subprocess

import pytest

from stage import STAGE, TOCSIN, TREE, run
from terminal import Terminal

BASH = STAGE / "share/bash-completion/completions/tocsin"
ZSH = STAGE / "share/zsh/site-functions"
OPTION_IN_HELP = re.compile(r"^  (?:-(\w), )?--([a-z][a-z0-9-]*)(?:=(.*?))?(?: {2,}|$)", re.MULTILINE)


def listed(*words):
    """What --list-options says: the fields of each line."""
    done = run(TOCSIN, *words, "--list-options")
    assert (done.returncode, done.stderr) == (0, ""), done
    return [line.split("\t") for line in done.stdout.splitlines()]


def commands():
    """Their names; none while nothing, or something older, is installed: this file is read before that is mended."""
    text = run(TOCSIN, "--list-options").stdout if TOCSIN.exists() else ""
    return [line.split("\t")[1] for line in text.splitlines() if line.startswith("command\t")]


COMMANDS = commands()


def options_of(command):
    return [fields for fields in listed(command) if fields[0] == "option"]


def bash(*words):
    """What bash offers for the last of `words`."""
    script = (f'source "{BASH}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() {{ :; }}; '
              f'_tocsin "{TOCSIN}" "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = run("bash", "-uc", script, "bash", *words, cwd=TREE)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.split()


def test_the_program_lists_its_commands():
    in_help = re.findall(r"^  ([a-z]+) +\S", run(TOCSIN, "--help").stdout, re.MULTILINE)
    assert in_help == COMMANDS and len(COMMANDS) > 3


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "sendmail"])
def test_a_command_lists_what_its_help_shows(command):
    shown = {(long, short, value) for short, long, value in OPTION_IN_HELP.findall(
        run(TOCSIN, command, "--help-all").stdout) if not re.fullmatch("help-.*", long)}
    assert shown == {(long, short, value) for _, long, short, value, _ in options_of(command)}
    assert all(len(fields) == 5 and fields[4] for fields in options_of(command))


def test_sendmail_takes_every_option_that_it_lists(tmp_path):
    config = tmp_path / "tocsin.conf"
    config.write_text(f'accounts = {{ box = {{ transport = "maildir"; path = "{tmp_path}/Mail"; }}; }};\n')
    for _, long, short, value, _ in options_of("sendmail"):
        words = [f"--{long}" if long else f"-{short}", *([value.split("|")[0]] if value else []), "--help"]
        done = run(TOCSIN, "sendmail", *words)
        assert done.returncode == 0 and done.stdout.startswith("usage: sendmail"), (words, done)


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_offers_every_option(command):
    expected = {f"--{fields[1]}" for fields in options_of(command) if fields[1]}
    expected |= {f"-{fields[2]}" for fields in options_of(command) if fields[2]}
    assert set(bash("tocsin", command, "-")) == expected


def test_bash_offers_commands_words_values_and_files():
    assert bash("tocsin", "") == [*COMMANDS, "--help", "--version"]
    assert bash("tocsin", "sen") == ["send", "sendmail"]
    assert bash("tocsin", "plugins", "") == ["list", "show"]
    assert bash("tocsin", "plugins", "list", "") == []
    assert bash("tocsin", "send", "--tls", "") == ["none", "opportunistic", "required", "implicit"]
    assert bash("tocsin", "send", "--tls", "=", "re") == ["required"]
    assert bash("tocsin", "send", "--tls", "=") == ["none", "opportunistic", "required", "implicit"]
    assert bash("tocsin", "send", "--body-file", "READ") == ["README.md"]
    assert bash("tocsin", "send", "-m", "READ") == ["README.md"]
    assert set(bash("tocsin", "send", "--plugin-dir", "co")) == {"conf", "core"}
    assert bash("tocsin", "send", "--subject", "READ") == []
    assert bash("tocsin", "unknown", "-") == []


def test_bash_completes_where_it_is_installed():
    """In a shell with the key pressed, through the file that bash-completion would load."""
    shell = Terminal("bash", "--norc", "--noprofile", "-i", TERM="dumb", PS1="ready> ", HISTFILE="", COLUMNS="500")
    shell.read_until("ready> ")
    shell.type(f"bind 'set enable-bracketed-paste off'; source {BASH}; echo load''ed\n")
    shell.read_until("loaded")
    shell.type("tocsin send --transc\t--help-server | grep -c tls\n")
    shell.read_until("tocsin send --transcript ")
    shell.type("exit\n")
    shell.finish()


@pytest.fixture(scope="module")
def zsh(tmp_path_factory):
    """A zsh on a terminal that has loaded the completion; call it with what is typed before the key, and what is then
    to be seen."""
    folder = tmp_path_factory.mktemp("zsh")
    shell = Terminal("zsh", "-f", "-i", cwd=TREE, TERM="dumb", HOME=str(folder))
    shell.type(f"PS1='ready> '; LISTMAX=10000; fpath=({ZSH} $fpath); autoload -Uz compinit; compinit -D -u; "
               "unset zle_bracketed_paste; stty rows 250 cols 250; print load''ed\n")
    shell.read_until("loaded\r\n", "ready> ", seconds=60)

    def press(typed, *expected):
        shell.shown = b""
        shell.type(f"{typed}\t\t")
        shell.read_until(*expected)
        shell.type("\x15print don''e\n")
        shell.read_until("done\r\n")

    yield press
    shell.type("exit\n")
    shell.finish()


def test_zsh_offers_commands_and_words(zsh):
    zsh("tocsin ", *(f"{name} " for name in COMMANDS), "-- compose a mail and deliver it now")
    zsh("tocsin plugins ", "list", "show")


@pytest.mark.parametrize("command", COMMANDS)
def test_zsh_offers_every_option(zsh, command):
    zsh(f"tocsin {command} --", *(f"--{fields[1]} " for fields in options_of(command) if fields[1]))


def test_zsh_offers_values_and_files(zsh):
    zsh("tocsin send --tls=re", "--tls=required")
    zsh("tocsin send --tls ", "none", "opportunistic", "required", "implicit")
    zsh("tocsin send --body-file READ", "README.md")
    zsh("tocsin send --plugin-dir co", "conf/", "core/")


def test_the_files_are_sound():
    assert subprocess.run(["bash", "-n", BASH], check=False).returncode == 0
    assert subprocess.run(["zsh", "-n", ZSH / "_tocsin"], check=False).returncode == 0
