import random
from copy import deepcopy
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import Command, api, fields, models

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
from odoo.addons.collab_document.models.collab_document_versioned import File
from odoo.addons.collab_kpi.reports import draft

#: Whole months that the story goes back
MONTHS = 13
#: So many months ago a new version of the purchase policy came into force
POLICY_MONTHS = 4
#: Until then a director was asked from so much on
OLD_LIMIT = 10_000
#: When many are away
SUMMER = 8
#: Share of finished activities that were in time: at the beginning, and by how much it has grown
IN_TIME = 0.58, 0.32
#: What people answer to the question of the month, likewise
CONTENT = 3.2, 0.9
#: What is bought, for which price, and how many of it
GOODS = (
    ("vendor_machines", "product_workbench", 1200, (5, 6, 8, 9, 10, 12, 14, 18, 22)),
    ("vendor_furniture", "product_chair", 180, (30, 34, 40, 45, 60, 75, 90, 120)),
)
REFUSALS = (
    "Too expensive, ask a second vendor.",
    "We still have some of these in hall 1.",
    "The delivery date is missing.",
)
TASKS = (
    "Ask for an offer",
    "Confirm the delivery date",
    "Check the invoice",
    "Call back",
    "Send the price list",
    "Clear up the complaint",
)
#: Documents: name, and for each version how many months ago it came, what has changed, and its text
PAPERS = (
    (
        "Purchasing manual.txt",
        (14, None, "Who orders, asks one supplier."),
        (13, "Offers", "Who orders, asks three suppliers first."),
        (8, "Frame contracts", "Who orders, looks for a frame contract first."),
        (POLICY_MONTHS, "New limits", "A director decides on orders over 20,000, not over 10,000."),
    ),
    (
        "Returns checklist.txt",
        (14, None, "Photograph the parcel."),
        (13, "By supplier", "Photograph the parcel. Sort it by the list of the supplier."),
        (6, "Three boxes", "One table, three boxes: back to stock, to the supplier, to look at."),
    ),
    (
        "Dangerous goods.txt",
        (14, None, "Label each parcel."),
        (13, "Two sides", "Label each parcel on two sides."),
        (9, "Batteries", "Label each parcel on two sides. Batteries go by road alone."),
    ),
    (
        "Prices of carriers.txt",
        (13, None, "Per pallet and zone."),
        (10, "New year", "Per pallet and zone, with the surcharge for fuel."),
        (7, "Summer", "Per pallet and zone, without the surcharge for fuel."),
        (1, "Winter", "Per pallet and zone, with the surcharge for snow."),
    ),
    ("Welcome to the team.txt", (11, None, "Your first week, day by day.")),
    ("Answers to customers.txt", (9, None, "What they ask, and what helps them.")),
    ("Stock count.txt", (5, None, "Hall by hall, in pairs.")),
    ("Travel rules.txt", (3, None, "By train where it takes less than four hours.")),
)


