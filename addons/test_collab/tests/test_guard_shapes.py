from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .approval_common import MODEL, ApprovalCase

NO_TERMS = "[('source_id', '=', False)]"


@tagged("post_install", "-at_install")
class TestShapes(ApprovalCase):
    """Values in a shape that Odoo stores as something else than it judges."""

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create({"name": "Partner"})

    def test_link_as_a_dict(self):
        """Odoo has a record in the cache then, and stores that there is none."""
        self._policy(self.ann, domain=NO_TERMS)
        link = {"source_id": {"id": self.partner.id}}
        document = self._document()
        for attack in (
            lambda: document.write(link),
            lambda: document.sudo().write(link),
            lambda: document.web_save(link, {}),
            lambda: document.create({"name": "Made", **link}),
            lambda: document.line_ids.write({"document_id": {"id": document.id}}),
        ):
            with self._tells(GuardError, "These values cannot be written"):
                attack()

    def test_link_as_no_id(self):
        """PostgreSQL makes an id of it, and Odoo's cache none."""
        self._policy(self.ann, domain=NO_TERMS)
        documents, lines = (
            self.env[name].with_user(self.rina) for name in (MODEL, "test.collab.document.line")
        )
        document = self._document()
        shapes = str, float, lambda __: True, lambda __: 0, lambda number: [number]
        for shape in shapes:
            for attack in (
                lambda shape: documents.create({"name": "A", "source_id": shape(self.partner.id)}),
                lambda shape: documents.web_save(
                    {"name": "A", "source_id": shape(self.partner.id)}, {}
                ),
                lambda shape: document.copy({"source_id": shape(self.partner.id)}),
                lambda shape: document.write({"source_id": shape(self.partner.id)}),
                lambda shape: lines.create({"document_id": shape(document.id)}),
            ):
                with self._tells(GuardError, "These values cannot be written"):
                    attack(shape)
        for nobody in (False, None, ""):
            self.assertFalse(documents.create({"name": "A", "source_id": nobody}).source_id)

    def test_link_as_a_dict_by_default(self):
        self._policy(self.ann, domain=NO_TERMS)
        documents = self.documents.with_user(self.rina)
        defaults = {"default_source_id": {"id": self.partner.id}}
        with self.assertRaises(GuardError), mute_logger("odoo.sql_db"):
            documents.with_context(**defaults).create({"name": "Made", "state": "done"})
        document = made_earlier(documents.with_context(**defaults).create({"name": "Made"}))
        with self._tells(GuardError, "needs an approval"):
            document.action_done()

    def test_numbers_that_are_none(self):
        self._policy(self.ann, domain="[('amount', '>', 100)]")
        document = self._document()
        for number in ("nan", "inf", "-inf", "1e999", "many"):
            for shape in (str, float) if number != "many" else (str,):
                with self._tells(GuardError, "These values cannot be written"):
                    document.line_ids.write({"price": shape(number)})
        document.line_ids.write({"price": "12.5"})
        self.assertEqual(document.amount, 12.5)

    def test_written_when_it_goes_through(self):
        """By whatever means it came into the cache."""
        self._policy(self.ann, domain=NO_TERMS)
        document = self._document()
        document._fields["source_id"]._update_cache(document, self.partner.id)
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        document.source_id = self.partner
        document.action_done()
        self.assertEqual((document.state, document.source_id), ("done", self.partner))

    def test_judged_while_it_is_written(self):
        """What is being written is judged as it is, and once more before the commit."""
        self._policy(self.ann, domain=f"[('seller_id', '!=', {self.rina.id})]")
        document = self._document()
        seller = document._fields["seller_id"]
        with self.assertRaises(GuardError), self.env.protecting([seller], document):
            seller._update_cache(document, self.rina.id)
            document.action_done()
            self.assertEqual(document.state, "done")
            self.env.protecting([], document)
            seller._invalidate_cache(self.env, document.ids)
            as_committed(self.env)

    def test_lines_of_a_document_that_comes_by_default(self):
        self._policy(self.ann, domain="[('line_ids.received', '>', 5)]")
        document = self._document()
        document.action_done()
        lines = self.env["test.collab.document.line"].with_user(self.rina)
        self.env["ir.default"].set(lines._name, "document_id", document.id)
        lines.create({"received": 1})
        with self._tells(GuardError, "“Done” already"):
            lines.create({"received": 9})

    def test_lines_when_it_goes_through(self):
        self._policy(self.ann, domain="[('line_ids.received', '>', 5)]")
        document = self._document()
        document.line_ids.received = 9
        self.env.flush_all()
        line = document.line_ids
        line._fields["received"]._update_cache(line, 1)
        with self._tells(GuardError, "needs an approval"):
            document.action_done()

    def test_archived_lines_when_it_goes_through(self):
        partners = self.env["res.partner"]
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id(partners._name),
            field_id=self._field("employee", partners._name).id,
            value_id=False,
            domain="[('bank_ids.acc_number', 'like', 'X')]",
        ).action_publish()
        vals = {"name": "Bank", "bank_ids": [Command.create({"acc_number": "X1"})]}
        partner = made_earlier(partners.create(vals))
        bank = partner.bank_ids
        bank.active = False
        self.env.flush_all()
        bank._fields["acc_number"]._update_cache(bank, "1")
        with self._tells(GuardError, "needs an approval"):
            partner.employee = True
