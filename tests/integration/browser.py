# SPDX-License-Identifier: MIT
"""Headless Chromium, driven over a pipe by its DevTools protocol: no port, no profile that stays, no network."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--no-first-run",
    "--no-default-browser-check", "--metrics-recording-only", "--hide-scrollbars", "--mute-audio",
    "--proxy-server=127.0.0.1:1", "--remote-debugging-pipe",
)


class Browser:
    """One page. Messages are JSON, each ended by a NUL: written to the browser's descriptor 3, read from its 4."""

    def __init__(self, writer, reader):
        self.writer = writer
        self.reader = reader
        self.number = 0
        self.waiting = b""
        self.events = []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def read(self):
        while b"\0" not in self.waiting:
            got = os.read(self.reader, 1 << 20)
            if not got:
                raise EOFError("the browser is gone")
            self.waiting += got
        message, _, self.waiting = self.waiting.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session is not None:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while True:
            for index, event in enumerate(self.events):
                if event.get("method") == method:
                    del self.events[:index + 1]
                    return event["params"]
            self.events.append(self.read())

    def show(self, html, width, scheme):
        """Lays @html out at that width, in the "light" or "dark" scheme."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1,
                  mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", media="screen",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.events.clear()
        self.call("Page.setDocumentContent", frameId=frame, html=html)
        self.wait("Page.loadEventFired")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"]["value"]

    def screenshot(self):
        """The whole page as PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        return base64.b64decode(data)


@contextmanager
def start():
    program = shutil.which("chromium")
    assert program, "the package chromium is not installed; ./dev test installs it"
    to_browser, writer = os.pipe()
    reader, from_browser = os.pipe()
    folder = tempfile.mkdtemp(prefix="tocsin-browser-")

    def move():
        # Away from 3 and 4 first, for one of the two may lie there already.
        incoming, outgoing = os.dup(to_browser), os.dup(from_browser)
        high = [os.dup2(incoming, 100), os.dup2(outgoing, 101)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
        [program, *OPTIONS, f"--user-data-dir={folder}", "about:blank"], close_fds=False, preexec_fn=move,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": folder})
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield Browser(writer, reader)
    finally:
        os.close(writer)
        os.close(reader)
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
