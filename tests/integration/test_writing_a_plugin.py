# SPDX-License-Identifier: MIT
"""docs/writing-a-plugin.md is true: its C compiles, its commands print what it says, its tables are complete."""

import re
import subprocess

import pytest

from stage import STAGE, TREE, environment, plugin_folder

PAGE = (TREE / "docs/writing-a-plugin.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
C_BLOCKS = [text for language, text in BLOCKS if language == "c"]
EXAMPLE = TREE / "plugins/example/auth-example-token.c"
STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]
INCLUDES = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <tocsin/plugin.h>\n"


def test_the_tutorial_is_the_example():
    assert C_BLOCKS[0] == EXAMPLE.read_text()
    assert len(C_BLOCKS[0].splitlines()) < 80


@pytest.mark.parametrize("number", range(len(C_BLOCKS)))
def test_each_c_block_compiles(number, tmp_path):
    source = tmp_path / "block.c"
    text = C_BLOCKS[number]
    source.write_text(text if "#include" in text else INCLUDES + text)
    done = subprocess.run(["cc", *STRICT, "-fsyntax-only", f"-I{STAGE}/include", source],
                          capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def clean_plugin_folder():
    """Takes away again what the page installs."""
    yield
    (plugin_folder() / "auth-example-token.so").unlink(missing_ok=True)


@pytest.mark.usefixtures("clean_plugin_folder")
def test_the_commands_print_what_the_page_says(tmp_path):
    (tmp_path / EXAMPLE.name).write_text(C_BLOCKS[0])
    commands = [block for block in BLOCKS if block[0] in ("sh", "text")]
    assert len(commands) > 8
    for number, (language, text) in enumerate(commands):
        if language != "sh":
            continue
        done = subprocess.run(["sh", "-euc", "umask 022\n" + text], cwd=tmp_path, env=environment(), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120)
        following = commands[number + 1] if number + 1 < len(commands) else ("sh", "")
        expected = following[1] if following[0] == "text" else ""
        assert (text, done.returncode, done.stdout.replace(str(tmp_path), "/srv/plugins")) == (text, 0, expected)


def header():
    return (STAGE / "include/tocsin/plugin.h").read_text()


def test_every_extension_table_is_explained():
    for name in re.findall(r'^#define (TOCSIN_\w+) "tocsin\.', header(), re.MULTILINE):
        assert f"| `{name}` |" in PAGE, name


def test_every_failure_is_explained():
    for name in re.findall(r"^#define (TOCSIN_E_\w+) \(-", header(), re.MULTILINE):
        assert name == "TOCSIN_E_BUG" or f"| `{name}` |" in PAGE, name


def test_every_thread_rule_is_explained():
    for name in re.findall(r"^#define (TOCSIN_SERIAL_\w+)", header(), re.MULTILINE):
        assert f"`{name}`" in PAGE, name
