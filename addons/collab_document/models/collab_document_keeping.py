import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_guard.seal import unsealed

from ..events import tell, tell_purged

_logger = logging.getLogger(__name__)

#: Days that a document can be taken out of the trash
TRASH_DAYS = 30
#: Megabytes that a file may have, unless the parameter says otherwise
MAX_SIZE = 1024
#: What it may be at most: sizes are kept as 32-bit integers, here and in Odoo
CEILING = 2047
MAX_SIZE_PARAMETER = "collab_document.max_size_mb"
#: Documents, or versions, that a cron deals with before it commits
BATCH = 100


class CollabDocumentKeeping(models.AbstractModel):
    """How long documents are kept: trash, holds, deletion, thinning, size."""

    _name = "collab.document.keeping"
    _description = "Keeping of a Document"

    active = fields.Boolean(default=True, readonly=True, copy=False)
    trashed_at = fields.Datetime(string="In the Trash since", readonly=True, copy=False, index=True)
    trashed_uid = fields.Many2one(
        "res.users", string="Trashed by", readonly=True, copy=False, ondelete="set null"
    )
    trashed_with_id = fields.Many2one(
        "collab.folder",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The folder with which it came into the trash, and comes out of it.",
    )

    # ------------------------------------------------------------------
    # Trash
    # ------------------------------------------------------------------

    def action_trash(self):
        """Move the documents to the trash."""
        self._check_right("can_edit")
        documents = self.filtered("active")
        documents._lock()
        documents._check_check_out()
        documents._trash()
        return True

    def _trash(self, folder=None, note=None):
        self._check_not_held()
        self._write_kept(
            active=False,
            trashed_at=fields.Datetime.now(),
            trashed_uid=self.env.uid,
            trashed_with_id=folder and folder.id,
        )
        if self:
            tell(self, "trashed", note)

    def action_untrash(self):
        """Take the documents out of the trash."""
        self._check_right("can_edit")
        documents = self.filtered(lambda document: not document.active)
        documents._lock()
        closed = documents.folder_id.sudo().filtered(lambda folder: not folder.active)
        if closed:
            raise UserError(
                self.env._("Take the folder “%s” out of the trash first.", closed[0].name)
            )
        documents._untrash()
        return True

    def _untrash(self):
        self._write_kept(active=True, trashed_at=False, trashed_uid=False, trashed_with_id=False)
        if self:
            tell(self, "untrashed")

    def _check_active(self):
        if trashed := self.filtered(lambda document: not document.active):
            raise UserError(self.env._("“%s” is in the trash.", trashed[0].name))

    # ------------------------------------------------------------------
    # Deleting
    # ------------------------------------------------------------------

    def action_purge(self):
        """Delete documents in the trash for good."""
        self._check_right("can_manage")
        if kept := self.filtered("active"):
            raise UserError(self.env._("“%s” is not in the trash.", kept[0].name))
        self._lock()
        self._check_not_held()
        self._check_kept_long_enough()
        self._purge()
        return True

    def _purge(self):
        """Delete the documents with all their versions and bytes; nothing is checked here."""
        tell_purged(self)
        documents = self.sudo().with_context(active_test=False)
        versions = self.env["collab.document.version"].sudo()
        versions = versions.search([("document_id", "in", self.ids)])
        update_rows(documents, {"latest_id": None, "published_id": None})
        versions._drop_bytes()
        if versions:
            unsealed(versions).unlink()
        unsealed(documents).unlink()

    def _check_kept_long_enough(self):
        """Raise an error if a folder says that one of the documents is kept longer."""
        kept = self.env["collab.folder"]._rules("keep_days", self.folder_id)
        now = fields.Datetime.now()
        for document in self:
            until = document._kept_until(kept)
            if until and until > now:
                raise UserError(
                    self.env._(
                        "“%(name)s” is kept until %(date)s, as its folder says.",
                        name=document.name,
                        date=until.date(),
                    )
                )

    def _deleted_on(self):
        """Return the day on which a document in the trash is deleted for good by itself, ``None``
        if it is not, as it is on hold."""
        if self.active or self.on_hold:
            return None
        kept = self._kept_until(self.env["collab.folder"]._rules("keep_days", self.folder_id))
        after = fields.Datetime.add(self.trashed_at, days=TRASH_DAYS)
        return max(after, kept or after).date()

    def _kept_until(self, kept):
        days = kept.get(self.folder_id.id)
        return days and fields.Datetime.add(self.changed_at, days=days)

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------

    def _search_on_hold(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        hold = self.env["collab.document.hold"]
        return Domain.custom(to_sql=lambda model, alias, query: hold._held(alias))

    def _check_not_held(self):
        """Raise an error if one of the documents is on legal hold."""
        self._check_none_held(Domain("id", "in", self.ids))

    @api.model
    def _check_none_held(self, domain):
        """Raise an error if one of the documents of a domain is on legal hold, trash and all."""
        if held := self._find_held(domain):
            raise UserError(
                self.env._("“%s” is on legal hold: it stays until that is lifted.", held.name)
            )

    @api.model
    def _find_held(self, domain):
        """Return a document of a domain that is on legal hold, as superuser; none if none is."""
        documents = self.env["collab.document"].sudo().with_context(active_test=False)
        return documents.search(domain & Domain("on_hold", "=", True), limit=1)

    @api.model
    def _held_links_changed(self, domain):
        """Have the records be guarded to which those of the documents of a domain that are held
        are linked."""
        if self._find_held(domain):
            self.env["collab.document.keeper"]._changed()

    # ------------------------------------------------------------------
    # Size
    # ------------------------------------------------------------------

    @api.model
    def _check_size(self, folder, sizes):
        """Raise an error if files of `sizes` bytes may not be added to `folder`."""
        if not all(sizes):
            raise UserError(self.env._("The file is empty."))
        self._check_largest(max(sizes, default=0))
        folder._check_quota(sum(sizes))

    @api.model
    def _check_largest(self, size):
        """Raise an error if a file of `size` bytes is too large."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(MAX_SIZE_PARAMETER)
        most = int(parameter) if (parameter or "").isdecimal() else MAX_SIZE
        most = min(most, CEILING)
        if size > most << 20:
            raise UserError(self.env._("The file is too large: %s MB are the most.", most))

    # ------------------------------------------------------------------
    # By themselves
    # ------------------------------------------------------------------

    @api.model
    def _cron_keep(self):
        """Do what the folders say: trash, delete and thin out, batch by batch."""
        for due, deal in (
            (self._due_for_trash, self._trash_due),
            (self._due_for_deletion, self._delete_due),
            (self._due_for_thinning, self._thin_due),
        ):
            after = 0
            while batch := due(after):
                after = batch[-1].id
                deal(batch)
                if not self.env["ir.cron"]._commit_progress(len(batch), remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _due_for_trash(self, after):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id
                  FROM collab_document document
                  JOIN (%(rules)s) rule ON rule.folder_id = document.folder_id
                 WHERE document.active AND document.id > %(after)s AND rule.value > 0
                   AND document.changed_at < %(now)s - rule.value * INTERVAL '1 day'
                   AND document.checkout_user_id IS NULL
                   AND NOT %(held)s
              ORDER BY document.id LIMIT %(limit)s
                """,
                rules=self.env["collab.folder"]._rules_query("dispose_days"),
                after=after,
                now=fields.Datetime.now(),
                held=self.env["collab.document.hold"]._held("document"),
                limit=BATCH,
            )
        )
        return self.sudo().browse([row[0] for row in rows])

    @api.model
    def _trash_due(self, documents):
        documents._each("_trash", note=self.env._("As the folder says, after its time."))

    @api.model
    def _due_for_deletion(self, after):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id
                  FROM collab_document document
             LEFT JOIN (%(rules)s) rule ON rule.folder_id = document.folder_id
                 WHERE NOT document.active AND document.id > %(after)s
                   AND document.trashed_at < %(now)s - %(days)s * INTERVAL '1 day'
                   AND document.changed_at
                       < %(now)s - COALESCE(rule.value, 0) * INTERVAL '1 day'
                   AND NOT %(held)s
              ORDER BY document.id LIMIT %(limit)s
                """,
                rules=self.env["collab.folder"]._rules_query("keep_days"),
                after=after,
                now=fields.Datetime.now(),
                days=TRASH_DAYS,
                held=self.env["collab.document.hold"]._held("document"),
                limit=BATCH,
            )
        )
        return self.sudo().browse([row[0] for row in rows])

    @api.model
    def _delete_due(self, documents):
        documents._each("_purge")

    @api.model
    def _due_for_thinning(self, after):
        """Return drafts that nobody needs any more: neither majors, nor what an approval rests
        on, nor the latest, nor what somebody works on."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT version.id
                  FROM collab_document_version version
                  JOIN collab_document document ON document.id = version.document_id
                  JOIN (%(rules)s) rule ON rule.folder_id = document.folder_id
                 WHERE version.minor > 0 AND version.id > %(after)s AND rule.value > 0
                   AND version.attachment_id IS NOT NULL
                   AND version.create_date < %(now)s - rule.value * INTERVAL '1 day'
                   AND version.id <> document.latest_id
                   AND NOT version.pinned
                   AND document.checkout_user_id IS NULL
                   AND NOT %(held)s
              ORDER BY version.id LIMIT %(limit)s
                """,
                rules=self.env["collab.folder"]._rules_query("thin_days"),
                after=after,
                now=fields.Datetime.now(),
                held=self.env["collab.document.hold"]._held("document"),
                limit=BATCH,
            )
        )
        return self.env["collab.document.version"].sudo().browse([row[0] for row in rows])

    @api.model
    def _thin_due(self, versions):
        versions._drop_bytes(fields.Datetime.now())
        for document, thinned in versions.grouped("document_id").items():
            tell(document, "thinned", ", ".join(thinned.mapped("number")))

    def _each(self, method, **arguments):
        """Call a method of each document; one that fails does not keep the others."""
        for document in self:
            try:
                with self.env.cr.savepoint():
                    getattr(document, method)(**arguments)
            except OperationalError:
                # to begin anew would judge it by the rules of before: it is due again tomorrow
                _logger.info("Document %s is changed by somebody: left for now", document.id)
                document.invalidate_recordset(flush=False)
            except Exception:
                _logger.exception("Document %s could not be dealt with", document.id)
                document.invalidate_recordset(flush=False)
