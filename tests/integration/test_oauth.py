# SPDX-License-Identifier: MIT
"""Tokens from a token server: fetched with a refresh token, used at real Postfix and Dovecot, fetched anew once."""

import re

import pytest

from configured import Configured, fresh_box, fresh_mail, secret_file, stored
from servers import dovecot as people
from servers.process import free_ports
from servers.tokens import TokenServer

CLIENT_SECRET = "client s&cret="
REFRESH = "refresh/one+=&"


def grant(token=None, **more):
    return 200, {"access_token": token or people.token(), "token_type": "Bearer", "expires_in": 3600, **more}


def refused(code="invalid_grant", **more):
    return 400, {"error": code, **more}


class Place(Configured):
    """An account at Postfix's submission whose token comes from a token server."""

    def __init__(self, folder, postfix, ca, url, mechanism="xoauth2", refresh=None):
        self.refresh = folder / "refresh"
        source = {
            "token_url": url, "client_id": "tocsin", "scope": "mail offline",
            "client_secret": secret_file(folder, CLIENT_SECRET, "client"),
            "refresh_token": refresh or secret_file(folder, REFRESH, "refresh"),
        }
        super().__init__(folder, relay={
            "transport": "smtp", "host": "localhost", "port": postfix.ports["submission"], "ca_file": ca.file,
            "timeout": "10s", "user": people.USER, "auth": [mechanism], "token": {"oauth2": source},
        })
        self.postfix = postfix

    def deliver(self):
        """Sends one mail and reads it back if the command says that it went."""
        box, mail = fresh_box(self.postfix), fresh_mail()
        done = self.send_message(mail, f"{box}@example.org")
        if done.code == 0:
            assert self.postfix.maildir(box).wait_one() == stored(mail)
        assert not re.search(f"{re.escape(CLIENT_SECRET)}|{re.escape(REFRESH)}|Bearer|eyJhbG", done.out + done.err)
        return done


def count_logins(done):
    return len(re.findall("^> AUTH ", done.err, re.MULTILINE))


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_is_fetched_with_the_refresh_token(postfix, ca, tmp_path, mechanism):
    with TokenServer(grant()) as server:
        done = Place(tmp_path, postfix, ca, server.url, mechanism).deliver()
    assert (done.code, count_logins(done)) == (0, 1), done
    assert server.asked == [{
        "grant_type": "refresh_token", "client_id": "tocsin", "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH, "scope": "mail offline",
    }]


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
@pytest.mark.parametrize("bad", ["expired", "forged"])
def test_a_refused_token_is_fetched_anew_once(postfix, ca, tmp_path, mechanism, bad):
    stale = people.token(seconds=-60) if bad == "expired" else people.token(key=b"other")
    with TokenServer(grant(stale), grant()) as server:
        done = Place(tmp_path, postfix, ca, server.url, mechanism).deliver()
    assert (done.code, count_logins(done), len(server.asked)) == (0, 2, 2), done


def test_a_second_refusal_is_the_end(postfix, ca, tmp_path):
    with TokenServer(grant(people.token(seconds=-60)), grant(people.token(seconds=-30)), grant()) as server:
        done = Place(tmp_path, postfix, ca, server.url).deliver()
    assert (done.code, count_logins(done), len(server.asked)) == (77, 2, 2), done
    error = done.json()["error"]
    assert (error["class"], error["permanence"]) == ("auth", "permanent")
    assert "login with XOAUTH2 refused: 535" in error["text"] and '"status":"401"' in error["text"]


def test_the_same_token_again_is_not_tried_again(postfix, ca, tmp_path):
    with TokenServer(grant(people.token(seconds=-60))) as server:
        done = Place(tmp_path, postfix, ca, server.url).deliver()
    assert (done.code, count_logins(done), len(server.asked)) == (77, 1, 2), done


def test_a_new_refresh_token_is_kept(postfix, ca, tmp_path):
    with TokenServer(grant(refresh_token="refresh/two"), grant(refresh_token="refresh/three"), grant()) as server:
        place = Place(tmp_path, postfix, ca, server.url)
        for kept in ("refresh/two", "refresh/three", "refresh/three"):
            assert place.deliver().code == 0
            assert place.refresh.read_text().strip() == kept
            assert place.refresh.stat().st_mode & 0o777 == 0o600
    assert [form["refresh_token"] for form in server.asked] == [REFRESH, "refresh/two", "refresh/three"]


