"""Points and rewards, spent by many at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.conftest import Server, Session

WORKERS = 8
PEOPLE = 100
#: Of the mug there are so many
MUGS, PRICE = 10, 60


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of several processes, as where many come at once."""
    with (tmp_path_factory.mktemp("rewards") / "odoo.log").open("w") as log:
        running = Server(log, workers=WORKERS)
        try:
            yield running.start()
        finally:
            running.stop()


@pytest.fixture(scope="module")
def people(server):
    """A hundred people with enough points for one mug each."""
    server.forget_recognition()
    admin = server.rpc("admin")
    names = [f"mug{number}" for number in range(PEOPLE)]
    group = admin.ref("base.group_user")
    ids = admin.call(
        "res.users",
        "create",
        [{"name": name, "login": name, "group_ids": [[6, 0, [group]]]} for name in names],
        context={"no_reset_password": True},
    )
    server.sql("UPDATE res_users SET password = login WHERE login LIKE 'mug%'")
    server.sql(
        "INSERT INTO collab_point_entry (kind, name, user_id, points, create_date)"
        f" SELECT 'work', '{{\"en_US\": \"Jobs\"}}', id, {PRICE + 5}, now() AT TIME ZONE 'UTC'"
        f" FROM unnest(ARRAY{ids}) id"
    )
    return names


def offer(server, **vals):
    """Offer a reward that needs no grant."""
    common = {"name": "Mug", "price": PRICE, "needs_grant": False, "responsible_id": False}
    return server.rpc("owner").call("collab.reward", "create", [common | vals])[0]


def redeem_at_once(server, mug, sessions):
    """Have all redeem the mug together, held up where each is about to enter it; return what they
    were told, and how often."""
    together = Barrier(len(sessions) + 1)

    def hold():
        together.wait()
        server.sql("LOCK TABLE collab_redemption IN SHARE MODE; SELECT pg_sleep(2)")

    def redeem(session):
        together.wait()
        answer = session.try_call("collab.reward", "redeem", [mug], PRICE)
        error = answer.get("error")
        return error["data"]["message"] if error else answer["result"]

    with ThreadPoolExecutor(len(sessions) + 1) as pool:
        held = pool.submit(hold)
        said = Counter(pool.map(redeem, sessions))
        held.result()
    return said


def least(server):
    return int(
        server.sql(
            "SELECT min(balance) FROM (SELECT sum(points) balance FROM collab_point_entry"
            " GROUP BY user_id) balances"
        )
    )


def test_the_last_ten(server, people):
    """A hundred people want the last ten: ten have them, and ninety hear that there are none."""
    mug = offer(server, is_limited=True, stock=MUGS)
    said = redeem_at_once(server, mug, [Session(server, name) for name in people])
    assert said == {"granted": MUGS, "There are none left of “Mug”.": PEOPLE - MUGS}
    assert server.sql(f"SELECT stock FROM collab_reward WHERE id = {mug}") == "0"
    redeemed = server.sql(f"SELECT count(*) FROM collab_redemption WHERE reward_id = {mug}")
    assert redeemed == str(MUGS)
    spent = server.sql("SELECT count(*), sum(points) FROM collab_point_entry WHERE kind = 'reward'")
    assert spent == f"{MUGS}|{-PRICE * MUGS}"
    assert least(server) == 5


def test_the_same_points(server, people):
    """Somebody spends the same points twelve times: once they have them. There are mugs for all:
    nothing but the points is in the way."""
    mug = offer(server)
    server.sql("DELETE FROM collab_point_entry WHERE kind = 'reward'")
    said = redeem_at_once(server, mug, [Session(server, people[0]) for __ in range(12)])
    assert said == {"granted": 1, "“Mug” costs 60 points, and you have 5.": 11}
    assert least(server) == 5
