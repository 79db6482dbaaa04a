from odoo.tests import Form, tagged

from odoo.addons.collab_approval import words

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestConditionWords(ApprovalCase):
    """A condition in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.vendor = cls.env["res.partner"].create({"name": "Azure <b>"})

    def _said(self, domain, **context):
        policy = self.env["collab.approval.policy"].with_context(**context)
        policy = policy.new({"model_id": self.env["ir.model"]._get_id(MODEL), "domain": domain})
        return self.env["collab.approval.wording"].with_env(policy.env)._conditions(policy)[policy]

    def test_plain_ones(self):
        vendor = self.vendor.id
        for domain, said in {
            "[]": "",
            "": "",
            "[('amount', '>', 5000)]": "Amount > 5,000",
            "[('amount', '<=', 1234.5)]": "Amount ≤ 1,234.5",
            "[('amount', '=', 5000.0)]": "Amount = 5,000",
            "[('amount', '!=', 0)]": "Amount ≠ 0",
            "[('color', 'in', [1, 2])]": "Color is 1 or 2",
            "[('state', '!=', 'draft')]": "State is not “Draft”",
            "[('state', 'in', ['sent', 'done'])]": "State is “Sent” or “Done”",
            f"[('partner_id', '=', {vendor})]": "Partner is “Azure <b>”",
            f"[('partner_id', 'not in', [{vendor}])]": "Partner is not “Azure <b>”",
            "[('partner_id', '=', False)]": "Partner is not set",
            "[('partner_id', '!=', False)]": "Partner is set",
            "[('urgent', '=', True)]": "Urgent is ticked",
            "[('urgent', '!=', True)]": "Urgent is not ticked",
            "[('name', 'ilike', 'hall')]": "Name contains “hall”",
            "[('name', 'not ilike', 'hall')]": "Name does not contain “hall”",
            "[('name', '=', 'x')]": "Name is “x”",
            "[('date', '>=', '2026-03-01')]": "Date ≥ 03/01/2026",
            "['&', ('amount', '>', 5), ('urgent', '=', True)]": "Amount > 5 and Urgent is ticked",
        }.items():
            with self.subTest(domain=domain):
                self.assertEqual(self._said(domain), said)

    def test_more_than_plain_ones(self):
        for domain in (
            "['|', ('amount', '>', 5), ('urgent', '=', True)]",
            "['!', ('urgent', '=', True)]",
            "[('partner_id.name', '=', 'x')]",
            "[('partner_id', '=', 'x')]",
            "[('partner_id', '=', 999999999999)]",
            "[('line_ids', 'any', [('price', '>', 5)])]",
            "[('name', '=ilike', 'x%')]",
            "[('state', '=', 'unknown')]",
            "[('state', '=', [['a']])]",
            "[('state', '>', 'draft')]",
            "[('date', '>', 'today')]",
            "[('amount', '>', 1e999)]",
            "[('amount', '>', 'x')]",
            "[('amount', '=', True)]",
            "[('amount', 'in', [])]",
            "[('nothing', '=', 1)]",
            "[('user_id', '=', uid)]",
            "[(1, '=', 1)]",
            "{'amount': 5}",
            "[('amount', '>'",
        ):
            with self.subTest(domain=domain):
                self.assertIsNone(self._said(domain))

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._lang_get("zh_CN").grouping = "[3,2,0]"
        self.assertEqual(
            self._said("[('amount', '>', 1234567)]", lang="zh_CN"), "Amount > 12,34,567"
        )
        self.assertEqual(self._said("[('urgent', '=', True)]", lang="zh_CN"), "Urgent已勾选")

    def test_names_that_the_reader_may_not_see(self):
        secret = self.env["res.company"].create({"name": "Secret"}).partner_id
        secret.company_id = secret.ref_company_ids
        policy = self._draft(self.ann, domain=f"[('partner_id', '=', {secret.id})]")
        self.assertIn("Secret", policy.sentence)
        self.assertNotIn("Secret", policy.with_user(self.owner).sentence)
        self.assertIn("meet its condition", policy.with_user(self.owner).sentence)

    def test_terms(self):
        self.assertEqual(
            words.plain("['&', ('a', '=', 1), ('b', '=', 2)]"),
            [
                ("a", "=", 1),
                ("b", "=", 2),
            ],
        )
        self.assertEqual(words.ids([1, True, "x", 2**40]), [1])


@tagged("post_install", "-at_install")
class TestPolicyWords(ApprovalCase):
    """What a policy says, and whom its steps ask."""

    def test_sentence(self):
        policy = self._draft(self.ann)
        self.assertEqual(policy.sentence, "Before any Test Document becomes “Done”: Step 1.1")
        policy.domain = "[('amount', '>', 5000)]"
        policy.stage_ids.step_ids.domain = "[('amount', '>', 20000)]"
        self.assertEqual(
            policy.sentence,
            "Before any Test Document becomes “Done”, for documents where Amount > 5,000:"
            " Step 1.1 (if Amount > 20,000)",
        )
        policy.domain = policy.stage_ids.step_ids.domain = "[('line_ids.price', '>', 5)]"
        self.assertEqual(
            policy.sentence,
            "Before any Test Document becomes “Done”, for documents that meet its condition:"
            " Step 1.1 (if its condition is met)",
        )

    def test_sentence_of_other_fields(self):
        policy = self._draft(field_id=self._field("urgent").id, value_id=False)
        self.assertEqual(
            policy.sentence,
            "Before “Urgent” of any Test Document is ticked: nobody is asked yet",
        )
        partner = self.env["res.partner"].create({"name": "Azure"})
        policy.write({"field_id": self._field("partner_id").id, "value_res_id": partner.id})
        self.assertIn("Before any Test Document becomes “Azure”:", policy.sentence)

    def test_sentences_cost_the_same_for_many(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(6)])
        policies = self.env["collab.approval.policy"].union(
            *(
                self._draft(self.ann, domain=f"[('partner_id', '=', {partner.id})]")
                for partner in partners
            )
        )

        def read(some):
            some.mapped("sentence")
            some.stage_ids.mapped("asks")

        read(policies)
        few = self._count(lambda: read(policies[:2]))
        self.assertEqual(self._count(lambda: read(policies)), few)

    def test_whom_steps_ask(self):
        stage = {
            "users": {"users": self.ann | self.bob},
            "group": self.group,
            "field": {"source": "field", "field_id": self._field("user_id").id},
            "manager": {"source": "manager"},
            "managers": {"source": "manager", "level_first": 2, "level_last": 3},
        }
        policy = self._draft(list(stage.values()))
        steps = policy.stage_ids.step_ids
        asks = ["Ann and Bob", "The Group (group)", "User of the document"]
        self.assertEqual(
            steps.mapped("asks"),
            [*asks, "Manager of whoever submits it", "Managers of whoever submits it, level 2–3"],
        )
        policy.beneficiary_field_id = self._field("employee_id")
        self.assertEqual(
            steps.mapped("asks"),
            [*asks, "Manager of Employee", "Managers of Employee, level 2–3"],
        )
        self.assertEqual(policy.stage_ids.asks, " + ".join(steps.mapped("asks")))
        steps.write({"user_ids": False, "group_id": False, "field_id": False})
        self.assertEqual(steps[:3].mapped("asks"), ["", "", ""])

    def test_form(self):
        """While it is made, too."""
        with Form(self.env["collab.approval.policy"].with_user(self.owner)) as form:
            form.name = "Policy"
            form.model_id = self.env["ir.model"]._get(MODEL)
            form.value_id = self._value("done")
            with form.stage_ids.new() as stage:
                stage.name = "Stage"
                with stage.step_ids.new() as step:
                    step.name = "Step"
                    step.source = "group"
                    step.group_id = self.group
            self.assertEqual(form.sentence, "Before any Test Document becomes “Done”: Step")
