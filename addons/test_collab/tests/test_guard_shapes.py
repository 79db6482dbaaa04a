from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .approval_common import ApprovalCase

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
        for number in ("nan", "inf", "-inf"):
            with self._tells(GuardError, "These values cannot be written"):
                document.line_ids.price = float(number)

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

    def test_lines_when_it_goes_through(self):
        self._policy(self.ann, domain="[('line_ids.received', '>', 5)]")
        document = self._document()
        document.line_ids.received = 9
        self.env.flush_all()
        line = document.line_ids
        line._fields["received"]._update_cache(line, 1)
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
