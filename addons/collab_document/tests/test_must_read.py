from datetime import timedelta
from functools import partial

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_document.events import tell
from odoo.addons.collab_guard.exceptions import GuardError

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestMustRead(DocumentCase):
    def setUp(self):
        super().setUp()
        self.document = self._published()
        self.readings = self.env["collab.document.reading"]

    def _ask(self, users, user=None, **options):
        return self.readings.with_user(user or self.editor).ask(
            self.document.ids, users.ids, **options
        )

    def _waiting(self, user):
        readings = self.readings.with_user(user)
        return readings.search(readings._waiting())

    def test_asked_and_confirmed(self):
        self.assertEqual(self._ask(self.reader | self.contributor), 2)
        self.assertEqual(self._ask(self.reader), 0, "not twice")
        [reading] = self._waiting(self.reader)
        reading.action_confirm()
        self.assertFalse(self._waiting(self.reader))
        self.assertTrue(self._waiting(self.contributor))
        shown = self.document.with_user(self.editor).details()["readings"]
        self.assertEqual(
            {row["user_id"][0]: bool(row["read_at"]) for row in shown},
            {self.reader.id: True, self.contributor.id: False},
        )

    def test_groups_and_departments(self):
        department = self.env["hr.department"].create({"name": "Team"})
        self.env["hr.employee"].create(
            {"name": "R", "user_id": self.reader.id, "department_id": department.id}
        )
        group = self.env["res.groups"].create({"name": "G", "user_ids": self.contributor.ids})
        readings = self.readings.with_user(self.editor)
        self.assertEqual(readings.ask(self.document.ids, (), group.ids, department.ids), 2)

    def test_only_those_who_can_read(self):
        with self.assertRaisesRegex(UserError, "doc_outsider .* cannot read"):
            self._ask(self.reader | self.outsider)

    def test_only_editors_ask(self):
        other = self._published("e.txt", b"e", user=self.editor)
        for user in (self.contributor, self.reader, self.outsider, self.auditor, self.portal):
            with self.assertRaises(UserError, msg=user.login):
                self.readings.with_user(user).ask(other.ids, self.reader.ids)
        with self.assertRaisesRegex(UserError, "Publish"):
            self.readings.with_user(self.editor).ask(self._add("d.txt").ids, self.reader.ids)

    def test_nobody_confirms_for_another(self):
        self._ask(self.reader)
        [reading] = self._waiting(self.reader)
        for user in (self.editor, self.owner, self.admin, self.outsider):
            with self.assertRaises(UserError, msg=user.login):
                reading.with_user(user).action_confirm()
        for act in (
            lambda: reading.sudo().write({"read_at": fields.Datetime.now()}),
            lambda: reading.sudo().unlink(),
        ):
            with self.assertRaises(GuardError):
                act()

    def test_nothing_is_told_of_what_one_no_longer_reads(self):
        """Neither what one was asked to read nor what one has opened names the document then."""
        self._ask(self.reader)
        tell(self.document.with_user(self.reader), "opened")
        models = ("collab.document.reading", "collab.document.event")
        mine = [("user_id", "=", self.reader.id)]
        for model in models:
            self.assertTrue(self._seen(self.reader, model, mine), model)
        self.folder.access_ids.filtered(lambda row: row.user_id == self.reader).unlink()
        for model in models:
            self.assertFalse(self._seen(self.reader, model, mine), model)

    def test_new_version(self):
        self._ask(self.reader | self.contributor)
        self._waiting(self.reader).action_confirm()
        old = self._waiting(self.contributor)
        self._check_in(self.document, b"two")
        self.document.with_user(self.editor).action_publish()
        self.assertFalse(self._waiting(self.contributor), "nobody is asked to read what is past")
        with self.assertRaisesRegex(UserError, "newer version"):
            old.with_user(self.contributor).action_confirm()
        self._check_in(self.document, b"three")
        self.document.with_user(self.editor).action_publish(ask_again=True)
        for user in (self.reader, self.contributor):
            self.assertEqual(self._waiting(user).version_id, self.document.sudo().published_id)

    def test_receipts_outlive_people(self):
        self._ask(self.reader)
        self._waiting(self.reader).action_confirm()
        opener = self._user("doc_opener")
        tell(self.document.with_user(opener), "opened")
        for user in (self.reader, opener):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                user.unlink()
                self.env.flush_all()

    def _remind(self, user, days=0):
        """Return how many messages `user` has got, once it has run."""
        later = freeze_time(fields.Datetime.now() + timedelta(days=days))
        with later, self.enter_registry_test_mode():
            self.env.ref("collab_document.ir_cron_remind").method_direct_trigger()
        return self.env["mail.message"].search_count(
            [("notified_partner_ids", "in", user.partner_id.ids)]
        )

    def test_who_has_lost_access_is_not_reminded(self):
        self._ask(self.reader, due=fields.Date.today())
        grant = self.folder.access_ids.filtered(lambda one: one.user_id == self.reader)
        grant.unlink()
        self.document.with_user(self.editor).name = "Secret.txt"
        self.assertEqual(self._remind(self.reader), 0)
        self.folder.access_ids = self._grants()[-1:]
        self.assertEqual(self._remind(self.reader), 1, "once they can read it again")

    def test_reminded_in_whichever_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._ask(self.reader, due=fields.Date.today())
        self.folder.company_id = company
        self.assertEqual(self._remind(self.reader), 0)
        self.reader.company_ids += company
        self.assertEqual(self._remind(self.reader), 1)

    def test_reminded(self):
        """Only those who have not confirmed, once in a while, one message for all."""
        self._ask(self.reader | self.contributor, due=fields.Date.today())
        self._waiting(self.reader).action_confirm()
        remind = partial(self._remind, self.contributor)
        self.assertEqual(remind(0), 1)
        self.assertEqual(remind(1), 1)
        self.assertEqual(remind(4), 2)
        self.assertFalse(
            self.env["mail.message"].search(
                [("notified_partner_ids", "in", self.reader.partner_id.ids)]
            )
        )
