"""What people have earned stays theirs when Collab's check-ins are uninstalled."""

import pytest

CRONS = ("ir_cron_points", "ir_cron_karma", "ir_cron_goals")


def run(admin, *xmlids):
    for xmlid in xmlids:
        admin.run_cron(xmlid)


@pytest.fixture
def earned(server):
    """Somebody who has karma, a badge, and goals of Collab's and of the company's own."""
    admin, buyer = server.rpc("admin"), server.rpc("buyer")
    server.forget_recognition()
    server.work_every_day()
    buyer.call("collab.checkin", "check_in")
    [definition] = admin.call(
        "gamification.goal.definition",
        "create",
        [
            {
                "name": "Check-ins of ours",
                "computation_mode": "collab_source",
                "collab_source_id": admin.ref("collab_checkin.work_source"),
                "collab_by_other": False,
            }
        ],
    )
    [challenge] = admin.call(
        "gamification.challenge",
        "create",
        [
            {
                "name": "One of ours",
                "user_domain": False,
                "user_ids": [[6, 0, [buyer.uid]]],
                "reward_id": admin.ref("collab_checkin.badge_week"),
                "line_ids": [[0, 0, {"definition_id": definition, "target_goal": 1}]],
            }
        ],
    )
    admin.call("gamification.challenge", "action_start", [challenge])
    run(
        admin, "gamification.ir_cron_check_challenge", *(f"collab_checkin.{name}" for name in CRONS)
    )
    return definition, challenge


def test_what_is_left(server, earned):
    definition, challenge = earned
    admin, buyer = server.rpc("admin"), server.rpc("buyer")

    def kept():
        [user] = admin.call("res.users", "read", [buyer.uid], ["karma", "rank_id", "gold_badge"])
        badges = admin.call(
            "gamification.badge.user",
            "search_read",
            [("user_id", "=", buyer.uid)],
            ["badge_name", "create_date", "challenge_id"],
        )
        tracked = server.sql(
            "SELECT old_value, new_value, reason, origin_ref FROM gamification_karma_tracking"
            f" WHERE user_id = {buyer.uid} ORDER BY id"
        )
        return user, badges, tracked

    before = kept()
    assert before[0]["karma"] > 0
    assert [badge["badge_name"] for badge in before[1]] == ["First Week"]
    badge = server.sql(
        f"SELECT badge_id FROM gamification_badge_user WHERE user_id = {buyer.uid} LIMIT 1"
    )

    [module] = admin.call("ir.module.module", "search", [("name", "=", "collab_checkin")])
    admin.call("ir.module.module", "button_immediate_uninstall", [module])

    assert kept() == before
    # the badge of its challenge too, and its picture
    [picture] = admin.call("gamification.badge", "read", [int(badge)], ["image_128"])
    assert picture["image_128"]
    # what nobody had is gone
    assert (
        server.sql("SELECT count(*) FROM gamification_badge WHERE name->>'en_US' LIKE 'A Hundred%'")
        == "0"
    )
    # and what others have made goes on, by hand
    [left] = admin.call(
        "gamification.goal.definition", "read", [definition], ["computation_mode", "name"]
    )
    assert left["computation_mode"] == "manually"
    goals = admin.call(
        "gamification.goal", "search_read", [("challenge_id", "=", challenge)], ["current", "state"]
    )
    assert [(goal["current"], goal["state"]) for goal in goals] == [(1, "reached")]
    run(admin, "gamification.ir_cron_check_challenge", "gamification.ir_cron_consolidate")
    assert kept()[:2] == before[:2]
    assert server.sql("SELECT count(*) FROM ir_model_data WHERE module = 'collab_checkin'") == "0"
    assert (
        server.sql(
            "SELECT count(*) FROM ir_model WHERE model LIKE 'collab.point%' OR model LIKE 'collab.checkin%'"
        )
        == "0"
    )
    assert (
        server.sql(
            "SELECT count(*) FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id"
            " WHERE a.code LIKE '%_collab%' OR a.code LIKE '%_cron_karma%'"
        )
        == "0"
    )
