# SPDX-License-Identifier: MIT
"""The rules about who may know whom."""

import pytest


def test_reports_a_room_that_may_not_be_known(lint):
    found = lint("room-edge", {"core/base/text.c": '#include "net/stream.h"\n'})
    assert len(found) == 1
    assert found[0].startswith('core/base/text.c:1: base may not know net ("net/stream.h")')


def test_lets_pass_a_room_that_may_be_known(lint):
    assert lint("room-edge", {"core/model/mail.c": '#include "base/text.h"\n#include "model/mail.h"\n'}) == []


def test_ignores_an_include_in_a_comment(lint):
    assert lint("room-edge", {"core/base/text.c": '/*\n#include "net/stream.h"\n*/\n'}) == []


def test_reports_a_room_that_is_not_listed(lint):
    assert "does not list the room 'attic'" in lint("room-edge", {"core/attic/old.c": ""})[0]


def test_reports_an_include_without_its_room(lint):
    assert 'write "base/text.h"' in lint("room-edge", {"core/base/text.c": '#include "text.h"\n'})[0]


@pytest.mark.parametrize("name", ["../net/stream.h", "base/../net/stream.h", "./../net/stream.h", "/srv/net/stream.h"])
def test_reports_an_include_that_goes_round_the_list(lint, name):
    found = lint("room-edge", {"core/base/text.c": f'#include "{name}"\n'})
    assert f'core/base/text.c:1: "{name}" does not say which room it is from; write ROOM/FILE.h, from core/ on' in found


def test_reports_a_room_that_knows_one_below_it(lint):
    found = lint("room-order", {"core/rooms": "base: model\nmodel: base\n"})
    assert len(found) == 1 and found[0].startswith("core/rooms:1: 'base' knows 'model'")


def test_lets_pass_rooms_in_order(lint):
    assert lint("room-order", {}) == []


def test_reports_a_plugin_that_includes_a_room(lint):
    assert len(lint("plugin-edge", {"plugins/auth/x/x.c": '#include "base/text.h"\n'})) == 1


@pytest.mark.parametrize("folder", ["auth/x", "transport/smtp"])
def test_reports_a_plugin_that_climbs_to_a_room(lint, folder):
    found = lint("plugin-edge", {f"plugins/{folder}/x.c": '#include "../../../core/net/stream.h"\n'})
    assert len(found) == 1 and "leads out of the plugin" in found[0]


def test_lets_pass_a_plugin_with_the_public_header(lint):
    assert lint("plugin-edge", {"plugins/auth/x/x.c": '#include <tocsin/plugin.h>\n#include "token.h"\n'}) == []


def test_reports_files_in_a_circle_once(lint):
    found = lint("file-circle", {
        "core/base/a.c": '#include "base/b.h"\n', "core/base/a.h": "",
        "core/base/b.c": '#include "base/c.h"\n', "core/base/b.h": "",
        "core/base/c.c": '#include "base/a.h"\n', "core/base/c.h": "",
    })
    assert len(found) == 1
    assert "core/base/a -> core/base/b -> core/base/c -> core/base/a" in found[0]


def test_reports_a_circle_by_brackets(lint):
    files = {"core/base/a.h": "#include <base/b.h>\n", "core/base/b.h": '#include "base/a.h"\n'}
    assert len(lint("file-circle", files)) == 1


def test_reports_a_room_in_brackets(lint):
    assert len(lint("room-edge", {"core/base/text.c": "#include <net/stream.h>\n"})) == 1


def test_lets_pass_files_without_a_circle(lint):
    files = {"core/base/a.c": '#include "base/a.h"\n#include "base/b.h"\n', "core/base/a.h": "", "core/base/b.h": ""}
    assert lint("file-circle", files) == []


def test_takes_a_private_header_as_part_of_its_file(lint):
    private = {"core/base/a.c": '#include "base/a-private.h"\n', "core/base/a-private.h": '#include "base/a.h"\n'}
    assert lint("file-circle", {**private, "core/base/a.h": ""}) == []
