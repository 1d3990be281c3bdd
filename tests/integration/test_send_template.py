# SPDX-License-Identifier: MIT
"""`tocsin send --template`: a mail by a template, without any event."""

import email
import email.policy

import pytest

from configured import Configured

TEMPLATE = """\
---
subject: [{{ job }}] {{ build.status | upper }}
X-Build: {{ build.number }}
Reply-To: {{ answer | default("") }}
---
{% block text %}Build {{ build.number }} of {{ job }} has {{ build.status }}.
{% endblock %}
{% block html %}<p>{{ job }}: <b>{{ build.status }}</b></p>{% endblock %}
"""
SET = ["--set", "job=<nightly>", "--set", "build.number=42", "--set", "build.status=failed"]


@pytest.fixture
def place(tmp_path):
    place = Configured(tmp_path, local={"transport": "maildir", "path": tmp_path / "Mail", "from": "ann@example.org"})
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/build.mail").write_text(TEMPLATE)
    return place


def deliver(place, *arguments):
    done = place.send("--to", "b@example.net", *arguments)
    assert (done.code, done.out, done.err) == (0, "", ""), done
    path = max((place.folder / "Mail/new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


@pytest.mark.parametrize("name", ["build", "{folder}/templates/build.mail"])
def test_a_template_makes_subject_headers_and_both_texts(place, name):
    mail = deliver(place, "--template", name.format(folder=place.folder), *SET)
    assert mail["Subject"] == "[<nightly>] FAILED"
    assert mail["X-Build"] == "42" and mail["Reply-To"] is None
    assert mail.get_body(("plain",)).get_content() == "Build 42 of <nightly> has failed.\n"
    assert mail.get_body(("html",)).get_content().strip() == "<p>&lt;nightly&gt;: <b>failed</b></p>"


def test_options_stand_beside_the_template(place):
    (place.folder / "log.txt").write_text("line\n")
    mail = deliver(place, "-T", "build", *SET, "--set", "answer=ops@example.org", "--subject", "mine", "--header",
                   "X-More: y", "--attach", place.folder / "log.txt", "--cc", "c@example.net")
    assert (mail["Subject"], mail["X-More"], mail["Cc"]) == ("mine", "y", "c@example.net")
    assert mail["Reply-To"] == "ops@example.org"
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("log.txt", "line\n")


def test_a_template_includes_others_of_its_folder(place):
    (place.folder / "templates/foot.txt").write_text("-- \n{{ who }}\n")
    (place.folder / "templates/plain.mail").write_text('Hello {{ who }}\n{% include "foot.txt" %}\n')
    text = deliver(place, "--template", "plain", "--set", "who=Ann", "--subject", "x").get_content()
    assert text == "Hello Ann\n-- \nAnn\n"
    text = deliver(place, "--template", f"{place.folder}/templates/plain.mail", "--set", "who=Bob").get_content()
    assert text == "Hello Bob\n-- \nBob\n"


def test_a_value_cannot_inject_a_header(place):
    (place.folder / "templates/odd.mail").write_text("---\nsubject: {{ a }}\nX-A: {{ a }}\n---\n{{ a }}\n")
    mail = deliver(place, "--template", "odd", "--set", "a=x\r\nBcc: eve@example.org\r\n\r\nbody")
    assert mail["Bcc"] is None and "Bcc: eve" in mail["Subject"] and "Bcc: eve" in mail["X-A"]


@pytest.mark.parametrize("arguments, code, text", [
    (["--template", "build"], 65, "build.mail:2:14: 'job' is undefined"),
    (["--template", "biuld", *SET], 78, "did you mean 'build'?"),
    (["--template", "/nonexistent.mail", *SET], 66, "cannot read /nonexistent.mail: No such file or directory"),
    (["--template", "{folder}/templates", *SET], 66, "Is a directory"),
    (["--template", "../templates/build.mail", *SET], 66, "cannot read ../templates/build.mail"),
    (["--template", "build", "--set", "job"], 65, "--set job: a value is missing; write NAME=VALUE"),
    (["--template", "build", "--set", "=x"], 65, "--set"),
    (["--template", "build", "--set", "1a=x"], 65, "begins with no digit"),
    (["--template", "build", "--set", "a..b=x"], 65, "begins with no digit"),
    (["--template", "build", "--set", "job=x", "--set", "job.name=y"], 65, "has a value already"),
    (["--template", "build", *SET, "--body", "x"], 64, "--template and --body exclude each other"),
    (["--template", "build", *SET, "--html", "x"], 64, "--template and --html exclude each other"),
    (["--template", "build", *SET, "--message", "x"], 64, "--message and --template exclude each other"),
    (SET, 64, "--set gives values to a template"),
    (["--template", "broken"], 65, "broken.mail:1:"),
    (["--template", "envelope"], 65, "the template's front matter: "),
])
def test_says_what_is_wrong_and_delivers_nothing(place, arguments, code, text):
    (place.folder / "templates/broken.mail").write_text("{% if %}\n")
    (place.folder / "templates/envelope.mail").write_text("---\nBcc: eve@example.org\n---\nx\n")
    done = place.send("--to", "b@example.net", *[word.format(folder=place.folder) for word in arguments])
    assert (done.code, text in done.err) == (code, True), done
    assert not (place.folder / "Mail").exists()
