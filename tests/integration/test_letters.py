# SPDX-License-Identifier: MIT
"""The shipped templates as `tocsin render` shows them, read back by Python's own parsers; and what hostile events,
keys, rules and attachments cannot do to a mail."""

import email
import email.policy
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stage import TOCSIN, run

SAMPLES = Path(__file__).resolve().parent / "letters"
TEMPLATES = ("log-alert", "file-alert", "digest", "resolved", "build-report")
NOW = "2026-08-04T12:05:00Z"

# Template, sample, and further options: every way in which a shipped template is used.
LETTERS = {
    "log-alert": ("log-alert", "log", ["--rule", "ssh-brute-force"]),
    "log-alert-still": ("log-alert", "states", ["--rule", "hosts", "--reason", "still"]),
    "file-alert": ("file-alert", "file", ["--rule", "backups"]),
    "digest": ("digest", "log", ["--rule", "ssh-brute-force", "--reason", "digest"]),
    "overflow": ("digest", "log", ["--rule", "ssh-brute-force", "--reason", "overflow"]),
    "resolved": ("resolved", "states", ["--rule", "hosts", "--reason", "resolved"]),
    "build-report": ("build-report", "build", ["--rule", "builds"]),
    "build-report-fixed": ("build-report", "build", ["--rule", "builds", "--reason", "resolved"]),
}

# What must never be more than text, wherever it comes from.
HOSTILE = [
    "a\r\nBcc: evil@example.net", "a\nX-Evil: yes", "a\rX-Evil: yes", "a\r\n\r\n<b>body</b>", "a\u2028X-Evil: yes",
    "a\u0085X-Evil: yes", "a\u000bX-Evil: yes", "=?utf-8?q?Bcc=3A_evil=40example=2Enet?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5uZXQ=?=", "x" * 5000, "\u00fc" * 2000, "\U0001f514 " * 500,
    "\"><script>alert(1)</script>", "' onmouseover='alert(1)", "javascript:alert(1)", "</body></html><img src=x>",
    "; rm -rf / #", "$(reboot)", "\u202egpj.exe", "one@example.net, two@example.net", "<evil@example.net>",
    ".\r\nMAIL FROM:<evil@example.net>", "{{ 7 * 7 }}{% include 'letter.part' %}", "\u001b[31mred", "\ufeff\u200b",
    "--boundary\r\nContent-Type: text/html\r\n\r\nx", "a;b\"c\\d", "../../etc/passwd", "..", "", "C:\\evil\\cmd.exe",
]
OWN_HEADERS = {
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted", "list-id", "x-tocsin-rule", "x-tocsin-key", "x-tocsin-state", "x-tocsin-reason",
}


class Page(HTMLParser):
    """What a page holds beside text."""

    def __init__(self, html):
        super().__init__()
        self.tags = set()
        self.attributes = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def render(template, events, *options, code=0):
    done = run(TOCSIN, "render", template, "--event", events, "--now", NOW, "--zone", "Europe/Berlin", *options)
    assert done.returncode == code, done.stderr
    return done


def read(text):
    """The mail that a mail program would see; the text's line ends are what subprocess made of CRLF."""
    mail = email.message_from_string(text, policy=email.policy.default)
    for part in mail.walk():
        assert not part.defects, (part.get_content_type(), part.defects)
    return mail


def check(mail, text):
    """What holds of every mail."""
    assert {name.lower() for name in mail.keys()} <= OWN_HEADERS
    assert len(set(map(str.lower, mail.keys()))) == len(mail.keys())
    assert mail["To"] == "you@example.org"
    assert mail["From"].addresses[0].addr_spec == "tocsin@example.org"
    assert all(header.defects == () for _, header in mail.items())
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 998
    page = Page(mail.get_body(("html",)).get_content())
    assert not page.tags & {"script", "img", "iframe", "object", "link", "form", "base"}
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "background")
        assert name != "href" or value.startswith(("https://", "http://"))
    return page


@pytest.fixture(name="write")
def fixture_write(tmp_path):
    def write(events):
        file = tmp_path / "events.json"
        file.write_text(json.dumps(events))
        return file
    return write


@pytest.mark.parametrize("name", LETTERS)
def test_a_shipped_template_makes_a_whole_mail(name):
    template, sample, options = LETTERS[name]
    done = render(template, SAMPLES / f"{sample}.json", "--format", "eml", *options)
    assert done.stderr == ""
    mail = read(done.stdout)
    check(mail, done.stdout)
    events = json.loads((SAMPLES / f"{sample}.json").read_text())
    key = events["key"] if isinstance(events, dict) else events[-1]["key"]
    reason = options[options.index("--reason") + 1] if "--reason" in options else "first"
    # The same subject in all mails of a thread.
    expected = f"{options[1]}: held back by the limit" if reason == "overflow" else f"{options[1]}: {key}"
    assert mail["Subject"] == expected
    assert mail["X-Tocsin-Rule"] == options[1]
    assert mail["X-Tocsin-Reason"] == reason
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for word in ("2026-08-04 14:05:00 CEST", options[1]):
        assert word in text
        assert word in html
    assert max(map(len, text.splitlines())) < 200
    assert "\n\n\n" not in text


