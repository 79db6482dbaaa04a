from odoo.tests import tagged

from odoo.addons.collab_checkin.counting import horizon
from odoo.addons.collab_document.tests.common import DocumentCase


@tagged("post_install", "-at_install")
class TestDocumentPoints(DocumentCase):
    """A draft is worth something to who wrote it, once somebody else has published it."""

    def setUp(self):
        super().setUp()
        self.shipped = self.env.ref("collab_checkin_document.point_rule_published")
        self.rule = self.shipped.copy()
        self.rule.action_start()

    def _points(self, user):
        self.env.flush_all()
        self.rule._count(True, horizon(self.env))
        entries = self.env["collab.point.entry"].search(
            [("rule_id", "=", self.rule.id), ("user_id", "=", user.id)]
        )
        return sum(entries.mapped("points"))

    def test_shipped_as_a_draft(self):
        self.assertEqual((self.shipped.state, self.shipped.by_other), ("draft", True))

    def test_published_by_somebody_else(self):
        draft = self._add()
        self.assertEqual(self._points(self.contributor), 0)
        draft.with_user(self.editor).action_publish()
        self.assertEqual(self._points(self.contributor), 10)
        self.assertEqual(self._points(self.editor), 0)

    def test_each_version_of_whose_draft_it_was(self):
        document = self._add()
        document.with_user(self.editor).action_publish()
        self._check_in(document, b"two")
        document.with_user(self.owner).action_publish()
        self.assertEqual(self._points(self.contributor), 10)
        self.assertEqual(self._points(self.editor), 10)

    def test_own(self):
        """Published by whoever wrote it, or at once."""
        self._add(user=self.editor, publish=False).with_user(self.editor).action_publish()
        self._published("b.txt", user=self.editor)
        document = self._published("c.txt", user=self.owner)
        self._check_in(document, b"two", user=self.editor, publish=True)
        self.assertEqual((self._points(self.editor), self._points(self.owner)), (0, 0))

    def test_drafts(self):
        self._check_in(self._add(), b"two", user=self.owner)
        self.assertEqual((self._points(self.contributor), self._points(self.owner)), (0, 0))

    def test_cap(self):
        for number in range(6):
            self._add(f"{number}.txt").with_user(self.editor).action_publish()
        self.assertEqual(self._points(self.contributor), 50)
