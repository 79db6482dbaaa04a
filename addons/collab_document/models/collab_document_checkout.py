from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..events import tell

#: How long a check-out lasts unless it is extended, in hours, and at most
HOURS, MOST = 8, 24 * 14


class CollabDocumentCheckout(models.AbstractModel):
    """One person at a time works on a document, for a time."""

    _name = "collab.document.checkout"
    _description = "Check-out of a Document"

    checkout_user_id = fields.Many2one(
        "res.users",
        string="Checked Out by",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    checkout_until = fields.Datetime(string="Checked Out until", readonly=True, copy=False)
    is_checked_out = fields.Boolean(
        compute="_compute_is_checked_out", search="_search_is_checked_out"
    )
    is_mine = fields.Boolean(
        string="Checked Out by Me", compute="_compute_is_checked_out", search="_search_is_mine"
    )

    @api.depends("checkout_user_id", "checkout_until")
    @api.depends_context("uid")
    def _compute_is_checked_out(self):
        """A check-out that has run out is none, whether it was ended or not."""
        now = fields.Datetime.now()
        taken = self.filtered("checkout_user_id").filtered(
            lambda document: document.checkout_until and document.checkout_until > now
        )
        mine = taken.filtered(lambda document: document.checkout_user_id == self.env.user)
        (self - taken).is_checked_out = False
        taken.is_checked_out = True
        (self - mine).is_mine = False
        mine.is_mine = True

    def _search_is_checked_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = Domain("checkout_user_id", "!=", False) & Domain(
            "checkout_until", ">", fields.Datetime.now()
        )
        return wanted if True in value else ~wanted

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = Domain("checkout_user_id", "=", self.env.uid) & Domain(
            "checkout_until", ">", fields.Datetime.now()
        )
        return wanted if True in value else ~wanted

    def action_check_out(self, hours=HOURS):
        """Reserve the documents for the current user, or extend that.

        :param hours: for how long
        """
        if type(hours) not in (int, float) or not 0 < hours <= MOST:
            raise UserError(
                self.env._("Documents are checked out for between an hour and %s days.", MOST // 24)
            )
        self._check_right("can_edit")
        self._lock()
        self._check_active()
        self._check_check_out()
        new = self.filtered(lambda document: not document.is_mine)
        self._write_kept(
            checkout_user_id=self.env.uid,
            checkout_until=fields.Datetime.now() + timedelta(hours=hours),
        )
        if new:
            tell(new, "checked_out")
        self._notify_check_outs(self.env.user)
        return True

    def action_release(self):
        """End the current user's own check-out without a new version."""
        self._check_right("can_edit")
        self._lock()
        self._check_check_out()
        self._release("released")
        return True

    def action_break_check_out(self, reason=None):
        """End somebody else's check-out; whoever it is is told."""
        self._check_right("can_manage")
        reason = str(reason or "").replace("\0", "")[:500]
        self._lock()
        taken = self.filtered(lambda document: document.is_checked_out)
        for user, documents in taken.grouped("checkout_user_id").items():
            if user != self.env.user:
                documents._tell_broken(user, reason)
        taken._release("broken", reason)
        return True

    def _release(self, event, note=None):
        taken = self._end_check_outs()
        if taken:
            tell(taken, event, note)

    def _checked_in(self):
        """End the check-out of the documents, whose new version is in."""
        self._end_check_outs()

    def _end_check_outs(self):
        """Return those of the documents that were checked out."""
        taken = self.filtered("checkout_user_id")
        self._notify_check_outs(taken.checkout_user_id)
        taken._write_kept(checkout_user_id=False, checkout_until=False)
        return taken

    @api.model
    def _notify_check_outs(self, users):
        self.env["collab.card"]._notify(users, "document.checkouts")

    def _check_check_out(self):
        """Raise an error if somebody else works on one of the documents."""
        for document in self:
            if document.is_checked_out and not document.is_mine:
                raise UserError(
                    self.env._(
                        "“%(name)s” is checked out by %(user)s until %(until)s.",
                        name=document.name,
                        user=document.checkout_user_id.sudo().name,
                        until=fields.Datetime.context_timestamp(
                            document, document.checkout_until
                        ).strftime("%Y-%m-%d %H:%M"),
                    )
                )

    def _tell_broken(self, user, reason):
        for document in self:
            document.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=self.env._("Your check-out of “%s” was ended", document.name),
                body=self.env._(
                    "%(who)s has ended your check-out of “%(name)s”. %(reason)s",
                    who=self.env.user.name,
                    name=document.name,
                    reason=reason,
                ),
            )

    @api.model
    def _cron_end_check_outs(self):
        """End check-outs that have run out; they count for nothing already."""
        gone = self.sudo().search(
            [("checkout_user_id", "!=", False), ("checkout_until", "<=", fields.Datetime.now())],
            limit=1000,
        )
        gone._release("released", self.env._("It had run out."))
