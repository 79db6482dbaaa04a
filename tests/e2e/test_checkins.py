"""Check-ins and what they lead to, as people come to them in the browser."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect


def run(server, *names):
    for name in names:
        server.rpc("admin").run_cron(f"collab_checkin.ir_cron_{name}")


@pytest.fixture(scope="module")
def every_day(server):
    """The buyer works on all days of the week: it does not matter on which this runs."""
    return server.work_every_day()


@pytest.fixture
def fresh(server, every_day):
    """Nobody has ever checked in."""
    server.forget_recognition()
    return every_day


def card(page):
    return page.locator(".o_collab_card", has=page.locator(".o_collab_checkin"))


@pytest.mark.parametrize("phone", (False, True), ids=("desk", "phone"))
def test_the_first_day(server, person, say, language, fresh, phone):
    buyer = person("buyer", phone=phone)
    page = buyer.open("/odoo/workbench")
    expect(page.locator(".o_collab_checkin_title")).to_have_text(say("A new streak begins today"))
    expect(page.locator(".o_collab_checkin_first")).to_contain_text(
        say("One tap a day is all it takes.")
    )
    page.click(".o_collab_checkin_button")
    expect(page.locator(".o_collab_checkin_title")).to_have_text(say("1 day in a row"))
    expect(page.locator(".o_collab_checkin_level a")).to_have_text(say("1 point"))
    page.fill(".o_collab_checkin_plan", "Offers from three suppliers")
    page.press(".o_collab_checkin_plan", "Enter")
    page.click(f".o_collab_checkin_moods [aria-label='{say('Good')}']")
    expect(page.locator(".o_collab_checkin_moods [aria-pressed=true]")).to_have_count(1)
    buyer.point_away()
    buyer.picture(f"checkin-{'phone-' if phone else ''}{language}")
    buyer.no_overflow()
    assert server.sql("SELECT plan, mood FROM collab_checkin") == "Offers from three suppliers|good"
    page.click(".o_collab_checkin_level a")
    entry = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    expect(entry).to_contain_text(say("Check-in"))
    if phone:
        # how many, and when
        today = dt.datetime.now(dt.UTC).day
        expect(entry).to_contain_text(re.compile(rf"{say('Check-in')}1.*{today}\D"))
    page.go_back()
    expect(page.locator(".o_collab_checkin_said input")).to_have_value(
        "Offers from three suppliers"
    )


def test_from_the_user_menu(server, person, say, fresh):
    buyer = person("buyer")
    page = buyer.open("/odoo/workbench")
    expect(page.locator(".o_collab_checkin_button")).to_be_visible()
    page.click(".o_user_menu button")
    page.click(".o-dropdown--menu [data-menu=collab_checkin]")
    expect(page.locator(".o_notification")).to_contain_text(say("You are in"))
    expect(page.locator(".o_collab_checkin_button")).to_have_count(0)
    assert server.sql("SELECT count(*) FROM collab_checkin") == "1"


def test_a_streak_goes_on_over_a_leave(server, person, say, fresh):
    """Three days were missed. Then the leave for them is entered, and approved."""
    admin, buyer = server.rpc("admin"), server.rpc("buyer")
    today = dt.datetime.now(dt.UTC).date()
    # the days may be of two months, of which each forgives its own
    admin.call("ir.config_parameter", "set_param", "collab_checkin.forgiven", "1")
    away = [today - dt.timedelta(days=number) for number in range(3, 6)]
    server.sql(
        "INSERT INTO collab_checkin (user_id, day, checked_at, zone, counts)"
        f" SELECT {buyer.uid}, day, day + interval '9 hours', 'UTC', true"
        f" FROM generate_series('{today}'::date - 20, '{today}'::date - 1, '1 day') day"
        f" WHERE NOT (day BETWEEN '{away[-1]}' AND '{away[0]}');"
        "INSERT INTO collab_participant (user_id, day, checked_at, zone, is_stale)"
        f" SELECT {buyer.uid}, '{today}'::date - 1, '{today}'::date - interval '15 hours', 'UTC', true"
    )
    run(server, "participants")
    page = person("buyer").open("/odoo/workbench")
    expect(page.locator(".o_collab_checkin_title")).to_have_text(
        say("%s days in a row").replace("%s", "2")
    )

    leave = admin.call(
        "hr.leave",
        "create",
        {
            "employee_id": fresh,
            "holiday_status_id": admin.ref("collab_approval_leave.leave_type"),
            "request_date_from": str(away[-1]),
            "request_date_to": str(away[0]),
        },
    )
    person("manager").open("/odoo/workbench").locator(
        ".o_collab_approval_row", has_text=away[-1].strftime("%m/%d/%Y")
    ).locator(".o_collab_approval_approve").click()
    for __ in range(50):
        if server.sql(f"SELECT state FROM hr_leave WHERE id = {leave}") == "validate":
            break
        page.wait_for_timeout(200)
    run(server, "participants")
    page.reload()
    expect(page.locator(".o_collab_checkin_title")).to_have_text(
        say("%s days in a row").replace("%s", "17")
    )
    page.click(".o_collab_checkin_button")
    expect(page.locator(".o_collab_checkin_title")).to_have_text(
        say("%s days in a row").replace("%s", "18")
    )
    # as if it had never been, in the other language
    server.sql(
        f"DELETE FROM resource_calendar_leaves WHERE holiday_id = {leave};"
        f"DELETE FROM hr_leave WHERE id = {leave}"
    )


def test_a_weekly_goal(server, person, say, language, fresh):
    """The process owner promises points for a number of pieces of work; somebody gets them."""
    owner = person("owner")
    page = owner.open("/odoo/collab-point-rules/new")
    page.fill(".o_field_widget[name=name] input, .o_field_widget[name=name] textarea", "Be there")
    source = page.locator(".o_field_widget[name=source_id] input")
    work = say("Check-ins on working days")
    source.fill(work)
    page.locator(".o-autocomplete--dropdown-item", has_text=work).first.click()
    expect(source).to_have_value(work)
    page.get_by_label(say("Points for a number of them")).check()
    page.fill(".o_field_widget[name=threshold] input", "1")
    page.fill(".o_field_widget[name=points] input", "10")
    page.uncheck(".o_field_widget[name=by_other] input")
    owner.picture(f"point-rule-{language}")
    page.click("button[name=action_start]")
    page.click(".modal .btn-primary")
    expect(page.locator(".o_arrow_button_current")).to_have_text(say("In Force"))

    buyer = person("buyer")
    page = buyer.open("/odoo/workbench")
    goal = page.locator(".o_collab_checkin_goals li", has_text="Be there")
    page.click(".o_collab_checkin_button")
    expect(page.locator(".o_collab_checkin_said")).to_be_visible()
    run(server, "points", "karma")
    page.reload()
    expect(goal.locator(".fa-check")).to_have_count(1)
    expect(page.locator(".o_collab_checkin_level a")).to_have_text(
        say("%s points").replace("%s", "11")
    )
    assert server.sql(f"SELECT karma FROM res_users WHERE id = {server.rpc('buyer').uid}") == "11"
    buyer.picture(f"checkin-goal-{language}", card(page))
    server.sql("DELETE FROM collab_point_rule WHERE name::text LIKE '%Be there%'")


@pytest.mark.parametrize("phone", (False, True), ids=("desk", "phone"))
def test_kudos(server, person, say, language, fresh, phone):
    """Thanks that everybody reads, that can be answered by the keyboard, and that are worth points."""
    buyer, manager = person("buyer", phone=phone), person("manager", phone=phone)
    page = buyer.open("/odoo/collab-praise-wall")
    expect(page.locator(".o_view_nocontent")).to_be_visible()
    buyer.picture(f"praise-wall-empty-{'phone-' if phone else ''}{language}")
    page.locator(".o_collab_kudos_open:visible").first.click()
    dialog = page.locator(".o_collab_kudos_dialog")
    dialog.locator("input").first.fill("Wei")
    page.locator(".o-autocomplete--dropdown-item", has_text="Wei Chen").first.click()
    dialog.get_by_role("button", name=say("Teamwork")).click()
    text = "Two nights for the customs papers.\n<b>Thank you!</b>"
    dialog.locator("textarea").fill(text)
    buyer.picture(f"kudos-dialog-{'phone-' if phone else ''}{language}")
    buyer.no_overflow()
    dialog.locator(".o_collab_kudos_give").click()
    wall = page.locator(".o_collab_kudos_text")
    expect(wall).to_contain_text("<b>Thank you!</b>")

    page = manager.open("/odoo/collab-praise-wall")
    expect(page.locator(".o_collab_kudos_text")).to_contain_text("customs papers")
    applause = page.locator(".o_collab_kudos_reaction").first
    for key, pressed in (("Enter", "true"), ("Space", "false"), ("Space", "true")):
        applause.focus()
        page.keyboard.press(key)
        expect(applause).to_have_attribute("aria-pressed", pressed)
    manager.point_away()
    manager.picture(f"praise-wall-{'phone-' if phone else ''}{language}")
    manager.no_overflow()
    run(server, "points")
    page = manager.open("/odoo/workbench")
    expect(page.locator(".o_collab_checkin_level a")).to_have_text(
        say("%s points").replace("%s", "2")
    )


@pytest.mark.parametrize("phone", (False, True), ids=("desk", "phone"))
def test_the_leaderboard(server, person, say, language, fresh, phone):
    """The top is there for all, and who leaves it is gone for all."""
    for login, points in (
        ("buyer", 30),
        ("manager", 20),
        ("director", 25),
        ("owner", 2),
        ("admin", 1),
    ):
        server.sql(
            "INSERT INTO collab_point_entry (kind, name, user_id, points, period, create_date)"
            f" SELECT 'work', '{{\"en_US\": \"Jobs\"}}', {server.rpc(login).uid}, {points},"
            " now()::date, now() AT TIME ZONE 'UTC'"
        )
    buyer, manager = person("buyer", phone=phone), person("manager", phone=phone)
    page = buyer.open("/odoo/collab-leaderboard")
    podium = page.locator(".o_collab_leaderboard_podium .fw-bold")
    expect(podium).to_have_text(["Nora Lindqvist", "Amara Osei", "Wei Chen"])
    expect(page.locator(".o_collab_leaderboard_mine")).to_have_text(
        say("You: %s points.").replace("%s", "30")
    )
    buyer.picture(f"leaderboard-{'phone-' if phone else ''}{language}")
    buyer.no_overflow()
    page.click(".o_collab_leaderboard_toggle")
    expect(page.locator(".o_collab_leaderboard_mine")).to_have_text(
        say("You have left the leaderboards. Nobody sees you here.")
    )
    for one in (buyer, manager, person("admin")):
        page = one.open("/odoo/collab-leaderboard")
        expect(page.locator(".o_collab_leaderboard_podium .fw-bold").first).to_have_text(
            "Amara Osei"
        )
        expect(page.locator(".o_collab_leaderboard")).not_to_contain_text("Nora")


@pytest.mark.parametrize("phone", (False, True), ids=("desk", "phone"))
def test_a_reward(server, person, say, language, fresh, phone):
    """Points are spent, somebody says yes, and hands it over."""
    uid = server.rpc("buyer").uid
    server.sql(
        "INSERT INTO collab_point_entry (kind, name, user_id, points, create_date)"
        f" SELECT 'work', '{{\"en_US\": \"Jobs\"}}', {uid}, 100, now() AT TIME ZONE 'UTC'"
    )
    buyer, mara = person("buyer", phone=phone), person("mara", phone=phone)
    page = buyer.open("/odoo/collab-rewards")
    mine = page.locator(".o_collab_rewards_mine strong")
    expect(mine).to_have_text(say("You have %s points.").replace("%s", "100"))
    buyer.picture(f"rewards-{'phone-' if phone else ''}{language}")
    buyer.no_overflow()
    reward = page.locator(".o_collab_reward", has_text="An afternoon off")
    reward.locator("button[name=action_choose]").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[name=remaining]")).to_have_text("40")
    dialog.locator("[name=note] input").fill("Friday next week?")
    buyer.picture(f"reward-{'phone-' if phone else ''}{language}")
    dialog.locator("button[name=action_redeem]").click()
    expect(page.locator(".o_notification")).to_contain_text(
        say("Asked for. You will hear as soon as it is granted.")
    )
    expect(mine).to_have_text(say("You have %s points.").replace("%s", "40"))
    # no second time: neither the points nor the month have it
    expect(reward.locator("button")).to_have_count(0)

    page = mara.open("/odoo/workbench")
    asked = page.locator(".o_collab_approval_row", has_text="An afternoon off").filter(
        has_text="Nora"
    )
    asked.locator(".o_collab_approval_approve").click()
    expect(asked.locator(".o_collab_approval_approve")).to_have_count(0)
    redemption = server.sql(f"SELECT id FROM collab_redemption WHERE user_id = {uid}")
    page = mara.open_record("collab.redemption", redemption)
    expect(page.locator(".o_field_widget[name=note]")).to_have_text("Friday next week?")
    mara.picture(f"redemption-{'phone-' if phone else ''}{language}")
    page.click("button[name=action_hand_over]")
    expect(page.locator(".o_arrow_button_current")).to_have_text(say("Handed Over"))

    page = buyer.open("/odoo/collab-my-rewards")
    expect(page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")).to_contain_text(
        say("Handed Over")
    )
    buyer.picture(f"my-rewards-{'phone-' if phone else ''}{language}")


def test_a_reward_that_one_does_without(server, person, say, fresh):
    uid = server.rpc("buyer").uid
    server.sql(
        "INSERT INTO collab_point_entry (kind, name, user_id, points, create_date)"
        f" SELECT 'work', '{{\"en_US\": \"Jobs\"}}', {uid}, 100, now() AT TIME ZONE 'UTC'"
    )
    buyer = person("buyer")
    page = buyer.open("/odoo/collab-rewards")
    reward = page.locator(".o_collab_reward", has_text="An afternoon off")
    reward.locator("button[name=action_choose]").click()
    page.click(".modal button[name=action_redeem]")
    expect(page.locator(".o_notification")).to_be_visible()
    page.click(".o_collab_rewards_mine button")
    row = page.locator(".o_data_row", has_text="An afternoon off")
    expect(row).to_contain_text(say("Asked For"))
    row.locator("button[name=action_withdraw]").click()
    page.click(".modal .btn-primary")
    expect(row).to_contain_text(say("Withdrawn"))
    page = buyer.open("/odoo/collab-rewards")
    expect(page.locator(".o_collab_rewards_mine strong")).to_have_text(
        say("You have %s points.").replace("%s", "100")
    )
    states = server.sql(
        "SELECT string_agg(state, ',') FROM collab_approval_request"
        f" WHERE requester_id = {uid} AND res_model = 'collab.redemption' AND state = 'running'"
    )
    assert not states, "nobody is asked any more"
