import base64
import hashlib

from odoo import api, fields, models

KINDS = [("pdf", "PDF"), ("xlsx", "Workbook")]


class CollabKpiReportFile(models.Model):
    """A file of a report, as it was issued: in one language."""

    _name = "collab.kpi.report.file"
    _description = "Report File"
    _inherit = ["collab.sealed.mixin"]
    _order = "report_id, lang, kind, id"

    report_id = fields.Many2one(
        "collab.kpi.report", required=True, readonly=True, ondelete="restrict", index=True
    )
    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    lang = fields.Char(string="Language Code", required=True, readonly=True)
    lang_name = fields.Char(string="Language", compute="_compute_lang_name")
    # in the table itself: no attachment that others could put something else into
    content = fields.Binary(attachment=False, required=True, readonly=True)
    digest = fields.Char(string="SHA-256", size=64, required=True, readonly=True)

    _once_uniq = models.UniqueIndex("(report_id, kind, lang)")

    def _bytes(self):
        """Return what is in the file."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content)

    def _is_intact(self):
        """Return whether it is what was issued."""
        try:
            return hashlib.sha256(self._bytes()).hexdigest() == self.digest
        except ValueError:
            return False  # not even written as files are

    @api.depends("lang")
    def _compute_lang_name(self):
        names = dict(self.env["res.lang"].get_installed())
        for file in self:
            file.lang_name = names.get(file.lang, file.lang)

    def action_download(self):
        """Download it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.name}?download=1",
            "target": "self",
        }
