from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.collab_approval.condition import terms
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestConditions(ApprovalCase):
    """What a condition may ask, and how it is judged."""

    def test_conditions_do_not_depend_on_who_calls(self):
        """The language, the companies and what else a client puts into the context decide
        neither whether an approval is needed nor who is asked."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('title', '=', 'dear')]"},
            domain="['|', ('title', '=', 'dear'), ('approver_ids', '=', False)]",
        )
        self.fay.active = False
        for vals in ({"title": "dear", "approver_ids": self.ann.ids}, {"approver_ids": []}):
            document = self._document(**vals)
            if vals.get("title"):
                document.with_context(lang="zh_CN").title = "贵"
            for context in (
                {"lang": "zh_CN"},
                {"active_test": False},
                {"allowed_company_ids": []},
                {"tz": "Pacific/Kiritimati"},
            ):
                with self.subTest(vals=vals, context=context), self.assertRaises(GuardError):
                    document.with_context(**context).action_done()
        chinese = self._document(title="dear")
        chinese.with_context(lang="zh_CN").title = "贵"
        [preview] = (
            self.requests.with_user(self.rina)
            .with_context(lang="zh_CN")
            .preview(MODEL, chinese.ids)
        )
        self.assertEqual(self._names(preview["stages"]), [[["Ann"]], [["Bob"]]])

    def test_conditions_that_do_not_work(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "nonsense",
            "[('state', '=')]",
            "__import__('os')",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft({"users": self.ann, "domain": domain})

    def test_conditions_without_a_document_at_hand(self):
        """Each term is tried for itself: the sample may have no lines, or there is none."""
        for domain in (
            "[('line_ids.price', '>', 'abc')]",
            "[('line_ids.price', '>', '10')]",
            "[('line_ids', 'any', [('price', '>', 'abc')])]",
            "['|', ('id', '=', False), ('line_ids.name', '<', 5)]",
            "[('line_ids.price', '=', 'abc')]",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)

    def test_conditions_that_can_only_be_judged(self):
        """Some fields cannot be searched, and what is searched may be a name."""
        for domain in (
            "[('largest', '>', 0)]",
            "[('activity_state', '=', 'overdue')]",
            "[('date.month_number', '=', 3)]",
            "[('id', '!=', 5), ('date', '>', 'today')]",
            "[('user_id', '=', 'Ann'), ('line_ids.name', 'ilike', '%a%b%')]",
            "[('line_ids.price', '>', 10), ('employee_id', 'child_of', 1)]",
        ):
            with self.subTest(domain=domain):
                self._policy(self.ann, domain=domain).action_retire()

    def test_conditions_that_cannot_be_stored(self):
        for sign in (r"\0", r"\ud800"):
            domain = f"[('name', 'like', '{sign}')]"
            with self.subTest(sign=sign), self._tells(ValidationError, "cannot be stored"):
                self._draft(self.ann, domain=domain)

    def test_patterns_that_take_long(self):
        long = r"%a%b\\%%c%d"  # one of them is no wildcard
        for operator in ("like", "not like", "ilike", "=like", "=ilike", "not =ilike"):
            for path in ("name", "line_ids.name"):
                with (
                    self.subTest(operator=operator, path=path),
                    self._tells(ValidationError, "takes too long"),
                ):
                    self._draft(self.ann, domain=f"[('{path}', '{operator}', '{long}')]")
        inner = f"[('line_ids', 'any', [('name', 'like', '{long}')])]"
        with self._tells(ValidationError, "takes too long"):
            self._draft({"users": self.ann, "domain": inner})
        self._draft(self.ann, domain=r"[('name', '=like', '%a\\%b%____%')]")

    def test_conditions_ask_nothing_of_the_system(self):
        """They are judged as superuser, so they would tell what record rules hide."""
        for domain in (
            "[('user_id.api_key_ids.name', '=like', 'topsecret-p%')]",
            "[('user_id', 'any', [('api_key_ids', '!=', False)])]",
            "[('user_id.partner_id.user_ids.api_key_ids.name', '=like', 't%')]",
            "[('user_id.group_ids.name', 'ilike', 'x')]",
            "[('company_id.user_ids.login', 'ilike', 'x')]",
            "[('currency_id.rate_ids.rate', '>', 1)]",
            "[('message_ids.body', 'ilike', 'x')]",
            "[('activity_ids', '!=', False)]",
        ):
            for where in ({"domain": domain}, {}):
                step = {"users": self.ann, "domain": domain} if not where else self.ann
                policy = self._draft(step, **where)
                with (
                    self.subTest(domain=domain, where=where),
                    self._tells(AccessError, "A condition cannot ask"),
                ):
                    policy.with_user(self.owner).action_publish()
        for domain in (
            "[('user_id.login', '=', 'x'), ('user_id.partner_id.name', '!=', 'x')]",
            "[('company_id.currency_id.name', '!=', 'EUR')]",
            "[('approver_ids.login', '=', 'x')]",
            "[('create_uid.company_id.parent_id', '=', False)]",
        ):
            with self.subTest(domain=domain):
                self._draft(self.ann, domain=domain).with_user(self.owner).action_publish()

    def test_operators_are_read_as_odoo_reads_them(self):
        domain = [("user_id", "ANY", [("partner_id", "Not Any", [("ref", "LIKE", "x")])])]
        self.assertEqual(
            list(terms(domain))[-1], ("user_id.partner_id.ref", "like", "x"), "in any case"
        )

    def test_condition_that_computes(self):
        """The error speaks of the condition, and not of Python."""
        draft = self._draft(self.ann)
        for domain in ("[('date', '<', context_today())]", "[('amount', '>', x)]"):
            with self._tells(ValidationError, "values are written out in it"):
                draft.domain = domain

    def test_companies_that_the_client_chooses(self):
        """Where a document has no company, the client's choice decides nothing."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('trust', '=', 'bad')]",
        ).action_publish()
        main = self.env.ref("base.user_root").company_id
        partner = self.env["res.partner"].create({"name": "Shared", "company_id": False})
        partner.with_company(main).trust = "bad"
        for companies in ([main.id, other.id], [other.id, main.id], [other.id]):
            with self.subTest(companies=companies), self.assertRaises(GuardError):
                partner.with_context(allowed_company_ids=companies).write({"employee": True})

    def test_archived_lines_count(self):
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('bank_ids.acc_number', 'like', 'X')]",
        ).action_publish()
        partner = self.env["res.partner"].create(
            {"name": "Bank", "bank_ids": [Command.create({"acc_number": "X1"})]}
        )
        partner.bank_ids.active = False
        self.env.invalidate_all()
        with self.assertRaises(GuardError):
            partner.employee = True
