# SPDX-License-Identifier: MIT
"""Every example of a configuration in the documents is one: it is loaded, and its accounts, triggers and rules made."""

import re
import textwrap

import pytest

from stage import TREE, plugin_folder, run

CHECK = TREE / "build/plain/tests/integration/check-configuration"
MEMBER = re.compile(r"^[\w-]+ += \{\s*(transport|trigger) = ")  # shown without the section that it stands in
SECTION = re.compile(r"^(accounts|triggers|rules|plugins|store|control) = [({]", re.MULTILINE)
# What a document shows: between fences, indented by four, or literal in a manual.
SHOWN = {
    ".md": re.compile(r"^```\w*\n(.*?)^```$|((?:^ {4}[^\n]*\n|^\n)+)", re.MULTILINE | re.DOTALL),
    ".5": re.compile(r"^\.Bd -literal.*?\n(.*?)^\.Ed$()", re.MULTILINE | re.DOTALL),
}
PAGES = [TREE / "README.md", *sorted(TREE.glob("docs/*")), *sorted(TREE.glob("plugins/*/*/README.md"))]


def examples():
    """Pairs of a name and a configuration."""
    for page in PAGES:
        pattern = SHOWN.get(page.suffix)
        for number, found in enumerate(pattern.finditer(page.read_text()) if pattern else (), 1):
            text = textwrap.dedent(found[1] or found[2] or "").strip("\n")
            if member := MEMBER.match(text):
                text = f"{member[1]}s = {{\n{text}\n}};".replace("transports", "accounts", 1)
            if SECTION.search(text):
                yield pytest.param(text, id=f"{page.relative_to(TREE)}:{number}")


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """The installed plugins, and those that the documents teach to write."""
    folder = tmp_path_factory.mktemp("plugins")
    folder.chmod(0o755)
    run("sh", "-euc", f"umask 022; cp {plugin_folder()}/*.so {folder}; cp {TREE}/plugins/example/* {folder}; make",
        cwd=folder)
    return folder


def check(text, folder, plugins):
    file = folder / "tocsin.conf"
    file.write_text(text)
    done = run(CHECK, plugins, file)
    return done.returncode, done.stderr.replace(str(file), "tocsin.conf"), done.stdout


@pytest.mark.parametrize("text", examples())
def test_an_example_is_a_configuration(text, plugins, tmp_path):
    wanted = {f"{kind}-{name}" for kind, name in re.findall(r'\b(transport|trigger) = "([a-z-]+)"', text)}
    absent = [name for name in wanted if (TREE / "plugins" / name.replace("-", "/", 1)).is_dir()
              and not (plugins / f"{name}.so").exists()]
    if absent:
        pytest.skip(f"not built here: {', '.join(absent)}")
    code, problems, _ = check(text, tmp_path, plugins)
    assert (code, problems) == (0, "")


def test_there_are_examples_of_each_section():
    every = "\n".join(example.values[0] for example in examples())
    assert {"accounts", "triggers", "rules"} <= set(SECTION.findall(every))


@pytest.mark.parametrize("text, problem", [
    ('accounts = { a = { transport = "smtp"; hosst = "x"; }; };', "hosst"),
    ('accounts = { a = { transport = "pigeon"; }; };', "pigeon"),
    ('triggers = { t = { trigger = "timer"; evry = "1h"; }; };', "evry"),
    ('triggers = { t = { trigger = "tmer"; }; };', "tmer"),
    ('rules = ( { name = "r"; on = "a.b"; where = "1 +"; to = [ "a@example.org" ]; } );', "where"),
    ("accounts = { a = ", "tocsin.conf:1"),
    ("acounts = { };", "acounts"),
])
def test_a_mistake_would_be_seen(text, problem, plugins, tmp_path):
    code, problems, _ = check(text, tmp_path, plugins)
    assert code == 1 and problem in problems