@pytest.mark.parametrize("reason", ["first", "still", "new"])
def test_silence_can_be_told_too(write, reason):
    """What follows from events that did not come has none to show."""
    mail = read(render("log-alert", write([]), "--reason", reason, "--key", "web-1", "--format", "eml").stdout)
    assert mail["Subject"] == "preview: web-1"
    for part in ("plain", "html"):
        content = mail.get_body((part,)).get_content()
        assert "No events." in content
        assert "The last event" not in content


@pytest.mark.parametrize("name", LETTERS)
def test_every_fact_of_the_sample_is_in_both_parts(name):
    """Names, values and lines; but for those that a template says in words of its own."""
    template, sample, options = LETTERS[name]
    if template == "resolved" or "resolved" in options:
        return
    facts = {
        "log": ["auth.failed", "auth.login", "root", "admin", "deploy", "203.0.113.7", "Accepted password for deploy"],
        "states": ["connect: connection refused", "HTTP/1.1 200 OK, 12 ms", "check.host"],
        "file": ["/srv/incoming/orders.csv", "db-production-2026-08-04T00-00-00.dump.zst", "6.8 GiB", "0640",
                 "was not written for too long", "1001;Example Ltd;19.90"],
        "build": ["tocsin/main #412", "12m 34s", "ann@example.org, Bob Example", "9aee1da4c07b",
                  "2 failed, 7 skipped of 1284", "store.claim.two_workers_never_share_a_mail",
                  "net: end reading at the deadline",
                  "https://ci.example.org/job/tocsin/412/", "not ok 7 /stream/a_deadline_ends_reading"],
    }[sample]
    mail = read(render(template, SAMPLES / f"{sample}.json", "--format", "eml", *options).stdout)
    for part in ("plain", "html"):
        content = mail.get_body((part,)).get_content()
        missing = [fact for fact in facts if fact not in content]
        assert not missing, part


# Templates that show every event get all values at once, the others one after the other.
@pytest.mark.parametrize("template, size", [("log-alert", 100), ("file-alert", 100), ("digest", 100), ("resolved", 4),
                                            ("build-report", 1)])
def test_hostile_events_stay_text(write, template, size):
    """Each value as a field that templates show, as one that they do not know, as a line and as a file's name."""
    names = ["user", "path", "old_path", "mode", "size", "mtime", "url", "job", "number", "result", "culprits",
             "changes", "failures", "severity", "status", "time", "level", "own", "fields", "excerpt", "line", "file",
             "duration", "tests_failed", "started_by", "commit", "branch"]
    events = []
    for number, value in enumerate(HOSTILE):
        line = value.replace("\r", " ").replace("\n", " ")
        events.append({"trigger": "app", "kind": "error", "severity": "error", "time": NOW,
                       "fields": {name: value for name in names}, "excerpt": [line, {"mark": "after", "text": line}],
                       "attachments": [{"name": value[:200] or "empty", "text": f"content {number}", "type": value}]})
    for start in range(0, len(events), size):
        batch = events[start:start + size]
        done = render(template, write(batch), "--format", "eml")
        assert done.stderr == ""
        mail = read(done.stdout)
        check(mail, done.stdout)
        attachments = list(mail.iter_attachments())
        contents = [part.get_payload(decode=True).decode() for part in attachments]
        assert contents == [event["attachments"][0]["text"] for event in batch]
        shown = [part.get_filename() for part in attachments]
        assert all(shown)
        assert len(set(shown)) == len(shown)
        assert not set("".join(shown)) & set("\r\n\0/\\\u202e\u2028")
        if "7 * 7" in batch[-1]["fields"]["job"] or size > len(events):
            assert "{{ 7 * 7 }}" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_shipped_template_fails_on_strange_fields(write, template):
    """Whatever type a field has that a template knows, it is shown or passed over."""
    values = ["text", "", 0, -1.5, 10**15, True, [], {}, [1, "a", [2], {"b": None}], {"name": 1, "message": [2]},
              {"$time": "1970-01-01T00:00:00Z"}]
    names = ["path", "old_path", "size", "mtime", "mode", "owner", "url", "job", "number", "result", "status",
             "culprits", "changes", "failures", "duration", "tests_failed", "tests_total", "tests_skipped",
             "started_by", "commit", "branch", "stage", "line", "file", "own", "time", "severity", "items", "keys"]
    for value in values:
        event = {"trigger": "app", "kind": "error", "time": NOW, "fields": {name: value for name in names}}
        done = render(template, write([event, event]), "--format", "eml")
        assert done.stderr == "", value


