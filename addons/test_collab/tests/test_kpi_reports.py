import base64
import io

from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.collab_guard.seal import unsealed
from odoo.addons.collab_kpi.core.canonical import digest
from odoo.addons.collab_kpi.issuing import compared

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiReports(KpiCase):
    """A report is issued once, and says the same from then on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {"company_id": cls.here.id, "company_ids": [Command.set(cls.here.ids)]}
        cls.owner = new_test_user(
            cls.env,
            "kpi owner",
            "base.group_user,collab_base.group_collab_process_owner",
            **companies,
        )
        cls.signer = new_test_user(cls.env, "kpi signer", "base.group_user", **companies)
        cls.reader = new_test_user(cls.env, "kpi reader", "base.group_user", **companies)
        for month, number in (("02", 1), ("03", 4), ("04", 2)):
            for __ in range(number):
                cls.deal(f"2026-{month}-10 12:00:00")
        cls.figure = cls.kpi(target_ids=[Command.create({"value": 3, "since": "2026-01-01"})])
        cls.figure.action_start()
        cls.dashboard = cls.env["collab.dashboard"].create(
            {
                "name": "All",
                "is_shared": True,
                "tile_ids": [Command.create({"kpi_id": cls.figure.id, "kind": "trend"})],
            }
        )
        cls.plan = cls.env["collab.kpi.report.plan"].create(
            {
                "name": "Monthly",
                "dashboard_id": cls.dashboard.id,
                "company_id": cls.here.id,
                "owner_id": cls.owner.id,
                "signer_id": cls.signer.id,
                "subscriber_ids": [Command.set(cls.reader.ids)],
            }
        )

    def drafted(self):
        self.plan.with_user(self.owner).action_draft()
        return self.plan.report_ids

    def issued(self):
        report = self.drafted()
        report.with_user(self.signer).action_issue()
        return report

    def test_draft_and_sign_off(self):
        report = self.drafted()
        self.assertEqual((report.state, str(report.start)), ("draft", "2026-04-01"))
        self.assertEqual(report.name, "Monthly – April 2026")
        self.assertFalse(self.env["collab.kpi.report"].with_user(self.reader).search([]))
        with self.assertRaisesRegex(AccessError, "is issued by kpi signer|not allowed"):
            report.with_user(self.owner).action_issue()
        with self.assertRaises(AccessError):
            report.with_user(self.reader).action_issue()
        self.deal("2026-04-11 12:00:00")
        before = report.digest
        self.recount()
        report.with_user(self.signer).action_refresh()
        self.assertNotEqual(report.digest, before)
        report.with_user(self.signer).action_issue()
        self.assertEqual((report.state, report.issued_by), ("issued", self.signer))
        self.assertTrue(self.env["collab.kpi.report"].with_user(self.reader).search([]))
        with self.assertRaisesRegex(UserError, "has been issued"):
            report.with_user(self.signer).action_issue()
        with self.assertRaisesRegex(UserError, "has been issued"):
            report.with_user(self.signer).action_refresh()

    def test_who_signs_is_asked(self):
        report = self.drafted()
        asked = self.plan.activity_ids
        self.assertEqual((asked.user_id, asked.summary), (self.signer, "Monthly – April 2026"))
        report.with_user(self.signer).action_issue()
        self.assertFalse(self.plan.activity_ids)

    def test_files(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.reader.lang = "zh_CN"
        report = self.issued()
        self.assertEqual(
            sorted(report.file_ids.mapped(lambda one: (one.lang, one.kind))),
            [("en_US", "pdf"), ("en_US", "xlsx"), ("zh_CN", "pdf"), ("zh_CN", "xlsx")],
        )
        for file in report.file_ids:
            self.assertTrue(file._is_intact())
            content = base64.b64decode(file.with_context(bin_size=False).content)
            if file.kind == "pdf":
                self.assertTrue(content.startswith(b"%PDF"))
            else:
                book = load_workbook(io.BytesIO(content))
                self.assertEqual(book.worksheets[0]["C5"].value, 2)
        log = self.env["collab.kpi.report.log"].search([("report_id", "=", report.id)])
        self.assertEqual(log.digest, report.digest)
        self.assertEqual(set(log.files.values()), set(report.file_ids.mapped("digest")))

    def recount(self, reason="late"):
        self.env["collab.kpi.recounting"].create(
            {
                "kpi_id": self.figure.id,
                "first": "2026-04-01",
                "last": "2026-04-30",
                "reason": reason,
            }
        ).action_recount()

    def pages(self, report):
        """Return the text of a report's PDF, as people read it."""
        file = report.file_ids.filtered(lambda one: (one.kind, one.lang) == ("pdf", "en_US"))
        document = PdfDocument(base64.b64decode(file.with_context(bin_size=False).content))
        return " ".join(page.get_textpage().get_text_range() for page in document)

    def test_compared_with_the_last_issue(self):
        first = self.issued()
        self.assertIsNone(compared(self.env, first.content))
        self.assertNotIn("Since the last report", self.pages(first))
        # April was 2, and turns out to have been 3; May is 4
        self.deal("2026-04-11 12:00:00")
        for __ in range(4):
            self.deal("2026-05-10 12:00:00")
        self.recount()
        with freeze_time("2026-06-10 09:00:00"):
            self.figure.action_count()
            self.plan.with_user(self.owner).action_draft()
            second = self.plan.report_ids - first
            second.with_user(self.signer).action_issue()
        self.assertEqual(second.previous_id, first)
        self.assertEqual(second.content["before"]["digest"], first.digest)
        before = compared(self.env, second.content)
        self.assertEqual(before["label"], "April 2026")
        [row] = before["rows"]
        self.assertEqual(
            [row[name] for name in ("name", "then", "since", "text", "change_text", "is_good")],
            ["Deals", "2", "3", "4", "+100%", True],
        )
        said = self.pages(second)
        for text in ("Since the last report", "April 2026", "As issued then", "it was 3", "+100%"):
            self.assertIn(text, said)
        file = second.file_ids.filtered(lambda one: one.kind == "xlsx")
        book = load_workbook(
            io.BytesIO(base64.b64decode(file.with_context(bin_size=False).content))
        )
        sheet = book["Since the last report"]
        self.assertEqual([cell.value for cell in sheet[1]][1], "April 2026, as issued")
        cells = [cell.value for cell in sheet[2]]
        self.assertEqual((cells[:3], cells[4]), (["Deals", 2, 4], "3"))

    def test_not_compared_with_another_kind_of_period(self):
        self.issued()
        self.plan.period = "quarter"
        with freeze_time("2026-07-10 09:00:00"):
            self.plan.with_user(self.owner).action_draft()
        second = self.plan.report_ids.filtered(lambda one: one.period == "quarter")
        self.assertFalse(second.previous_id)
        self.assertIsNone(second.content["before"])

    def test_what_it_is_called_is_issued_too(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.plan.note = "For everybody"
        self.plan.with_context(lang="zh_CN").write({"name": "每月", "note": "给所有人"})
        report = self.issued()
        self.assertIn("For everybody", self.pages(report))
        self.plan.write({"name": "Another", "note": "Something else"})
        self.assertEqual(report.name, "Monthly – April 2026")
        self.assertTrue(report.with_context(lang="zh_CN").name.startswith("每月 – "))

    def test_subscribers(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.reader.lang = "zh_CN"
        stranger = new_test_user(self.env, "kpi stranger", "base.group_user")
        stranger.write({"company_ids": [Command.set(self.west.ids)], "company_id": self.west.id})
        self.plan.subscriber_ids |= stranger
        self.issued()
        messages = self.env["mail.message"].search(
            [("model", "=", self.plan._name), ("res_id", "=", self.plan.id)]
        )
        sent = messages.filtered(lambda one: self.reader.partner_id in one.notified_partner_ids)
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent.attachment_ids.mapped("mimetype"), ["application/pdf"])
        self.assertIn("2026年4月", sent.subject)
        # what is attached is for nobody who could not read the report
        file = self.env["ir.attachment"].browse(sent.attachment_ids.ids)
        self.assertTrue(file.with_user(self.reader).raw.startswith(b"%PDF"))
        with self.assertRaises(AccessError):
            file.with_user(stranger).read(["raw"])
        self.assertFalse(
            messages.filtered(lambda one: stranger.partner_id in one.notified_partner_ids)
        )
        told = messages.filtered(lambda one: self.owner.partner_id in one.notified_partner_ids)
        self.assertIn("kpi stranger", str(told.body))

    def test_it_cannot_be_altered(self):
        report = self.issued()
        admin = self.env.ref("base.user_admin")
        log = self.env["collab.kpi.report.log"].search([("report_id", "=", report.id)])
        for user in (self.env.user, admin, self.owner, self.signer, self.reader):
            for record, vals in (
                (report, {"content": {}}),
                (report, {"state": "draft"}),
                (report, {"digest": "x"}),
                (report.file_ids[:1], {"content": base64.b64encode(b"x")}),
                (log, {"digest": "x"}),
            ):
                record = record.with_user(user)
                with self.subTest(user.login, record=record._name, vals=vals):
                    with self.assertRaises(UserError):
                        record.write(vals)
                    with self.assertRaises(UserError):
                        record.unlink()
                    with self.assertRaises(UserError):
                        record.copy()
        for attack in (
            lambda: self.plan.write({"report_ids": [Command.delete(report.id)]}),
            lambda: self.plan.write({"report_ids": [Command.update(report.id, {"digest": "x"})]}),
            lambda: self.plan.write({"report_ids": [Command.create({"start": "2026-03-01"})]}),
            lambda: self.plan.unlink(),
            lambda: report.with_context(collab_seal=True).write({"digest": "x"}),
        ):
            with self.assertRaises(UserError):
                attack()

    def test_counted_again(self):
        report = self.issued()
        check = report.with_user(self.reader).action_check()
        self.assertEqual(check["params"]["type"], "success")
        self.assertIn(report.digest, check["params"]["message"])
        with freeze_time("2026-09-01 09:00:00"):
            self.figure.action_count()
            check = report.with_user(self.reader).action_check()
            self.assertEqual(check["params"]["type"], "success")
            self.deal("2026-04-12 12:00:00")
            check = report.with_user(self.reader).action_check()
            self.assertEqual(check["params"]["type"], "warning")
        self.assertEqual(digest(report.content), report.digest)

    def test_altered_behind_the_orm(self):
        report = self.issued()
        file = report.file_ids[:1]
        self.env.cr.execute(
            "UPDATE collab_kpi_report_file SET content = 'x'::bytea WHERE id = %s", [file.id]
        )
        self.env.invalidate_all()
        check = report.with_user(self.reader).action_check()
        self.assertEqual(check["params"]["type"], "danger")

    def test_who_may_read_it(self):
        report = self.issued()
        reports = self.env["collab.kpi.report"].with_user(self.reader)
        self.assertEqual(reports.search([]).ids, report.ids)
        rule = self.env["ir.rule"].create(
            {
                "name": "own",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        self.assertFalse(reports.search([]))
        self.assertFalse(self.env["collab.kpi.report.file"].with_user(self.reader).search([]))
        with self.assertRaises(AccessError):
            report.with_user(self.reader).action_check()
        with self.assertRaises(AccessError):
            self.env["report.collab_kpi.report_page"].with_user(self.reader)._get_report_values(
                report.ids
            )
        rule.unlink()
        stranger = new_test_user(self.env, "kpi stranger", "base.group_user")
        stranger.write({"company_ids": [Command.set(self.west.ids)], "company_id": self.west.id})
        self.assertFalse(self.env["collab.kpi.report"].with_user(stranger).search([]))

    def test_on_schedule(self):
        cron = self.env.ref("collab_kpi.ir_cron_collab_kpi_report")
        self.plan.delay = 25
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self.plan.report_ids)
        self.plan.delay = 5
        other = self.plan.copy({"signer_id": False, "name": "By itself"})
        bad = self.plan.copy({"name": "Bad"})
        bad.dashboard_id = self.dashboard.copy({"tile_ids": False})
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(self.plan.report_ids.mapped("state"), ["draft"])
        self.assertEqual(other.report_ids.mapped("state"), ["issued"])
        self.assertIn("nothing on", bad.trouble)

    def test_sealed_from_the_start(self):
        with self.assertRaises(UserError):
            self.env["collab.kpi.report"].create({"plan_id": self.plan.id})
        report = self.drafted()
        with self.assertRaises(UserError):
            report.write({"state": "issued"})
        unsealed(report).write({"comment": "x"})
        with self.assertRaises(UserError):
            report.write({"comment": "y"})
