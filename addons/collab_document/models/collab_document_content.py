from base64 import b64encode
from functools import partial

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows
from odoo.addons.collab_guard.seal import unsealed

from ..core.words import vector
from ..reading import Job, read_files

#: Files that are read before the transaction is committed
BATCH = 20


class CollabDocumentContent(models.Model):
    """What is written in a file, and how its first page looks.

    One for each content and type, however many versions have it: it is read once. Nobody reads
    this model but the document centre itself, which shows it to those who may see the version.
    """

    _name = "collab.document.content"
    _description = "Content of Documents"
    _inherit = ["collab.sealed.mixin"]
    _rec_name = "sha256"

    sha256 = fields.Char(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("read", "Read in full"),
            ("empty", "No text in it"),
            ("unsupported", "Of a type that is not read"),
            ("failed", "Could not be read"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char(readonly=True)
    text = fields.Text(readonly=True, prefetch=False)
    pages = fields.Integer(readonly=True)
    thumbnail = fields.Binary(attachment=True, readonly=True)

    _content_uniq = models.UniqueIndex("(sha256, kind)")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def init(self):
        # the words of `text`, made when it is read; not a type that fields have
        self.env.cr.execute(
            "ALTER TABLE collab_document_content ADD COLUMN IF NOT EXISTS vector tsvector"
        )

    @api.model
    def _provide(self, versions):
        """Make the contents of `versions` that there are not yet; they are read later."""
        wanted = {(v.sha256, v.kind) for v in versions.sudo()}
        there = self.env.execute_query(
            SQL(
                "SELECT sha256, kind FROM collab_document_content WHERE sha256 = ANY(%s)",
                [sha256 for sha256, __ in wanted],
            )
        )
        if new := sorted(wanted.difference(there)):
            rows = [{"sha256": sha256, "kind": kind, "state": "waiting"} for sha256, kind in new]
            try:
                insert_rows(self.sudo(), rows)
            except UniqueViolation as error:
                raise ConcurrencyError("The same bytes have been added meanwhile") from error
            self.env.ref("collab_document.ir_cron_read_contents").sudo()._trigger()

    @api.model
    def _cron_read(self):
        """Read the contents that wait, batch by batch, each committed by itself."""
        cron = self.env["ir.cron"]
        remaining = self.sudo().search_count([("state", "=", "waiting")])
        cron._commit_progress(remaining=remaining)
        while contents := self.sudo().search([("state", "=", "waiting")], limit=BATCH, order="id"):
            jobs = contents._jobs()
            # reading takes its time: nothing is held meanwhile, and what is found is kept in a
            # transaction of its own, begun anew if somebody checks in one of the documents
            cron._commit_progress()
            readings = {reading.key: reading for reading in read_files(jobs)}
            retrying(partial(contents._take, readings), self.env)
            remaining = max(0, remaining - len(contents))
            if not cron._commit_progress(len(contents), remaining=remaining):
                break

    def _jobs(self):
        """Return what is to be read; nothing of those whose file is gone."""
        paths = self._paths()
        return [
            Job(content.id, paths[content.id], content.kind)
            for content in self
            if content.id in paths
        ]

    def _take(self, readings):
        """Keep what was read in the files of the contents, and index it.

        :param readings: content id → :class:`..reading.Reading`
        """
        for content in self.exists():
            content._keep(readings.get(content.id))
        self.env["collab.document.index"]._refresh(self)

    def _keep(self, reading):
        if not reading:
            unsealed(self).write({"state": "failed", "reason": "missing"})
            return
        unsealed(self).write(
            {
                "state": reading.state,
                "reason": reading.note or False,
                "text": reading.text or False,
                "pages": reading.pages or 0,
                "thumbnail": reading.thumbnail and b64encode(reading.thumbnail),
            }
        )
        self.flush_recordset()
        if reading.text:
            self.env.cr.execute(
                SQL(
                    "UPDATE collab_document_content SET vector = %s::tsvector WHERE id = %s",
                    vector("", reading.text),
                    self.id,
                )
            )

    def _paths(self):
        """Return id → path of a file with the bytes; none where they are gone."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (content.id) content.id, attachment.store_fname
                  FROM collab_document_content content
                  JOIN collab_document_version version ON version.sha256 = content.sha256
                  JOIN ir_attachment attachment ON attachment.id = version.attachment_id
                 WHERE content.id = ANY(%s) AND attachment.store_fname IS NOT NULL
                """,
                list(self.ids),
            )
        )
        full_path = self.env["ir.attachment"]._full_path
        return {content_id: full_path(fname) for content_id, fname in rows}

    @api.autovacuum
    def _gc_contents(self):
        """Delete the contents that no version has any more."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM collab_document_content content WHERE NOT EXISTS ("
                "SELECT FROM collab_document_version version WHERE version.sha256 = content.sha256)"
                " LIMIT 1000"
            )
        )
        if gone := self.sudo().browse([row[0] for row in rows]):
            unsealed(gone).unlink()
        return len(gone), len(gone) == 1000
