import hashlib
import os

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.collab_base.bulk import insert_rows, update_rows

from ..storage import PIECE, bytes_open

#: Versions of which the files are read before it is committed
BATCH = 50


class CollabDocumentCheck(models.Model):
    """A run of the verifier: reads every file again and names what is missing or altered."""

    _name = "collab.document.check"
    _description = "File Verification"
    _inherit = ["collab.sealed.mixin"]
    _order = "id desc"
    _rec_name = "create_date"

    last_id = fields.Integer(readonly=True, help="The last version that was looked at.")
    total = fields.Integer(string="Files", readonly=True)
    checked = fields.Integer(readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    finding_ids = fields.One2many("collab.document.finding", "check_id", string="Findings")
    finding_count = fields.Integer(compute="_compute_finding_count")
    progress = fields.Float(compute="_compute_progress")

    def _compute_finding_count(self):
        counts = dict(
            self.env["collab.document.finding"]._read_group(
                [("check_id", "in", self.ids)], ["check_id"], ["__count"]
            )
        )
        for check in self:
            check.finding_count = counts.get(check, 0)

    @api.depends("checked", "total", "finished_at")
    def _compute_progress(self):
        for check in self:
            if check.finished_at:
                check.progress = 100
            else:
                check.progress = min(99, 100 * check.checked // (check.total or 1))

    @api.depends("create_date")
    @api.depends_context("lang", "tz", "uid")
    def _compute_display_name(self):
        tz = self.env.context.get("tz")
        for check in self:
            check.display_name = format_datetime(self.env, check.create_date, tz)

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------

    def action_start(self):
        """Begin a run, unless one is going on; return the action that shows it.

        Of no record in particular, but not ``api.model``: a button of a list calls it with ids.
        """
        self.check_access("read")
        check = self._start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": check.id,
            "views": [(False, "form")],
        }

    @api.model
    def _start(self):
        checks = self.sudo()
        if going_on := checks.search([("finished_at", "=", False)], limit=1):
            return going_on
        versions = self.env["collab.document.version"].sudo()
        total = versions.search_count([("thinned_at", "=", False)])
        [check] = insert_rows(checks, [{"total": total, "checked": 0, "last_id": 0}])
        self.env.ref("collab_document.ir_cron_check").sudo()._trigger()
        return check

    @api.model
    def _cron_begin(self):
        """Begin a run; called monthly."""
        self._start()

    @api.model
    def _cron_check(self):
        """Go on with the run there is, batch by batch, each committed by itself."""
        check = self.sudo().search([("finished_at", "=", False)], limit=1)
        while check and not check.finished_at:
            check._step()
            remaining = 0 if check.finished_at else max(1, check.total - check.checked)
            if not self.env["ir.cron"]._commit_progress(BATCH, remaining=remaining):
                break

    def _step(self):
        """Look at the next files."""
        versions = (
            self.env["collab.document.version"]
            .sudo()
            .search(
                [("id", ">", self.last_id), ("thinned_at", "=", False)], order="id", limit=BATCH
            )
        )
        if not versions:
            update_rows(self, {"finished_at": fields.Datetime.now()})
            self._tell()
            return
        versions.fetch(["sha256", "size", "attachment_id", "document_id", "number"])
        hashed = {}
        insert_rows(
            self.env["collab.document.finding"].sudo(),
            [
                {
                    "check_id": self.id,
                    "document_id": version.document_id.id,
                    "version_id": version.id,
                    "problem": problem,
                }
                for version in versions
                if (problem := self._problem(version, hashed))
            ],
        )
        update_rows(self, {"last_id": versions[-1].id, "checked": self.checked + len(versions)})

    def _problem(self, version, hashed):
        """Return what is wrong with the file of a version, ``None`` if nothing is.

        :param dict hashed: place of a file → its hash; versions share files
        """
        attachment = version.attachment_id
        if not attachment:
            return "missing"
        if not attachment.store_fname:
            with bytes_open():
                data = attachment.raw or b""
            found = hashlib.sha256(data).hexdigest()
        else:
            path = attachment._full_path(attachment.store_fname)
            if path not in hashed:
                hashed[path] = _hash_file(path)
            found = hashed[path]
        if not found:
            return "missing"
        return None if found == version.sha256 else "altered"

    def _tell(self):
        """Tell the administrators of Collab, if something was found."""
        if not self.finding_ids:
            return
        admins = self.env.ref("collab_base.group_collab_admin").sudo().all_user_ids
        for lang, users in admins.grouped("lang").items():
            texts = self.with_context(lang=lang)
            self.env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=texts.env._("Files of documents are missing or altered"),
                body=texts.env._(
                    "The verification has found %s files that are missing or altered."
                    " Look at Collab > Audit > File Verification.",
                    len(self.finding_ids),
                ),
            )


def _hash_file(path):
    """Return the SHA-256 of a file; ``None`` if there is none."""
    if not os.path.exists(path):
        return None
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
