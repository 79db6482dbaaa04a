"""What was bought, and how that was approved, under one version of the policy after the other."""

from copy import deepcopy
from datetime import datetime, time, timedelta

from psycopg2.extras import Json

from odoo import Command, fields

from odoo.addons.collab_approval.core import State
from odoo.addons.collab_approval.stated import Statements
from odoo.addons.collab_approval.stored_plan import PlanJson, stored_flow
from odoo.addons.collab_approval.writing import (
    Changes,
    append_log,
    insert_tasks,
    log_row,
    request_detail,
    store,
)
from odoo.addons.collab_base.bulk import insert_rows, update_each, update_rows

from .months import MONTHS, SUMMER, days_of, first_day, is_summer, moment_of

#: So many months ago a new version of the purchase policy came into force
POLICY_MONTHS = 4
#: Until then a director was asked from so much on
OLD_LIMIT = 10_000
#: What is bought, for which price, and how many of it
GOODS = (
    ("vendor_machines", "product_workbench", 1200, (5, 6, 8, 9, 10, 12, 14, 18, 22)),
    ("vendor_furniture", "product_chair", 180, (30, 34, 40, 45, 60, 75, 90, 120)),
)
#: Until the first step is decided, and from then on until the second: working hours, at least and
#: at most
OLD_PACE = (7, 36), (6, 28)
NEW_PACE = (2, 12), (2, 9)
REFUSALS = (
    "Too expensive, ask a second vendor.",
    "We still have some of these in hall 1.",
    "The delivery date is missing.",
)


def tell_orders(buyers, chance):
    """Have purchase orders be approved month by month, from some day on under the version of
    their policy that is in force.

    :param buyers: users, who are not asked for approvals themselves
    """
    env = buyers.env
    current = env.ref("collab_approval_purchase.policy_purchase").version_id
    changed = first_day(MONTHS - POLICY_MONTHS)
    specs = env["collab.approval.spec"]
    before = specs._of(former_version(current, changed).id), OLD_PACE
    since = specs._of(current.id), NEW_PACE
    wanted = sorted(submissions(buyers, chance), key=lambda one: one[0])
    for order, (moment, __) in zip(make_orders(env, wanted, chance), wanted, strict=True):
        spec, pace = before if moment.date() < changed else since
        tell_order(spec, order, moment, pace, chance)


def former_version(current, changed):
    """Have there been another version of a policy until a day, and return it."""
    update_rows(current, {"number": 2, "create_date": datetime.combine(changed, time(8))})
    snapshot = deepcopy(current.snapshot)
    snapshot["stages"][-1]["steps"][0]["domain"] = [["amount_total_cc", ">", OLD_LIMIT]]
    former = insert_rows(
        current.browse(),
        [
            {
                "policy_id": current.policy_id.id,
                "number": 1,
                "snapshot": Json(snapshot),
                "in_force": False,
                "published_by": current.published_by.id,
            }
        ],
    )
    began = datetime.combine(first_day(0), time(8)) - timedelta(days=20)
    update_rows(former, {"create_date": began})
    return former


def submissions(buyers, chance):
    """Yield when somebody has submitted an order, and who."""
    working = buyers._collab_working_days(first_day(0), fields.Date.today())
    for number in range(MONTHS + 1):
        often = 5 if is_summer(number) else chance.choice((7, 8, 8, 9, 10))
        for __ in range(often):
            user = chance.choice(buyers)
            if days := days_of(working[user.id], number):
                yield moment_of(chance.choice(days), chance), user


def make_orders(env, wanted, chance):
    rows = []
    for moment, user in wanted:
        vendor, product, price, numbers = chance.choice(GOODS)
        line = {
            "product_id": env.ref(f"collab_approval_purchase.{product}").id,
            "product_qty": chance.choice(numbers),
            "price_unit": price,
            "tax_ids": [Command.clear()],
        }
        rows.append(
            {
                "partner_id": env.ref(f"collab_approval_purchase.{vendor}").id,
                "user_id": user.id,
                "date_order": moment,
                "order_line": [Command.create(line)],
            }
        )
    orders = env["purchase.order"].with_context(tracking_disable=True).create(rows)
    begun = [{"create_date": row["date_order"] - timedelta(hours=2)} for row in rows]
    update_each(orders, begun)
    return orders


