from traceback import extract_tb

from odoo import Command
from odoo.tests import tagged

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestActivities(ApprovalCase):
    """Activities in whose place a policy stands."""

    def test_replaced_activities(self):
        kind = self.env["mail.activity.type"].create({"name": "Approve this"})
        other = self.env.ref("mail.mail_activity_data_todo")
        self._policy(self.ann, replaced_activity_type_ids=[Command.set(kind.ids)])
        document = self._document()

        def schedule(activity_type):
            return document.activity_schedule(
                activity_type_id=activity_type.id, user_id=self.bob.id
            )

        schedule(kind)
        kept = schedule(other)
        self._submit(document)
        self.assertEqual(document.activity_ids, kept)
        schedule(kind)
        later = schedule(other)
        self.env.cr.flush()
        document.invalidate_recordset()
        self.assertEqual(document.activity_ids, kept | later)
        free = self._document()
        free.activity_schedule(activity_type_id=kind.id, user_id=self.bob.id)
        self.env.cr.flush()
        self.assertEqual(free.activity_ids.activity_type_id, kind)

    def test_malformed_activities(self):
        """What Odoo makes of them is Odoo's business."""
        kind = self.env["mail.activity.type"].create({"name": "Approve this"})
        self._policy(self.ann, replaced_activity_type_ids=[Command.set(kind.ids)])
        activities = self.env["mail.activity"].with_user(self.rina)
        place = {
            "res_model_id": self.env["ir.model"]._get_id(MODEL),
            "res_id": self._document().id,
        }
        created = activities.create([{"activity_type_id": [], **place}])
        self.assertFalse(created.activity_type_id)
        for malformed in (None, [None], ["x"], 1):
            with self.subTest(vals=malformed):
                try:
                    activities.create(malformed)
                except Exception as error:
                    where = extract_tb(error.__traceback__)[-1].filename
                self.assertNotIn("collab", where)
