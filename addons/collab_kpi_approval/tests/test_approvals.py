from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_kpi.tests.shipped import (
    MOMENTS,
    NOW,
    SETTINGS,
    Fact,
    ShippedCase,
    slow_working_hours,
)

MODEL = "res.partner"
CODES = {
    "approvals_decided",
    "approval_time",
    "approval_time_p90",
    "approval_first",
    "approval_rest",
    "approval_again",
    "approval_response",
    "approval_within_day",
}
#: Minutes that something takes; about a day of work, or a few days
MINUTES = st.one_of(st.integers(0, 600), st.integers(0, 8000))
TASKS = st.lists(
    st.tuples(
        st.integers(0, 5),  # who decides
        MINUTES,  # until they are asked
        MINUTES,  # until they decide
        st.sampled_from(["approved", "rejected", "closed", "pending"]),
        st.booleans(),  # by an earlier decision
    ),
    max_size=3,
)
REQUESTS = st.lists(
    st.tuples(
        MOMENTS,
        MINUTES,
        st.integers(0, 5),  # who asks
        st.integers(0, 2),  # company
        st.integers(0, 1),  # policy
        st.sampled_from(["approved", "rejected", "rejected", "withdrawn", "lapsed"]),
        st.integers(1, 2),  # document
        TASKS,
    ),
    max_size=8,
)


