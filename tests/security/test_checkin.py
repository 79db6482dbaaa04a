"""Check-ins by every way in, by people of every kind, and at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.conftest import Session

#: 26 hours apart: it is never the same day in both
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"
CHECKIN, PARTICIPANT = "collab.checkin", "collab.participant"
CONTEXT = {
    "collab_seal": True,
    "default_day": "2020-01-01",
    "default_user_id": 1,
    "install_mode": True,
    "tz": "Pacific/Kiritimati",
    "uid": 1,
}


@pytest.fixture(scope="module", autouse=True)
def nobody_yet(server):
    server.forget_recognition()


def facts(server):
    return server.sql(
        "SELECT (SELECT json_agg(c ORDER BY id) FROM collab_checkin c),"
        " (SELECT json_agg(json_build_array(id, user_id, day, total, before, longest)"
        " ORDER BY id) FROM collab_participant)"
    )


def days_of(server, login):
    return server.sql(
        "SELECT count(*), min(day), max(day), count(*) FILTER (WHERE day > now()::date + 1)"
        " FROM collab_checkin c JOIN res_users u ON u.id = c.user_id"
        f" WHERE u.login = '{login}'"
    )


@pytest.mark.parametrize("known", (False, True))
def test_once_however_often_at_once(server, known):
    """Twelve taps of one person that arrive together: one check-in, and twelve answers.

    So it is when they have never come before, and when they have.
    """
    if known:
        server.sql("DELETE FROM collab_checkin; UPDATE collab_participant SET day = NULL")
    sessions = [Session(server, "buyer") for __ in range(6)]
    together = Barrier(len(sessions) + 1)

    def hold():
        together.wait()
        # until all have got as far as they do before one has checked in
        server.sql("LOCK TABLE collab_checkin IN SHARE MODE; SELECT pg_sleep(2)")

    def tap(session):
        together.wait()
        return [session.try_call(CHECKIN, "check_in") for __ in range(2)]

    with ThreadPoolExecutor(len(sessions) + 1) as pool:
        held = pool.submit(hold)
        answers = [answer for pair in pool.map(tap, sessions) for answer in pair]
        held.result()
    assert all(answer.get("result", {}).get("checked") for answer in answers), answers
    assert len({str(answer["result"]) for answer in answers}) == 1
    assert days_of(server, "buyer").split("|")[0] == "1"


@pytest.mark.parametrize("login", ("manager", "admin", "portal"))
def test_nothing_but_ones_own_tap(server, ways, refused, login):
    server.rpc("director").call(CHECKIN, "check_in", mood="low")
    before = facts(server)
    records = {
        CHECKIN: int(server.sql("SELECT max(id) FROM collab_checkin")),
        PARTICIPANT: int(server.sql("SELECT max(id) FROM collab_participant")),
    }
    forged = {
        CHECKIN: {"user_id": 2, "day": "2020-01-01", "checked_at": "2020-01-01", "zone": "UTC"},
        PARTICIPANT: {"user_id": 2, "total": 500, "before": -500, "day": "2020-01-01"},
    }
    for model, record in records.items():
        vals = forged[model]
        for way in ways[login]:
            for context in ({}, CONTEXT):
                for method, kwargs in (
                    ("create", {"vals_list": [vals]}),
                    ("write", {"ids": [record], "vals": vals}),
                    ("web_save", {"ids": [record], "vals": vals, "specification": {}}),
                    ("web_save", {"ids": [], "vals": vals, "specification": {}}),
                    ("unlink", {"ids": [record]}),
                    ("copy", {"ids": [record]}),
                    ("read", {"ids": [record], "fields": ["day", "user_id"]}),
                    ("_place", {"ids": [record], "now": "2020-01-01", "zone": "UTC"}),
                    ("_work_out", {"ids": [record]}),
                    ("_calendars_changed", {}),
                ):
                    with refused():
                        way(model, method, context=context, **kwargs)
    session = server.rpc(login)
    for said in ({"day": "2020-01-01"}, {"user_id": 2}, {"mood": 1}, {"plan": ["x"]}):
        assert "error" in session.try_call(CHECKIN, "check_in", **said), said
    assert facts(server) == before


def test_the_context_does_not_move_anybody(server):
    """The time zone of a request is what a client says; the one that counts is the person's."""
    manager = server.rpc("manager")
    for zone in (EAST, WEST):
        manager.call(CHECKIN, "check_in", context={"tz": zone})
    assert days_of(server, "manager").split("|")[0] == "1"
    zones = server.sql(
        "SELECT DISTINCT zone FROM collab_checkin c JOIN res_users u ON u.id = c.user_id"
        " WHERE u.login = 'manager'"
    )
    assert zones not in (EAST, WEST)


@pytest.mark.parametrize(("login", "zones"), (("owner", (WEST, EAST)), ("admin", (EAST, WEST))))
def test_who_changes_their_time_zone(server, login, zones):
    """Within a minute nobody has two days, wherever they say they are."""
    person = server.rpc(login)
    for zone in (*zones, "Asia/Shanghai", *zones):
        person.call("res.users", "write", [person.uid], {"tz": zone})
        assert person.call(CHECKIN, "check_in")["checked"]
    assert days_of(server, login).split("|")[0] == "1"


def test_portal(server, ways, refused):
    for way in ways["portal"]:
        with refused():
            way(CHECKIN, "check_in")
        with refused():
            way(PARTICIPANT, "today")
