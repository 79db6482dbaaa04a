from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.collab_base.bulk import insert_rows, update_rows

from ..arguments import checked_ids
from ..events import tell

#: Days between reminders to one person, and people of one request at most
EVERY, MOST = 3, 5_000


class CollabDocumentReading(models.Model):
    """That somebody was asked to read a published document, and whether they say they have."""

    _name = "collab.document.reading"
    _description = "Reading of a Document"
    _inherit = ["collab.document.ruled", "collab.sealed.mixin"]
    _order = "read_at desc nulls first, due, id"
    _rec_name = "document_id"

    document_id = fields.Many2one(
        "collab.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    version_id = fields.Many2one(
        "collab.document.version",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="Reader", required=True, readonly=True, ondelete="restrict"
    )
    asked_uid = fields.Many2one("res.users", string="Asked by", readonly=True, ondelete="set null")
    due = fields.Date(readonly=True)
    read_at = fields.Datetime(string="Confirmed", readonly=True)
    reminded_at = fields.Datetime(readonly=True)

    _once = models.UniqueIndex("(version_id, user_id)")
    _open_idx = models.Index("(user_id, due) WHERE read_at IS NULL")

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @api.model
    def _checked_day(self, day):
        """Return the day that came by RPC, ``None`` for nothing."""
        try:
            return fields.Date.to_date(day) or None
        except (TypeError, ValueError, AttributeError):
            raise UserError(self.env._("“%s” is no day.", day)) from None

    @api.model
    def ask(self, document_ids, user_ids=(), group_ids=(), department_ids=(), due=None):
        """Ask people to confirm that they have read the published version of documents.

        Who was asked for this version already is not asked again.

        :param due: by which day
        :return: how many were asked
        :raise UserError: naming people who cannot read one of the documents
        """
        documents = self.env["collab.document"].browse(checked_ids(self.env, document_ids))
        documents._check_right("can_edit")
        documents._check_active()
        users = self._users(user_ids, group_ids, department_ids)
        due = self._checked_day(due)
        for document in documents:
            if not document.published_id:
                raise UserError(self.env._("Publish “%s” first.", document.name))
        if not users:
            raise UserError(self.env._("Choose who is to read it."))
        if len(users) > MOST:
            raise UserError(self.env._("At most %s people are asked at once.", MOST))
        self._check_they_can(documents, users)
        there = {
            (reading.version_id.id, reading.user_id.id)
            for reading in self.sudo().search(
                [("version_id", "in", documents.published_id.ids), ("user_id", "in", users.ids)]
            )
        }
        asked = insert_rows(
            self.sudo(),
            [
                {
                    "document_id": document.id,
                    "version_id": document.published_id.id,
                    "user_id": user.id,
                    "asked_uid": self.env.uid,
                    "due": due,
                }
                for document in documents
                for user in users
                if (document.published_id.id, user.id) not in there
            ],
        )
        if asked:
            tell(
                asked.document_id.sudo(False), "asked", self.env._("People: %s", len(asked.user_id))
            )
            self._notify(asked.user_id)
        return len(asked)

    @api.model
    def _users(self, user_ids, group_ids, department_ids):
        """Return the internal users named, of the groups, and working in the departments."""
        users = self.env["res.users"].sudo()
        employees = self.env["hr.employee"].sudo()
        found = users.browse(checked_ids(self.env, user_ids)).exists()
        groups = self.env["res.groups"].sudo().browse(checked_ids(self.env, group_ids))
        found |= groups.exists().all_user_ids
        if departments := checked_ids(self.env, department_ids):
            found |= employees.search([("department_id", "child_of", departments)]).user_id
        return found.filtered(lambda user: user.active and not user.share)

    @api.model
    def _check_they_can(self, documents, users):
        for user in users:
            theirs = documents.with_user(user)
            if unreadable := theirs - theirs._filtered_access("read"):
                raise UserError(
                    self.env._(
                        "%(user)s cannot read “%(document)s”: give them a role in its folder first.",
                        user=user.name,
                        document=documents.browse(unreadable[0].id).name,
                    )
                )

    @api.model
    def _ask_again(self, documents):
        """Ask those who were asked for an earlier version of `documents` for the one published
        now."""
        readings = self.sudo().search([("document_id", "in", documents.ids)])
        for document, earlier in readings.grouped("document_id").items():
            users = earlier.user_id.filtered(lambda user: user.active and not user.share)
            theirs = users.filtered(
                lambda user, d=document: d.with_user(user).sudo(False).has_access("read")
            )
            if theirs:
                self.ask(document.ids, theirs.ids)

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Confirm that the current user has read what they were asked to."""
        self.check_access("read")
        if self.filtered(lambda reading: reading.user_id != self.env.user):
            raise UserError(self.env._("Only whoever was asked can confirm."))
        mine = self.filtered(lambda reading: not reading.read_at)
        for reading in mine:
            if reading.version_id != reading.document_id.sudo().published_id:
                raise UserError(
                    self.env._(
                        "There is a newer version of “%s”: look at that one.",
                        reading.document_id.name,
                    )
                )
        update_rows(mine.sudo(), {"read_at": fields.Datetime.now()})
        if mine:
            tell(mine.document_id, "confirmed")
            self._notify(self.env.user)
        return True

    @api.model
    def _waiting(self):
        """Return the domain of what the current user has yet to read: of each document the
        version that is published."""
        return Domain(
            [
                ("user_id", "=", self.env.uid),
                ("read_at", "=", False),
                ("document_id.active", "=", True),
                ("version_id.is_published", "=", True),
                ("version_id.can_read", "=", True),
            ]
        )

    @api.model
    def _notify(self, users):
        self.env["collab.card"]._notify(users, "document.reading")

    @api.model
    def _cron_remind(self):
        """Remind those, and only those, who have not confirmed and whose day comes near or is
        past; one message a person."""
        today = fields.Date.context_today(self)
        now = fields.Datetime.now()
        due = self.sudo().search(
            [
                ("read_at", "=", False),
                ("due", "<=", today + timedelta(days=1)),
                ("document_id.active", "=", True),
                ("user_id.active", "=", True),
                "|",
                ("reminded_at", "=", False),
                ("reminded_at", "<", now - timedelta(days=EVERY)),
            ]
        )
        due = due.filtered(lambda reading: reading.version_id == reading.document_id.published_id)
        by_user = due.grouped("user_id")
        for number, (user, readings) in enumerate(by_user.items(), 1):
            # who has lost access meanwhile is told nothing, not even a name
            readable = readings.document_id._as_seen_by(user)._filtered_access("read")
            readings = readings.filtered(
                lambda one, ids=set(readable.ids): one.document_id.id in ids
            )
            readings._remind(user)
            update_rows(readings, {"reminded_at": now})
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(by_user) - number):
                break

    def _remind(self, user):
        if not self:
            return
        names = ", ".join(self.document_id.mapped("name")[:5])
        texts = self.with_context(lang=user.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=texts.env._("Please read: %s", names),
            body=texts.env._(
                "You were asked to read and confirm: %(names)s. You find them on your workbench.",
                names=names,
            ),
        )
