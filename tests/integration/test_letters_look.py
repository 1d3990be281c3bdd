# SPDX-License-Identifier: MIT
"""How the shipped templates look: laid out by headless Chromium, wide and narrow, light and dark."""

import json
import os
import struct
import zlib
from pathlib import Path

import pytest

import browser
from stage import TOCSIN, run
from test_letters import LETTERS, NOW, SAMPLES, TEMPLATES

WIDTHS = (320, 800)
SCHEMES = ("light", "dark")
CONTRAST = 4.5  # WCAG 2.1, 1.4.3, for text of usual size

# Every piece of text that is shown: what it says, where it lies, its colour and what lies below it.
TEXTS = """
(() => {
  const parse = text => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    return [parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : 1];
  };
  const under = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error("a background that is half transparent");
    }
    throw new Error("no background at all");
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    if (!node.data.trim() || box.width === 0 || size === 0) continue;
    found.push({text: node.data.trim().slice(0, 60), left: box.left, right: box.right, size,
                colour: parse(getComputedStyle(node.parentElement).color), under: under(node.parentElement)});
  }
  return found;
})()
"""


def luminance(colour):
    parts = [each / 255 for each in colour[:3]]
    red, green, blue = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pixels(png):
    """Rows of (red, green, blue) of a PNG with 8 bits a sample (RFC 2083)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(data)
    stride = width * size
    above = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        method, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
        for i in range(stride):
            left = line[i - size] if i >= size else 0
            corner = above[i - size] if i >= size else 0
            if method == 1:
                line[i] = (line[i] + left) & 255
            elif method == 2:
                line[i] = (line[i] + above[i]) & 255
            elif method == 3:
                line[i] = (line[i] + (left + above[i]) // 2) & 255
            elif method == 4:
                guess = left + above[i] - corner
                by = (abs(guess - left), abs(guess - above[i]), abs(guess - corner))
                line[i] = (line[i] + (left, above[i], corner)[by.index(min(by))]) & 255
        above = line
        yield [tuple(line[i:i + 3]) for i in range(0, stride, size)]


@pytest.fixture(scope="module", name="page")
def fixture_page():
    with browser.start() as started:
        yield started


@pytest.fixture(scope="module", name="pages")
def fixture_pages(tmp_path_factory):
    """The HTML of each letter, and of one whose events have what is hard to lay out."""
    hard = tmp_path_factory.mktemp("letters") / "hard.json"
    word = "x" * 400
    fields = {"user": word, "path": f"/srv/{word}", "line": word, "culprits": [word], "job": word, "branch": word,
              "failures": [{"name": word, "message": word}], "changes": [{"commit": word, "message": word}],
              "rtl": "\u05e9\u05dc\u05d5\u05dd", "wide": "\u6f22\u5b57" * 100}
    event = {"trigger": "app", "kind": word, "key": word, "time": NOW, "severity": "critical", "fields": fields,
             "excerpt": [{"mark": "before", "text": word}, word]}
    hard.write_text(json.dumps([event] * 2))
    commands = {name: [template, SAMPLES / f"{sample}.json", *options]
                for name, (template, sample, options) in LETTERS.items()}
    for template in TEMPLATES:
        commands[f"{template}-hard"] = [template, hard]
    found = {}
    for name, (template, events, *options) in commands.items():
        done = run(TOCSIN, "render", template, "--event", events, "--format", "html", "--now", NOW, *options)
        assert done.returncode == 0, done.stderr
        found[name] = done.stdout
    return found


def keep(name, width, scheme, png):
    """Where TOCSIN_KEEP_LETTERS says, for people to look at."""
    folder = os.environ.get("TOCSIN_KEEP_LETTERS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}-{width}-{scheme}.png").write_bytes(png)


NAMES = [*LETTERS, *(f"{template}-hard" for template in TEMPLATES)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read(page, pages, name, width, scheme):
    page.show(pages[name], width, scheme)
    keep(name, width, scheme, page.screenshot())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    texts = page.evaluate(TEXTS)
    assert len(texts) > 5
    for text in texts:
        assert contrast(text["colour"], text["under"]) >= CONTRAST, text
        assert text["left"] >= 0, text
        assert text["right"] <= width, text
        assert text["size"] >= 12, text


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", LETTERS)
def test_the_scheme_is_what_is_seen(page, pages, name, scheme):
    """From the picture itself: nearly all of it is light, or dark, and there is a stripe of colour."""
    page.show(pages[name], 320, scheme)
    rows = list(pixels(page.screenshot()))
    seen = [luminance(pixel) for row in rows[::4] for pixel in row[::4]]
    share = sum(value > 0.6 for value in seen) / len(seen)
    assert share > 0.7 if scheme == "light" else share < 0.1
    assert any(max(row[160]) - min(row[160]) > 90 for row in rows[:12])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched(page, pages, name):
    html = pages[name]
    for part in ("<img", "url(", "@import", "<script", "<link", "<iframe"):
        assert part not in html
    page.call("Network.enable")
    page.show(html, 800, "light")
    asked = [each["params"]["request"]["url"] for each in page.events
             if each.get("method") == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []


@pytest.mark.parametrize("name", LETTERS)
def test_it_is_whole_without_its_style_sheet(page, pages, name):
    """Many mail programs drop the head: what is left has to be light, readable and no wider than the page."""
    html = pages[name]
    begin, end = html.index("<style>"), html.index("</style>")
    page.show(html[:begin] + "<style>" + html[end:], 320, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for text in page.evaluate(TEXTS):
        assert contrast(text["colour"], text["under"]) >= CONTRAST, text