class CollabDemo(models.AbstractModel):
    """Tells how a company has come to work with all of this, month by month, for indicators to have
    something to show. Those of their own that others have to decide on are left alone."""

    _inherit = "collab.demo"

    @api.model
    def _tell_company(self, user_ids, buyer_ids, author_id):
        """Tell what everybody has done in the last months.

        :param list user_ids: everybody; those of the first were quick to take to it
        :param list buyer_ids: those whose purchase orders were approved
        :param int author_id: who has written the documents
        """
        self._check_telling()
        users = self.env["res.users"].browse(user_ids)
        came = datetime.combine(self._month(0), time(6))
        update_rows(users, {"create_date": came})
        chance = random.Random(13)
        active = self._tell_work(users, chance)
        self._tell_answers(users, active, chance)
        self._tell_orders(users.browse(buyer_ids), chance)
        author = users.browse(author_id)
        self._tell_documents(author, users, active, chance)

    @api.model
    def _tell_figures(self):
        """Count what there is, set targets, and have a report be signed."""
        self._check_telling()
        self.env.flush_all()
        kpis = self.env["collab.kpi"].search([("state", "=", "on")])
        since = self._month(0)
        for code, aim in (
            ("adoption", ("at_least", 80, 10)),
            ("approval_time", ("at_most", 16, 4)),
        ):
            kind, value, warning = aim
            kpi = kpis.filtered(lambda one: one.code == code)  # noqa: B023
            kpi.target_ids = [
                Command.create({"kind": kind, "value": value, "warning": warning, "since": since})
            ]
        kpis._step({"open_from": False})
        kpis._count_now()
        plan = self.env.ref("collab_kpi.plan_efficiency")
        draft(plan, plan._last_start())

    # -- when ------------------------------------------------------------------------

    @api.model
    def _month(self, number):
        """Return the first day of a month of the story; the running one has the number MONTHS."""
        first = fields.Date.today().replace(day=1)
        return first - relativedelta(months=MONTHS - number)

    @api.model
    def _moment(self, day, chance):
        return datetime.combine(day, time(chance.randrange(7, 15), chance.randrange(60)))

    @api.model
    def _is_summer(self, number):
        return self._month(number).month == SUMMER

    # -- work ------------------------------------------------------------------------

    @api.model
    def _tell_work(self, users, chance):
        """Have people log in, do something, and finish activities.

        :return: set of (number of a month, user) in which somebody has done something
        """
        today = fields.Date.today()
        working = users._collab_working_days(self._month(0), today)
        logins, messages, activities, active = [], [], [], set()
        for place, user in enumerate(users):
            # some at once, the last of them after most of a year
            began = max(0, MONTHS * (place - 0.4 * len(users)) / len(users))
            for number in range(MONTHS + 1):
                days = self._days(working[user.id], number)
                takes_part = number >= began and chance.random() < (
                    0.6 if self._is_summer(number) else 0.84 + 0.06 * number / MONTHS
                )
                share = 0.25 + 0.5 * number / MONTHS if takes_part else 0.08
                came = [day for day in days if chance.random() < share]
                logins += [(user.id, self._moment(day, chance)) for day in came]
                if takes_part and came:
                    active.add((number, user))
                    messages += [
                        (user, self._moment(day, chance)) for day in came if chance.random() < 0.7
                    ] or [(user, self._moment(came[0], chance))]
                    activities += self._finished(user, came, number, chance)
        self._insert_logins(logins)
        self._insert_messages(messages)
        self._insert_activities(activities, chance)
        return active

    @api.model
    def _days(self, working, number):
        """Return the days of a month on which somebody has worked, until yesterday."""
        first, end = self._month(number), min(self._month(number + 1), fields.Date.today())
        return sorted(day for day in working if first <= day < end)

    @api.model
    def _finished(self, user, days, number, chance):
        """Return the activities that somebody has finished in a month: user, day on which each was
        planned, deadline, day on which it was finished."""
        progress, found = number / MONTHS, []
        for day in chance.sample(days, min(len(days), chance.choice((1, 2, 2, 3)))):
            took = round(chance.uniform(1, 11 - 6 * progress))
            in_time = chance.random() < IN_TIME[0] + IN_TIME[1] * progress
            late = -chance.randrange(3) if in_time else chance.randrange(1, 5)
            found.append((user, day - timedelta(days=took), day - timedelta(days=late), day))
        return found

    # Of these, the ORM would say itself by whom and when they came.

    @api.model
    def _insert_logins(self, logins):
        self.env.cr.execute_values(
            "INSERT INTO res_users_log (create_uid, create_date) VALUES %s", logins
        )
        self.env["res.users"].invalidate_model(["log_ids", "login_date"], flush=False)

    @api.model
    def _insert_messages(self, messages):
        """Note that people have done something, of which nothing is left to be read."""
        self.env.cr.execute_values(
            "INSERT INTO mail_message (message_type, author_id, create_uid, create_date, date)"
            " VALUES %s",
            [
                ("notification", user.partner_id.id, user.id, moment, moment)
                for user, moment in messages
            ],
        )

    @api.model
    def _insert_activities(self, activities, chance):
        contacts = self.env["res.partner"].search([("is_company", "=", True)], limit=12)
        model_id = self.env["ir.model"]._get_id("res.partner")
        type_id = self.env.ref("mail.mail_activity_data_todo").id
        rows = []
        for user, planned, deadline, done in activities:
            contact = chance.choice(contacts)
            about = ("res.partner", model_id, contact.id, contact.name, type_id)
            when = (datetime.combine(planned, time(8)), deadline, done)
            rows.append((*about, chance.choice(TASKS), user.id, user.id, *when, False))
        self.env.cr.execute_values(
            "INSERT INTO mail_activity (res_model, res_model_id, res_id, res_name, activity_type_id,"
            " summary, user_id, create_uid, create_date, date_deadline, date_done, active)"
            " VALUES %s",
            rows,
        )

    # -- answers ---------------------------------------------------------------------

    @api.model
    def _tell_answers(self, users, active, chance):
        """Have most of those who took part answer to the question of each month that is over."""
        rows = []
        for number in range(MONTHS):
            mood = CONTENT[0] + CONTENT[1] * number / (MONTHS - 1)
            for user in users:
                if (number, user) in active and chance.random() < 0.85:
                    # up or down, so that they come to the mood on average
                    score = min(5, int(mood + chance.choice((-0.5, 0, 0.5)) + chance.random()))
                    rows.append(
                        {
                            "user_id": user.id,
                            "month": self._month(number),
                            "score": score,
                            "company_id": user.company_id.id,
                            "department_id": user.sudo().employee_ids[:1].department_id.id or None,
                        }
                    )
        insert_rows(self.env["collab.pulse"], rows)

    # -- approvals -------------------------------------------------------------------

    @api.model
    def _tell_orders(self, buyers, chance):
        """Have purchase orders be approved month by month, from some day on under the version of
        their policy that is in force."""
        policy = self.env.ref("collab_approval_purchase.policy_purchase")
        current = policy.version_id
        changed = self._month(MONTHS - POLICY_MONTHS)
        specs = self.env["collab.approval.spec"]
        old, new = specs._of(self._former_version(current, changed).id), specs._of(current.id)
        wanted = sorted(self._submissions(buyers, chance), key=lambda one: one[0])
        orders = self._make_orders(wanted, chance)
        for order, (moment, user) in zip(orders, wanted, strict=True):
            is_old = moment.date() < changed
            self._tell_order(old if is_old else new, order, user, moment, chance, is_old)

    @api.model
    def _former_version(self, current, changed):
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
        began = datetime.combine(self._month(0), time(8)) - timedelta(days=20)
        update_rows(former, {"create_date": began})
        return former

    @api.model
    def _submissions(self, buyers, chance):
        """Yield when somebody has submitted an order, and who."""
        working = buyers._collab_working_days(self._month(0), fields.Date.today())
        for number in range(MONTHS + 1):
            often = 5 if self._is_summer(number) else chance.choice((7, 8, 8, 9, 10))
            for __ in range(often):
                user = chance.choice(buyers)
                if days := self._days(working[user.id], number):
                    yield self._moment(chance.choice(days), chance), user

    @api.model
    def _make_orders(self, wanted, chance):
        rows = []
        for moment, user in wanted:
            vendor, product, price, numbers = chance.choice(GOODS)
            line = {
                "product_id": self.env.ref(f"collab_approval_purchase.{product}").id,
                "product_qty": chance.choice(numbers),
                "price_unit": price,
                "tax_ids": [Command.clear()],
            }
            rows.append(
                {
                    "partner_id": self.env.ref(f"collab_approval_purchase.{vendor}").id,
                    "user_id": user.id,
                    "date_order": moment,
                    "order_line": [Command.create(line)],
                }
            )
        orders = self.env["purchase.order"].with_context(tracking_disable=True).create(rows)
        update_each(
            orders,
            [{"create_date": row["date_order"] - timedelta(hours=2)} for row in rows],
        )
        return orders

    @api.model
    def _tell_order(self, spec, order, user, moment, chance, is_old):
        """Have an order be submitted, decided on and confirmed; once more if it was rejected."""
        request, ended = self._tell_request(spec, order, user, moment, chance, is_old, True)
        if request.state == "rejected":
            again = self._later(ended, chance.uniform(4, 20))
            request, ended = self._tell_request(spec, order, user, again, chance, is_old, False)
        confirmed = request and self._later(ended, chance.uniform(1, 4))
        if request.state == "approved" and confirmed < fields.Datetime.now():
            detail = request_detail(request.res_model, request.res_id, request.fingerprint)
            row = log_row(request.id, "used", user.id, None, detail)
            append_log(self.env, [row], confirmed)
            update_rows(request, {"used_at": confirmed})
            update_rows(order, {"state": "purchase", "date_approve": confirmed})

    @api.model
    def _tell_request(self, spec, order, user, moment, chance, is_old, may_fail):
        """Have an order be submitted and decided on, as the engine would have done it.

        :return: the request and when it ended; no request if that is yet to come
        """
        requests = self.env["collab.approval.engine"]._requests()
        waits = [(4, 38), (6, 30)] if is_old else [(2, 14), (2, 9)]
        slow = 1.5 if moment.month == SUMMER else 1
        first = self._later(moment, slow * chance.uniform(*waits[0]))
        second = self._later(first, slow * chance.uniform(*waits[1]))
        is_rejected = may_fail and chance.random() < 0.12
        if second >= fields.Datetime.now():
            return requests, None
        request = self._submit(spec, order, user, moment)
        refusal = chance.choice(REFUSALS) if is_rejected else None
        ended = first
        self._decide(request, State.REJECTED if is_rejected else State.APPROVED, refusal, first)
        if request.state == "running":
            self._decide(request, State.APPROVED, None, second)
            ended = second
        update_rows(request, {"told": True})
        return request, ended

    @api.model
    def _submit(self, spec, order, user, moment):
        """Return the request of an order that somebody has submitted; see the engine."""
        env = self.env
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

    @api.model
    def _decide(self, request, verdict, comment, moment):
        """Have who is asked decide on a request; see the engine."""
        pending = request.task_ids.filtered(lambda task: task.state == "pending")[:1]
        # of a group, the one who is there to decide
        user = pending.user_id or self.env.ref("collab_approval.user_director")
        engine = self.env["collab.approval.engine"].with_user(user)
        [row] = engine._lock(request.with_user(user))
        changes = Changes(user.id, moment)
        for task in row.tasks:
            if task["mine"]:
                changes.decide(task, verdict, comment)
        changes.follow(row, stored_flow(row.plan)[0])
        store(engine._requests(), changes)
        append_log(self.env, changes.events, moment)

    @api.model
    def _later(self, moment, hours):
        """Return when so many hours have been worked."""
        return self.env.company.resource_calendar_id.plan_hours(hours, moment)

    # -- documents -------------------------------------------------------------------

    @api.model
    def _tell_documents(self, author, readers, active, chance):
        """Have documents come in version after version, and be read: at first many of those who have
        kept an older one go on with it."""
        folder = self._make_folder(author)
        documents = self.env["collab.document"].with_user(author)
        for name, *texts in PAPERS:
            versions = self._make_versions(documents, folder, name, texts)
            self._tell_reading(versions, readers, active, chance)

    @api.model
    def _make_folder(self, author):
        roles = (
            {"user_id": author.id, "role": "owner"},
            {"group_id": self.env.ref("base.group_user").id, "role": "reader"},
        )
        return self.env["collab.folder"].create(
            {"name": "Handbook", "access_ids": [Command.create(role) for role in roles]}
        )

    @api.model
    def _make_versions(self, documents, folder, name, texts):
        """Return the versions of a document, each as old as it is."""
        (ago, note, text), *later = texts
        file = File(name, text.encode(), note)
        document = documents.add_files(folder.with_user(documents.env.uid), [file], publish=True)
        moments = [self._published(ago)]
        for ago, note, text in later:
            latest = document.sudo().latest_id
            document.add_version(File(name, text.encode(), note), latest, publish=True)
            moments.append(self._published(ago))
        document = document.sudo()
        document.invalidate_recordset()
        versions = document.version_ids.sorted("id")
        events = self.env["collab.document.event"].search(
            [("document_id", "=", document.id)], order="id"
        )
        update_rows(document, {"create_date": moments[0], "changed_at": moments[-1]})
        update_each(versions, [{"create_date": moment} for moment in moments])
        update_each(events, [{"create_date": moment} for moment in moments])
        return versions

    @api.model
    def _published(self, ago):
        return datetime.combine(self._month(MONTHS - ago), time(9))

    @api.model
    def _tell_reading(self, versions, readers, active, chance):
        """Have a document be used by some of those who took part in a month, and by its author."""
        working = readers._collab_working_days(self._month(0), fields.Date.today())
        author = versions.author_id
        moments = [
            (number, user, self._moment(chance.choice(days), chance))
            for number in range(MONTHS + 1)
            for user in readers
            if (days := self._days(working[user.id], number))
            for __ in range(2 if user == author else 1)
            if user == author or ((number, user) in active and chance.random() < 0.4)
        ]
        rows = []
        for number, user, moment in moments:
            if there := versions.filtered(lambda one: one.create_date <= moment):  # noqa: B023
                is_old = user != author and chance.random() < 0.6 - 0.54 * number / MONTHS
                kind = chance.choice(("opened", "opened", "downloaded"))
                rows.append(((there[-2:] if is_old else there[-1:])[0], user, kind, moment))
        events = insert_rows(
            self.env["collab.document.event"],
            [
                {
                    "document_id": version.document_id.id,
                    "version_id": version.id,
                    "kind": kind,
                    "user_id": user.id,
                }
                for version, user, kind, __ in rows
            ],
        )
        update_each(events, [{"create_date": moment} for *__, moment in rows])