@tagged("post_install", "-at_install")
class TestApprovals(ShippedCase):
    """What approvals come to, set against requests that are read one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collab.kpi"].search([("code", "in", list(CODES))])
        cls.policies = cls.policy("Addresses") | cls.policy("More addresses")

    @classmethod
    def policy(cls, name):
        field = cls.env["ir.model.fields"]._get(MODEL, "type")
        values = field.selection_ids
        step = {
            "name": "Step",
            "source": "users",
            "user_ids": [Command.set(cls.people[:1].ids)],
        }
        policy = cls.env["collab.approval.policy"].create(
            {
                "name": name,
                "model_id": cls.env["ir.model"]._get_id(MODEL),
                "field_id": field.id,
                "value_id": values.filtered(lambda value: value.value == "other").id,
                "domain": "[('ref', '=', 'asked')]",
                "fallback_user_ids": [Command.set(cls.people[:1].ids)],
                "stage_ids": [
                    Command.create({"name": "Stage", "step_ids": [Command.create(step)]})
                ],
            }
        )
        policy.action_publish()
        return policy

    def insert(self, table, vals):
        self.env.cr.execute(
            f"INSERT INTO {table} ({', '.join(vals)})"
            f" VALUES ({', '.join(['%s'] * len(vals))}) RETURNING id",
            list(vals.values()),
        )
        return self.env.cr.fetchone()[0]

    def requests(self, rows):
        """Make requests as they would be after all that has been done."""
        for at, took, requester, company, policy, state, document, tasks in rows:
            policy = self.policies[policy]
            request_id = self.insert(
                "collab_approval_request",
                {
                    "res_model": MODEL,
                    "res_id": document,
                    "policy_id": policy.id,
                    "version_id": policy.version_id.id,
                    "company_id": self.companies[company].id,
                    "requester_id": self.people[requester].id,
                    "state": state,
                    "submitted_at": at,
                    "decided_at": at + timedelta(minutes=took),
                },
            )
            for decider, until_asked, until_decided, task_state, given_already in tasks:
                asked_at = at + timedelta(minutes=until_asked)
                is_decided = task_state in ("approved", "rejected")
                self.insert(
                    "collab_approval_task",
                    {
                        "request_id": request_id,
                        "company_id": self.companies[company].id,
                        "step": "1",
                        "user_id": self.people[decider].id,
                        "state": task_state,
                        "asked_at": asked_at,
                        "decided_by": self.people[decider].id if is_decided else None,
                        "decided_at": asked_at + timedelta(minutes=until_decided)
                        if is_decided
                        else None,
                        "given": given_already,
                    },
                )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def fact(self, record, at, amount, user, request):
        parts = {
            "hr.department": self.department(user),
            "collab.approval.policy": request.policy_id.id or 0,
            "collab.approval.policy.version": request.version_id.id,
        }
        return Fact(at, record.company_id, amount, parts, user.id)

    def hours(self, record, since, until):
        company = record.company_id or self.env["res.company"].search([], order="id", limit=1)
        return slow_working_hours(company, since, until) if until >= since else None

    def of_requests(self, code):
        """Return the facts of an indicator over requests."""
        for request in self.env["collab.approval.request"].search([]):
            if request.state not in ("approved", "rejected"):
                continue
            since, until = request.submitted_at, request.decided_at
            answers = request.task_ids.filtered(
                lambda task: task.state in ("approved", "rejected") and not task.given
            )
            first = min([until, *answers.mapped("decided_at")])
            if code == "approval_first":
                until = first
            elif code == "approval_rest":
                since = first
            amount = self.hours(request, since, until)
            yield self.fact(request, request.decided_at, amount, request.requester_id, request)

    def of_tasks(self, code):
        for task in self.env["collab.approval.task"].search([]):
            if task.state not in ("approved", "rejected") or task.given:
                continue
            amount = self.hours(task, task.asked_at, task.decided_at)
            if code == "approval_within_day":
                company = task.company_id or self.env["res.company"].search([], order="id", limit=1)
                amount = 100 if amount <= company.resource_calendar_id.hours_per_day else 0
            yield self.fact(task, task.decided_at, amount, task.decided_by, task.request_id)

    def of_rejected(self, code):
        last = {}
        for request in self.env["collab.approval.request"].search([], order="id"):
            document = request.res_model, request.res_id
            before = last.get(document)
            if before and before.state == "rejected":
                amount = self.hours(request, before.decided_at, request.submitted_at)
                at, user = request.submitted_at, request.requester_id
                yield self.fact(request, at, amount, user, request)
            last[document] = request

    def slow_facts(self, code):
        if code == "approval_again":
            return self.of_rejected(code)
        if code in ("approval_response", "approval_within_day"):
            return self.of_tasks(code)
        return self.of_requests(code)

    # ------------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------------

    def test_all_are_there(self):
        self.assertEqual(set(self.kpis.mapped("code")), CODES)
        self.assertEqual(set(self.kpis.mapped("state")), {"on"})
        self.assertFalse(self.kpis.filtered("trouble"))

    @given(REQUESTS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        with self.env.cr.savepoint() as point:
            # those of the demonstration data, of which some have not been yet on this day
            self.env.cr.execute("UPDATE collab_approval_request SET state = 'withdrawn'")
            self.env.cr.execute("UPDATE collab_approval_task SET state = 'closed'")
            self.requests(rows)
            for kpi in self.kpis:
                self.assert_counted(kpi, self.slow_facts(kpi.code), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_figures_of_what_is_there(self):
        with self.later():
            for kpi in self.kpis:
                self.assert_counted(kpi, self.slow_facts(kpi.code))

    def test_who_sees_them(self):
        here, west = self.companies[0], self.companies[2]
        monday = NOW.replace(day=4)
        self.requests(
            [
                (monday, 300, 0, 0, 0, "rejected", 1, [(1, 0, 60, "approved", False)]),
                (monday, 900, 2, 2, 0, "approved", 2, [(1, 0, 60, "approved", False)]),
                (monday + timedelta(days=1), 90, 0, 0, 0, "approved", 1, []),
            ]
        )
        self.count(self.kpis)
        auditor, admin = (
            new_test_user(
                self.env,
                login,
                f"base.group_user,{group}",
                company_id=here.id,
                company_ids=[Command.set((here | west).ids)],
            )
            for login, group in (
                ("kpi_auditor", "collab_base.group_collab_auditor"),
                ("kpi_admin", "base.group_system,collab_base.group_collab_admin"),
            )
        )
        portal = new_test_user(self.env, "kpi_portal", "base.group_portal")
        for kpi in self.kpis:
            with self.subTest(kpi.code):
                one = {here.id} if kpi.code == "approval_again" else {here.id, west.id}
                self.assertEqual(set(self.seen(kpi, auditor)) - {False}, one)
                self.assertEqual(self.seen(kpi, auditor, west), list(one & {west.id}))
                self.assertEqual(self.seen(kpi, self.people[0]), [])
                self.assertEqual(
                    self.seen(kpi, admin) != [], admin.has_group("collab_base.group_collab_auditor")
                )
                with self.assertRaises(AccessError):
                    self.seen(kpi, portal)

    def test_the_requests_behind_a_figure_are_opened(self):
        self.requests(
            [(NOW.replace(day=4), 300, 0, 0, 0, "approved", 1, [(1, 0, 60, "approved", False)])]
        )
        kpi = self.kpis.filtered(lambda one: one.code == "approval_first")
        self.count(kpi)
        auditor = new_test_user(
            self.env,
            "kpi_auditor",
            "base.group_user,collab_base.group_collab_auditor",
            company_id=self.here.id,
            company_ids=[Command.set(self.here.ids)],
        )
        action = (
            kpi.with_user(auditor)
            .with_context(allowed_company_ids=self.here.ids)
            .action_drill("month", "2026-05-01")
        )
        opened = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((opened._name, opened.res_id), ("collab.approval.request", 1))
