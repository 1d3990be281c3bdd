# SPDX-License-Identifier: MIT
"""The sink and the long wire that the measurements rest on: they count right and lose nothing."""

import re
import smtplib
import subprocess
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"
FNV_START, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3


def fnv(data):
    value = FNV_START
    for byte in data:
        value = (value ^ byte) * FNV_PRIME % (1 << 64)
    return f"{value:016x}"


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """Both programs, built as the benchmarks build them."""
    folder = tmp_path_factory.mktemp("tools")
    for name in ("sink", "wire"):
        subprocess.run(
            ["cc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-o", folder / name, BENCH / f"{name}.c"], check=True,
            timeout=60,
        )
    return folder


class Sink:
    def __init__(self, tools, *options, where="0"):
        self.process = subprocess.Popen([tools / "sink", *options, where], stdout=subprocess.PIPE, text=True)
        self.where = self.process.stdout.readline().split()[1]

    def client(self, kind=smtplib.SMTP):
        return kind("127.0.0.1", int(self.where), "client.example", timeout=10)

    def counts(self):
        """Ends the sink and returns what it counted."""
        self.process.terminate()
        words = self.process.communicate(timeout=10)[0].split()
        assert self.process.returncode == 0
        return {name: value if name == "sum" else int(value) for name, value in zip(words[::2], words[1::2])}


def test_sink_counts_mails_and_sums_content(tools):
    sink = Sink(tools, "-s")
    with sink.client() as link:
        for _ in range(3):
            link.sendmail("a@x", ["b@y", "c@y"], b"a\r\n.b\r\n\r\n")
    counts = sink.counts()
    content = b"a\r\n..b\r\n\r\n.\r\n" * 3
    assert (counts["connections"], counts["messages"], counts["recipients"]) == (1, 3, 6)
    assert (counts["bytes"], counts["sum"]) == (len(content), fnv(content))


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1000])
def test_sink_finds_commands_and_ends_wherever_a_read_ends(tools, step):
    sink = Sink(tools, "-s")
    group = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\n"
    content = b".\r\n"
    chunk = b"x\r\n.\r\ny"
    wire = group + b"DATA\r\n" + content + group + b"BDAT 3\r\n" + chunk[:3] + b"BDAT 4 LAST\r\n" + chunk[3:]
    wire += group + b"BDAT 0 LAST\r\nQUIT\r\n"
    with sink.client() as link:
        for at in range(0, len(wire), step):
            link.send(wire[at : at + step])
        codes = [link.getreply()[0] for _ in range(12)]
        link.close()
    counts = sink.counts()
    assert codes == [250, 250, 354, 250, 250, 250, 250, 250, 250, 250, 250, 221]
    assert (counts["messages"], counts["sum"]) == (3, fnv(content + chunk))


def test_sink_answers_lmtp_for_each_recipient(tools):
    sink = Sink(tools, "-L")
    link = sink.client(smtplib.LMTP)
    link.sendmail("a@x", ["b@y", "c@y"], b"x")
    assert link.getreply()[0] == 250
    link.close()
    assert sink.counts()["messages"] == 1


def test_sink_hides_an_extension_and_listens_on_a_path(tools, tmp_path):
    sink = Sink(tools, "-x", "chunking", where=f"unix:{tmp_path}/sink")
    link = smtplib.LMTP(f"{tmp_path}/sink")
    link.ehlo()
    assert "chunking" not in link.esmtp_features and "pipelining" in link.esmtp_features
    link.close()
    sink.counts()


def test_sink_takes_a_group_whose_replies_exceed_its_buffer(tools):
    sink = Sink(tools)
    link = sink.client()
    for _ in range(4):
        link.send(b"NOOP\r\n" * 10000)
        assert all(link.getreply()[0] == 250 for _ in range(10000))
    link.close()
    assert sink.counts()["turns"] <= 40000


def test_wire_holds_packets_back_and_counts_turns(tools, tmp_path):
    client = tmp_path / "client.py"
    client.write_text(
        "import smtplib, time\n"
        "link = smtplib.SMTP('10.99.0.2', 2525, 'me')\n"
        "started = time.monotonic()\n"
        "for _ in range(5): link.noop()\n"
        "print('took', time.monotonic() - started)\n"
        "link.close()\n"
    )
    script = (
        f"mkfifo {tmp_path}/out; $WIRE_FAR {tools}/sink 2525 >{tmp_path}/out & sink=$!; exec 3<{tmp_path}/out;"
        f" read ready <&3; /usr/bin/python3 {client}; code=$?; kill $sink; exit $code"
    )
    done = subprocess.run([tools / "wire", "10", script], capture_output=True, text=True, timeout=20, check=True)
    assert 0.1 <= float(re.search(r"took (\S+)", done.stdout)[1]) < 0.3
    counted = re.search(r"connects (\d+) turns (\d+) .* dropped (\d+)", done.stderr)
    assert counted.groups() == ("1", "10", "0")


def test_wire_returns_the_commands_exit_code(tools):
    assert subprocess.run([tools / "wire", "1", "exit 7"], capture_output=True, timeout=20, check=False).returncode == 7