def test_a_new_refresh_token_that_cannot_be_kept_is_told(postfix, ca, tmp_path):
    with TokenServer(grant(refresh_token="refresh/two")) as server:
        place = Place(tmp_path, postfix, ca, server.url, refresh={"env": "TOCSIN_TEST_REFRESH"})
        box, mail = fresh_box(postfix), fresh_mail()
        done = place.send("--message", "-", "--from", "a@client.example", "--to", f"{box}@example.org", stdin=mail,
                          TOCSIN_TEST_REFRESH=REFRESH)
    assert (done.code, server.asked[0]["refresh_token"]) == (0, REFRESH), done
    assert re.search("WARNING.*account 'relay': the token server .* replaced the refresh token", done.err), done
    assert "refresh/two" not in done.err


@pytest.mark.parametrize("trouble", [(500, {"error": "server_error"}), (503, b"<html>busy</html>"), (429, {})])
def test_trouble_at_the_token_server_is_tried_again_at_once(postfix, ca, tmp_path, trouble):
    with TokenServer(trouble, grant()) as server:
        done = Place(tmp_path, postfix, ca, server.url).deliver()
    assert (done.code, len(server.asked)) == (0, 2), done


@pytest.mark.parametrize("answer, requests, code, text", [
    (refused(error_description="it was revoked"), 1, 77,
     "the token server refused: invalid_grant (it was revoked; HTTP 400); the refresh token is no longer valid, get a "
     "new one"),
    ((401, {"error": "invalid_client"}), 1, 77, "the token server refused: invalid_client"),
    ((503, b"<html>busy</html>"), 2, 75, "the token server's answer is no JSON object (HTTP 503)"),
    ((200, b"<html>welcome</html>"), 1, 75, "the token server's answer is no JSON object (HTTP 200)"),
    ((200, {"token_type": "Bearer"}), 1, 75, "no access token"),
    (grant("two\nlines"), 1, 77, "control character"),
])
def test_without_a_token_there_is_no_login(postfix, ca, tmp_path, answer, requests, code, text):
    with TokenServer(answer) as server:
        done = Place(tmp_path, postfix, ca, server.url).deliver()
    assert (done.code, count_logins(done), len(server.asked)) == (code, 0, requests), done
    assert text in done.json()["error"]["text"], done
    assert {fate for fate, _ in done.fates().values()} == {"deferred"}


def test_no_token_server_is_worth_another_try(postfix, ca, tmp_path):
    (port,) = free_ports(1)
    done = Place(tmp_path, postfix, ca, f"http://127.0.0.1:{port}/token").deliver()
    assert done.code == 75 and f"cannot ask the token server http://127.0.0.1:{port}/token" in done.out, done


def test_a_token_server_elsewhere_needs_https(postfix, ca, tmp_path):
    done = Place(tmp_path, postfix, ca, "http://tokens.example/token").send_message(fresh_mail(), "ann@example.org")
    assert done.code == 78 and "has to start with https://" in done.json()["error"]["text"], done


def test_no_proxy_sees_what_goes_to_this_machine(postfix, ca, tmp_path):
    """Without TLS it is only for who is here; curl would tell a proxy that the environment names."""
    with TokenServer(grant()) as server, TokenServer(grant()) as proxy:
        place = Place(tmp_path, postfix, ca, server.url)
        box, mail = fresh_box(postfix), fresh_mail()
        told = proxy.url.removesuffix("/token")
        done = place.send("--message", "-", "--from", "a@client.example", "--to", f"{box}@example.org", stdin=mail,
                          http_proxy=told, HTTP_PROXY=told, all_proxy=told, ALL_PROXY=told, no_proxy="", NO_PROXY="")
    assert (done.code, len(server.asked), proxy.asked) == (0, 1, []), done
    assert postfix.maildir(box).wait_one() == stored(mail)