@pytest.mark.parametrize("value", [value for value in HOSTILE if value])
def test_hostile_keys_and_rules_stay_text(write, value):
    events = write({"trigger": "app", "kind": "error", "time": NOW})
    done = render("log-alert", events, "--format", "eml", "--key", value)
    mail = read(done.stdout)
    check(mail, done.stdout)
    if len(value) < 200:
        # One line, without what turns the direction of writing; else just what it was.
        literal = re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", value)
        literal = " ".join(re.split("[\\s\\x00-\\x1f\\x7f-\\x9f]+", literal)).strip()
        assert mail["Subject"] == f"preview: {literal}".rstrip(": " if not literal else "\n")
        assert mail["X-Tocsin-Key"] == (literal or None)
    rule = value[:60]
    is_good = not any(ord(each) < 0x20 or ord(each) == 0x7f for each in rule)
    done = render("log-alert", events, "--format", "eml", "--rule", rule, code=0 if is_good else 64)
    if is_good:
        mail = read(done.stdout)
        check(mail, done.stdout)
        assert mail["List-ID"].count("<") == 1


def test_a_fault_is_told_and_the_mail_goes_out_plainly(tmp_path, write):
    tmp_path.chmod(0o755)
    template = tmp_path / "own.mail"
    template.write_text("---\nsubject: s\n---\n{{ event.nothing }}")
    template.chmod(0o644)
    events = write({"trigger": "app", "kind": "error", "fields": {"user": "ann"}})
    done = run(TOCSIN, "render", "own", "--templates", tmp_path, "--event", events, "--format", "eml")
    assert done.returncode == 65
    assert f"{template}:4:10: the map has no member 'nothing'" in done.stderr
    text = read(done.stdout).get_content()
    assert f"{template}:4:10: the map has no member 'nothing'" in text
    assert "user = ann" in text


def test_the_example_of_the_document_works(tmp_path):
    document = (Path(__file__).resolve().parents[2] / "docs/templates.md").read_text()
    [example] = [block for block in document.split("\n```\n")[1::2] if block.startswith("---\n")]
    tmp_path.chmod(0o755)
    folder = tmp_path / "templates"
    folder.mkdir(mode=0o755)
    template = folder / "ssh.mail"
    template.write_text(example)
    template.chmod(0o644)
    done = render("ssh", SAMPLES / "log.json", "--config", tmp_path / "tocsin.conf", "--rule", "ssh", "--format", "eml")
    assert done.stderr == ""
    mail = read(done.stdout)
    assert (mail["Subject"], mail["X-Priority"]) == ("ssh: 203.0.113.7", "1")
    for part in ("plain", "html"):
        content = mail.get_body((part,)).get_content()
        for word in ("Somebody tries passwords", "3 attempts from 203.0.113.7", "14:02:53", "deploy"):
            assert word in content


def test_the_document_names_what_a_mail_sees(tmp_path, write):
    """All names of the two tables are there, and no others."""
    document = (Path(__file__).resolve().parents[2] / "docs/templates.md").read_text()
    section = document.partition("## What a mail sees\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    first = next(index for index, row in enumerate(rows) if "`id`" in row)
    names = [set(re.findall(r"`(\w+)`", " ".join(part))) for part in (rows[:first], rows[first:])]
    tmp_path.chmod(0o755)
    template = tmp_path / "names.mail"
    template.write_text("---\nsubject: s\n---\n{{ event | list | tojson }}")
    template.chmod(0o644)
    events = write({"trigger": "app", "kind": "error"})
    text = read(render("names", events, "--templates", tmp_path, "--format", "eml").stdout).get_content()
    assert set(json.loads(text)) == names[1]
    template.write_text("---\nsubject: s\n---\n" + "".join(f"{{{{ {name} is defined }}}}\n" for name in names[0]))
    text = read(render("names", events, "--templates", tmp_path, "--format", "eml").stdout).get_content()
    assert text.split() == ["True"] * len(names[0])


@pytest.mark.parametrize("arguments, code, told", [
    (["log-alert"], 64, "usage"),
    (["log-alert", "--event", "/nonexistent/file"], 66, "/nonexistent/file"),
    (["log-alrt", "--event", SAMPLES / "log.json"], 78, "did you mean 'log-alert'?"),
    (["../log-alert", "--event", SAMPLES / "log.json"], 78, "no template's name"),
    (["log-alert", "--event", SAMPLES / "log.json", "--format", "pdf"], 64, "text, html or eml"),
    (["log-alert", "--event", SAMPLES / "log.json", "--reason", "whim"], 64, "first, new, still"),
    (["log-alert", "--event", SAMPLES / "log.json", "--now", "noon"], 64, "--now"),
    (["log-alert", "--event", Path(__file__)], 65, "test_letters.py"),
])
def test_render_says_what_is_wrong(arguments, code, told):
    done = run(TOCSIN, "render", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