def tell_order(spec, order, moment, pace, chance):
    """Have an order be submitted, decided on and confirmed; once more if it was rejected."""
    request, ended = tell_request(spec, order, moment, pace, chance, 0.12)
    if request.state == "rejected":
        again = later(order.env, ended, chance.uniform(4, 20))
        request, ended = tell_request(spec, order, again, pace, chance, 0)
    confirmed = request and later(order.env, ended, chance.uniform(1, 4))
    if request.state == "approved" and confirmed < fields.Datetime.now():
        detail = request_detail(request.res_model, request.res_id, request.fingerprint)
        row = log_row(request.id, "used", order.user_id.id, None, detail)
        append_log(order.env, [row], confirmed)
        update_rows(request, {"used_at": confirmed})
        update_rows(order, {"state": "purchase", "date_approve": confirmed})


def tell_request(spec, order, moment, pace, chance, risk):
    """Have an order be submitted and decided on.

    :param pace: of each step, after how many working hours it is decided: at least, at most
    :param float risk: how probable it is that it is rejected
    :return: the request and when it ended; no request if that is yet to come
    """
    env = order.env
    slow = 1.5 if moment.month == SUMMER else 1
    first = later(env, moment, slow * chance.uniform(*pace[0]))
    second = later(env, first, slow * chance.uniform(*pace[1]))
    refusal = chance.choice(REFUSALS) if chance.random() < risk else None
    if second >= fields.Datetime.now():
        return env["collab.approval.request"], None
    request, ended = submit(spec, order, moment), first
    decide(request, State.REJECTED if refusal else State.APPROVED, refusal, first)
    if request.state == "running":
        decide(request, State.APPROVED, None, second)
        ended = second
    update_rows(request, {"told": True})
    return request, ended


def submit(spec, order, moment):
    """Return the request of an order that its buyer has submitted, as the engine would."""
    env, user = order.env, order.user_id
    case = env["collab.approval.source"]._cases(spec, order, user)[order.id]
    plan_json = PlanJson(spec)
    row = {
        "res_model": order._name,
        "res_id": order.id,
        "res_name": order.display_name,
        "policy_id": spec.policy_id,
        "version_id": spec.version_id,
        "company_id": order.company_id.id,
        "requester_id": user.id,
        "owner_id": case.owner.id or None,
        "note": None,
        "state": "running",
        "submitted_at": moment,
        "round": 0,
        "plan": plan_json.of(case.plan),
        "fingerprint": env["collab.approval.binding"]._fingerprints(spec, order)[order.id],
        "told": True,
    }
    request = insert_rows(env["collab.approval.engine"]._requests(), [row])
    insert_tasks(env, [(request.id, order.company_id.id, 0, case)], moment)
    detail = request_detail(order._name, order.id, row["fingerprint"])
    detail |= Statements(spec, plan_json).of(case, order.company_id.id)
    append_log(env, [log_row(request.id, "submitted", user.id, None, detail)], moment)
    return request


def decide(request, verdict, comment, moment):
    """Have who is asked decide on a request, as the engine would."""
    env = request.env
    pending = request.task_ids.filtered(lambda task: task.state == "pending")[:1]
    # of a group, the one who is there to decide
    user = pending.user_id or env.ref("collab_approval.user_director")
    engine = env["collab.approval.engine"].with_user(user)
    [row] = engine._lock(request.with_user(user))
    changes = Changes(user.id, moment)
    for task in row.tasks:
        if task["mine"]:
            changes.decide(task, verdict, comment)
    changes.follow(row, stored_flow(row.plan)[0])
    store(engine._requests(), changes)
    append_log(env, changes.events, moment)


def later(env, moment, hours):
    """Return when so many hours have been worked, to the second, as moments are kept."""
    return env.company.resource_calendar_id.plan_hours(hours, moment).replace(microsecond=0)
