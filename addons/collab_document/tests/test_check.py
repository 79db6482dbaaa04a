import os

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestCheck(DocumentCase):
    """The verifier finds what was done to files and rows behind Odoo's back."""

    def _run(self):
        with self.enter_registry_test_mode():
            check = self.env["collab.document.check"]._start()
            self.env.ref("collab_document.ir_cron_check").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(check.finished_at)
        return {(f.version_id, f.problem) for f in check.finding_ids}

    def _path(self, version):
        attachment = version.sudo().attachment_id
        return attachment._full_path(attachment.store_fname)

    def test_all_well(self):
        document = self._published(content=b"well")
        self._check_in(document, b"still well")
        self.assertFalse(self._run())

    def test_found(self):
        missing, altered, __, unlinked = (
            self._published(f"{n}.txt", os.urandom(20)).sudo().latest_id for n in range(4)
        )
        os.unlink(self._path(missing))
        with open(self._path(altered), "r+b") as file:
            file.write(b"changed")
        self.env.cr.execute(
            "UPDATE collab_document_version SET attachment_id = NULL WHERE id = %s", [unlinked.id]
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._run(), {(missing, "missing"), (altered, "altered"), (unlinked, "missing")}
        )
        notice = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.admin.partner_id.ids)], limit=1
        )
        self.assertIn("3 files", notice.body)

    def test_where_to_look(self):
        """Who restores a file from a backup is told which, whoever may read the document."""
        version = self._published().sudo().latest_id
        path = self._path(version)
        os.unlink(path)
        self._run()
        finding = self._seen(self.auditor, "collab.document.finding")[-1:].with_user(self.auditor)
        self.assertEqual(finding.version_id.id, version.id)
        self.assertTrue(path.endswith(f"/{finding.place}"), finding.place)

    def test_what_is_shown(self):
        """It is not done before it is finished, and is called what the clock of the user shows."""
        self._published()
        check = self.env["collab.document.check"]._start()
        self.assertEqual(check.progress, 0)
        check._step()
        self.assertEqual((check.checked, check.progress), (check.total, 99))
        check._step()
        self.assertTrue(check.finished_at)
        self.assertEqual(check.progress, 100)
        self.env.cr.execute(
            "UPDATE collab_document_check SET create_date = '2026-11-26 17:32:20' WHERE id = %s",
            [check.id],
        )
        check.invalidate_recordset()
        names = [
            check.with_context(lang="en_US", tz=tz).display_name for tz in ("UTC", "Asia/Shanghai")
        ]
        self.assertEqual(names, ["11/26/2026 05:32:20 PM", "11/27/2026 01:32:20 AM"])

    def test_thinned_is_not_missing(self):
        document = self._add(content=b"one")
        self._check_in(document, b"two")
        first = document.sudo().version_ids[-1]
        first._drop_bytes(self.env.cr.now())
        self.assertFalse(self._run())

    def test_who_runs_it(self):
        checks = self.env["collab.document.check"]
        for user in (self.owner, self.reader, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                checks.with_user(user).action_start()
        first = checks.with_user(self.auditor).action_start()["res_id"]
        self.assertEqual(
            checks.with_user(self.admin).action_start()["res_id"], first, "one at a time"
        )
