# SPDX-License-Identifier: MIT
"""intake.py FOLDER: how many mails a second real programs take in durably: Postfix's smtpd, and tocsind from a log,
each line an event and a mail. What the daemon takes in goes out meanwhile, to a sink; Postfix holds what it takes."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
sys.path[:0] = [str(TOP / "tests/integration")]

from servers.ca import Authority  # noqa: E402
from servers.postfix import Postfix  # noqa: E402

BUILD = Path(os.environ["TOCSIN_BUILD"])
LINES = 9_000  # each a group of its own; a rule keeps 10,000 of them
CONFIG = """
accounts = {{
  relay = {{ transport = "smtp"; host = "127.0.0.1"; port = {port}; tls = "none"; from = "b@example.org"; }};
}};
triggers = {{ app = {{ trigger = "log"; files = [ "{folder}/app.log" ]; from = "start";
                      patterns = ( {{ name = "hit"; regex = "hit (?<n>[0-9]+)"; key = "n"; }} ); }}; }};
rules = ( {{ name = "hits"; on = "app.hit"; group_by = [ "key" ]; interval = "0"; catch_up = "0"; limit = "none";
            to = [ "ops@example.org" ]; }} );
store = {{ path = "{folder}/store/tocsin.db"; }};
daemon = {{ socket = "{folder}/control.sock"; }};
"""


def tell(name, rate):
    print(f"{name:34} {rate:19.0f} mails/s")


def measure_postfix(folder):
    with Postfix(folder, Authority(folder), sasl_socket=folder / "none") as postfix:
        config = folder / "postfix/etc/main.cf"
        if config.exists():
            subprocess.run([postfix.package / "usr/sbin/postconf", "-c", config.parent, "-e",
                            "defer_transports=virtual"], env={**os.environ, **postfix.tool_environment()}, check=False)
        for clients in (1, 8):
            count = 500 * clients
            start = time.monotonic()
            words = ["-s", str(clients), "-l", "4096", "-m", str(count), "-f", "b@example.org"]
            words += ["-t", "box1@example.org"]
            subprocess.run([postfix.source, *words, f"inet:127.0.0.1:{postfix.ports['smtp']}"], check=True,
                           env={**os.environ, **postfix.tool_environment()})
            tell(f"postfix smtpd: intake, {clients} clients", count / (time.monotonic() - start))


def start_daemon(folder, port):
    plugins = folder / "plugins"
    plugins.mkdir()
    for name in ("trigger-log", "transport-smtp"):
        shutil.copy(next((BUILD / "plugins").rglob(f"{name}.so")), plugins)
    config = folder / "tocsin.conf"
    config.write_text(CONFIG.format(folder=folder, port=port))
    for path in (folder, plugins, config, *plugins.iterdir()):
        path.chmod(path.stat().st_mode & ~0o022)
    log = (folder / "daemon.log").open("wb")
    return subprocess.Popen([BUILD / "core/daemon/tocsind", "--config", config, "--plugin-dir", plugins,
                             "--template-dir", TOP / "conf/templates"], stdout=log, stderr=log)


class Counter:
    """A sink that counts DATA; as many connections as come."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.count = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            threading.Thread(target=self.talk, args=(self.socket.accept()[0],), daemon=True).start()

    def talk(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rwb") as file:
            file.write(b"220 hi\r\n")
            file.flush()
            for line in file:
                verb = line[:4].upper()
                if verb == b"DATA":
                    file.write(b"354 go\r\n")
                    file.flush()
                    while file.readline() not in (b".\r\n", b""):
                        pass
                    self.count += 1
                file.write(b"250-me\r\n250 PIPELINING\r\n" if verb == b"EHLO" else b"250 ok\r\n")
                file.flush()


def measure_daemon(folder):
    sink = Counter()
    (folder / "app.log").write_text("".join(f"hit {number} of the bench\n" for number in range(LINES)))
    daemon = start_daemon(folder, sink.port)
    start = time.monotonic()
    while sink.count == 0 and daemon.poll() is None:
        time.sleep(0.001)
    while sink.count < LINES:
        if daemon.poll() is not None or time.monotonic() > start + 300:
            sys.exit(f"intake: {sink.count} mails came:\n{(folder / 'daemon.log').read_text()}")
        time.sleep(0.01)
    tell("tocsind: line to mail to server", LINES / (time.monotonic() - start))
    daemon.terminate()
    daemon.wait(60)


where = Path(sys.argv[1]).resolve()
for kind, measure in (("real", measure_postfix), ("daemon", measure_daemon)):
    place = where / kind
    place.mkdir()
    place.chmod(0o755)
    measure(place)
