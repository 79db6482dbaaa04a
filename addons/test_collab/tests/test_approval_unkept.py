from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

SELLER, MAIL = "[('seller_id', '=', %d)]", "[('partner_id.email_formatted', '!=', False)]"


@tagged("post_install", "-at_install")
class TestUnkept(ApprovalCase):
    """Fields that are not stored: what somebody writes there is in the cache until the call
    ends, and what is written later in the same call is judged as if it was not."""

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create(
            {"name": "Partner", "email": "a@example.com", "user_id": self.carl.id}
        )

    def _document(self, *prices, **vals):
        return super()._document(*prices, **{"partner_id": self.partner.id} | vals)

    def test_conditions(self):
        """Also as an administrator, and on the record that the document links to."""
        for domain in (SELLER % self.carl.id, MAIL):
            policy = self._policy(self.ann, domain=domain)
            for document in (self._document(), self._document().sudo()):
                with self.subTest(domain=domain), self._tells(GuardError, "needs an approval"):
                    document.seller_id = self.bob
                    self.partner.email_formatted = False
                    document.action_done()
            policy.action_retire()

    def test_conditions_of_steps(self):
        """One that is not wanted any more would be no reason to ask anew."""
        self._policy(self.ann, {"users": self.bob, "domain": SELLER % self.carl.id})
        document = self._document()
        document.seller_id = self.dora
        self.partner.email_formatted = False
        request = self._submit(document)
        self.assertEqual(len(request.path()["stages"]), 2)
        self.assertEqual(len(request.task_ids), 2)

    def test_what_the_document_was_when_it_was_approved(self):
        """Under a version that is not in force any more."""
        step = {"users": self.bob, "domain": SELLER % self.dora.id}
        policy = self._policy(self.ann, step)
        document = self._document()
        self._approve(self._submit(document), self.ann)
        policy.stage_ids[1].unlink()
        policy.action_publish()
        self.partner.user_id = self.dora
        with self._tells(GuardError, "not any more what was approved"):
            self._forge(document, seller_id=self.carl)
            document.action_done()

    def _forge(self, record, **values):
        """Put values into the cache, as computing in the context of a client can."""
        for name, value in values.items():
            field = record._fields[name]
            field._update_cache(record, field.convert_to_cache(value, record))

    def test_fields_whose_inverse_stores_nothing(self):
        """A custom field that can be written, related to a link that is empty."""
        model = self.env["ir.model"]._get_id(MODEL)
        custom = {
            "model_id": model,
            "state": "manual",
            "name": "x_seller",
            "ttype": "many2one",
            "relation": "res.users",
            "related": "source_id.user_id",
            "readonly": False,
            "store": False,
        }
        field = self.env["ir.model.fields"].create(custom)
        policy = self._policy(
            {"source": "field", "field_id": field.id}, domain="[('x_seller', '=', False)]"
        )
        document = self._document()
        document.x_seller = self.rina
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        document.x_seller = self.rina
        self.assertEqual(self._asked(self._submit(document)), ["Fay"])
        policy.action_retire()

    def test_currency_by_which_odoo_rounds(self):
        """It is not declared that an amount depends on it."""
        self._policy(self.ann, domain="[('total', '>', 1000)]")
        coarse = self.env["res.currency"].create({"name": "CRS", "symbol": "C", "rounding": 10000})
        document = self._document(1001)
        self.assertEqual(document.total, 1001)
        document.write(
            {
                "total_currency_id": coarse.id,
                "line_ids": [Command.update(document.line_ids.id, {"price": 4000})],
            }
        )
        self.assertEqual(document.total, 4000)
        with self._tells(GuardError, "needs an approval"):
            document.action_done()

    def test_people_who_are_named(self):
        self._policy({"source": "field", "field_id": self._field("seller_id").id})
        document = self._document()
        document.seller_id = self.rina
        self.assertEqual(self._asked(self._submit(document)), ["Carl"])

    def test_locked(self):
        self._policy(self.ann, domain=SELLER % self.carl.id)
        document = self._document()
        request = self._submit(document)
        for state in ("running", "approved"):
            with self.subTest(state=state):
                with self._tells(GuardError, "“Salesperson” cannot be changed"):
                    document.seller_id = self.bob
                document.seller_id = self.carl
            if state == "running":
                self._approve(request, self.ann)

    def test_what_is_made_of_them(self):
        self._policy(self.ann, domain="[('is_large', '=', True)]")
        document = self._document()
        self.assertTrue(document.is_large)
        for writer in (document, document.sudo()):
            with self.assertRaises(GuardError):
                writer.write({"largest": 1, "name": "Small"})
                writer.action_done()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(document.is_large)
        request = self._submit(document)
        with self._tells(GuardError, "“Largest” cannot be changed"):
            document.largest = 1
        self._approve(request, self.ann)
        document.largest = 200
        document.action_done()
        self.assertTrue(document.is_large)

    def test_what_is_made_of_them_and_decides_nothing(self):
        self._policy(self.ann, domain="[('largest', '>', 100)]")
        document = self._document()
        for writer in (document, document.sudo()):
            self._forge(document, largest=1)
            writer.write({"largest": 1, "name": "Small"})
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(document.is_large)

    def test_what_an_inverse_stores(self):
        self._policy(self.ann, domain="[('largest', '>', 100)]")
        document = self._document(200)
        document.line_ids.subtotal = 90
        self.env.flush_all()
        self.assertEqual((document.line_ids.price, document.largest), (90, 90))
        document.action_done()

    def test_computed_in_the_context_of_a_client(self):
        self._policy(self.ann, domain="[('is_large', '=', True)]")
        document = self._document(50)
        self._forge(document, largest=1)
        document.line_ids.price = 200
        self._forge(document, largest=1)
        self.env.flush_all()
        self.assertTrue(document.is_large)


@tagged("post_install", "-at_install")
class TestMaterial(ApprovalCase):
    """What is locked besides what the conditions rest on, if Odoo computes it."""

    def _approved(self, *names, **vals):
        fields = self.env["ir.model.fields"].union(*(self._field(name) for name in names))
        self._policy(self.ann, material_field_ids=[Command.set(fields.ids)])
        document = self._document(**vals)
        self._approve(self._submit(document), self.ann)
        return document

    def test_what_it_is_computed_from(self):
        """Before it goes through and after it."""
        document = self._approved("amount", "pace", user_id=self.carl.id)
        for state in ("draft", "done"):
            with self.subTest(state=state):
                for change in (
                    lambda: document.line_ids.write({"price": 4}),
                    lambda: document.write({"line_ids": [Command.create({"price": 4})]}),
                    lambda: document.line_ids.unlink(),
                    lambda: document.write({"user_id": self.bob.id}),
                ):
                    with self.assertRaises(GuardError), self.env.cr.savepoint():
                        change()
                document.name = state
            if state == "draft":
                document.action_done()

    def test_its_value(self):
        """Odoo does not know all that it is computed from."""
        currency = self.env["res.currency"].create(
            {
                "name": "ABR",
                "symbol": "A",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 3})],
            }
        )
        document = self._approved("amount_company", currency_id=currency.id)
        currency.rate_ids.rate = 6
        document.sudo()._compute_amount()
        with self._tells(GuardError, "not any more what was approved"):
            document.action_done()
