# SPDX-License-Identifier: MIT
"""Problems that end: who hears of it."""

from daemon import Daemon

CONFIG = """accounts = {{ {account} }};
triggers = {{ app = {{ trigger = "log"; files = [ "{folder}/app.log" ]; from = "start"; patterns = (
  {{ name = "bad"; regex = "BAD (?<host>\\\\S+)"; key = "host"; status = "problem"; }},
  {{ name = "ok"; regex = "OK (?<host>\\\\S+)"; key = "host"; status = "ok"; }} ); }}; }};
rules = ( {{ name = "hosts"; on = "app.*"; states = {{}}; interval = "0";
  to = [ "good@example.org" ]; cc = [ "bad@example.org" ]; }} );
store = {{ path = "{folder}/store/tocsin.db"; }};
daemon = {{ socket = "{folder}/control.sock"; }};
"""
DONE = "SELECT count(*) FROM mails WHERE state IN (2, 3)"
RECIPIENTS = "SELECT address, mail FROM recipients ORDER BY mail, address"


def test_only_who_got_the_problem_hears_of_its_end(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org",)
    config = CONFIG.format(account=misbehaving.account, folder=tmp_path)
    with Daemon(tmp_path, config=config) as daemon:
        daemon.append("BAD web1")
        daemon.wait_for(lambda: daemon.query(DONE) == [(1,)], "for the problem's mail to be settled")
        daemon.append("OK web1")
        daemon.wait_for(lambda: daemon.query(DONE) == [(2,)], "for the end's mail to be settled")
        assert daemon.stop() == 0
        first, last = sorted({mail for _, mail in daemon.query(RECIPIENTS)})
        assert daemon.query(RECIPIENTS) == [("bad@example.org", first), ("good@example.org", first),
                                            ("good@example.org", last)]
        # Who is left is in one thread.
        content = misbehaving.contents[-1]
        (wanted,), = daemon.query("SELECT message_id FROM mails WHERE id = ?", first)
        assert f"In-Reply-To: <{wanted}>".encode() in content
        assert b"\nCc:" not in content.replace(b"\r", b"")
        texts = [text for text, in daemon.query("SELECT text FROM log WHERE action = 'left out'")]
        assert texts == ["'bad@example.org' got no mail of the problem"]


def test_who_may_have_got_the_problem_hears_of_its_end(tmp_path, misbehaving):
    misbehaving.drops_at_dot = 1
    config = CONFIG.format(account=misbehaving.account, folder=tmp_path)
    with Daemon(tmp_path, config=config) as daemon:
        daemon.append("BAD web1")
        daemon.wait_for(lambda: daemon.query("SELECT 1 FROM recipients WHERE status = 3"), "for doubt")
        daemon.append("OK web1")
        daemon.wait_for(lambda: daemon.query(DONE) == [(1,)], "for the end's mail to be settled")
        assert daemon.stop() == 0
        assert len(daemon.query(RECIPIENTS)) == 4


def test_nobody_hears_of_the_end_of_what_nobody_heard_of(tmp_path, misbehaving):
    misbehaving.refused = ("bad@example.org", "good@example.org")
    config = CONFIG.format(account=misbehaving.account, folder=tmp_path)
    with Daemon(tmp_path, config=config) as daemon:
        daemon.append("BAD web1")
        daemon.wait_for(lambda: daemon.query(DONE) == [(1,)], "for the problem's mail to be settled")
        daemon.append("OK web1")
        daemon.wait_for(lambda: daemon.query("SELECT 1 FROM log WHERE action = 'nobody'"), "for the end")
        # Those of the next problem are told again.
        misbehaving.refused = ()
        daemon.append("BAD web1")
        daemon.wait_for(lambda: daemon.query(DONE) == [(2,)], "for the next problem's mail")
        assert daemon.stop() == 0
        assert len(daemon.query(RECIPIENTS)) == 4
