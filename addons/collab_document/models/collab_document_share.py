import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urljoin

from passlib.context import CryptContext
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_guard.seal import unsealed

from ..arguments import checked_ids
from ..events import tell

#: Wrong passwords in a row after which a link is closed for a while, and for how long
TRIES, PAUSE = 5, timedelta(minutes=15)
#: Characters that a password needs, and may have
SHORTEST, LONGEST = 6, 200

PASSWORDS = CryptContext(schemes=["pbkdf2_sha512"], pbkdf2_sha512__rounds=210_000)


class CollabDocumentShare(models.Model):
    """A link by which somebody outside gets the published version of a document.

    Of the token in the link only a hash is kept: it is shown once, to whoever made it.
    """

    _name = "collab.document.share"
    _description = "Shared Link"
    _inherit = ["collab.document.ruled", "collab.document.about", "collab.sealed.mixin"]
    _order = "id desc"
    _rec_name = "label"

    document_id = fields.Many2one(
        "collab.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    label = fields.Char(string="For", readonly=True, help="Whom the link was made for.")
    token_hash = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    password_hash = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    has_password = fields.Boolean(string="Password", readonly=True)
    expires_at = fields.Datetime(string="Valid until", readonly=True)
    max_downloads = fields.Integer(string="Downloads at Most", readonly=True, help="0: no limit.")
    download_count = fields.Integer(string="Downloads", readonly=True)
    revoked_at = fields.Datetime(string="Revoked", readonly=True)
    failures = fields.Integer(readonly=True, help="Wrong passwords in a row.")
    closed_until = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("open", "Active"), ("expired", "Expired"), ("used", "Used up"), ("revoked", "Revoked")],
        compute="_compute_state",
        search="_search_state",
    )

    _token_uniq = models.UniqueIndex("(token_hash)")

    @api.depends("expires_at", "max_downloads", "download_count", "revoked_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for share in self:
            if share.revoked_at:
                share.state = "revoked"
            elif share.expires_at and share.expires_at <= now:
                share.state = "expired"
            elif share.max_downloads and share.download_count >= share.max_downloads:
                share.state = "used"
            else:
                share.state = "open"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        revoked = Domain("revoked_at", "!=", False)
        expired = Domain("expires_at", "<=", now)
        used = Domain("max_downloads", ">", 0) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s >= %s",
                SQL.identifier(alias, "download_count"),
                SQL.identifier(alias, "max_downloads"),
            )
        )
        states = {
            "revoked": revoked,
            "expired": ~revoked & expired,
            "used": ~revoked & ~expired & used,
            "open": ~revoked & ~expired & ~used,
        }
        return Domain.OR(states[state] for state in value if state in states)

    # ------------------------------------------------------------------
    # For the user
    # ------------------------------------------------------------------

    @api.model
    def share(self, document_id, days=None, password=None, max_downloads=None, label=None):
        """Make a link to the published version of a document, for people outside.

        :param days: for how long; for ever, if the policy allows that
        :param password: that whoever has the link has to know
        :param max_downloads: how often the file can be downloaded by it
        :param label: whom it is for
        :return: dict of ``id`` and ``url``, which nobody can find out later
        """
        document = self.env["collab.document"].browse(checked_ids(self.env, [document_id]))
        document._check_right("can_edit")
        document._check_active()
        if not document.published_id:
            raise UserError(self.env._("Publish “%s” first.", document.name))
        if not document.folder_id.sudo().allow_sharing:
            raise UserError(self.env._("The folder does not allow sharing by a link."))
        days, max_downloads = _count(days), _count(max_downloads)
        if days is None or max_downloads is None:
            raise UserError(self.env._("Days and downloads are whole numbers from 1 on."))
        if password and not isinstance(password, str):
            raise UserError(self.env._("A password is a text."))
        if password and not (len(password.strip()) >= SHORTEST and len(password) <= LONGEST):
            raise UserError(self.env._("Choose a password of at least %s characters.", SHORTEST))
        self.env["collab.share.policy"]._mine()._check(days, password, max_downloads)
        token = secrets.token_urlsafe(32)
        share = unsealed(self.sudo()).create(
            {
                "document_id": document.id,
                "label": str(label or "").replace("\0", "")[:200] or False,
                "token_hash": _hash(token),
                "password_hash": password and PASSWORDS.hash(password),
                "has_password": bool(password),
                "expires_at": days and fields.Datetime.now() + timedelta(days=days),
                "max_downloads": max_downloads,
                "download_count": 0,
                "failures": 0,
            }
        )
        tell(document, "shared", share.label)
        return {"id": share.id, "url": urljoin(self.get_base_url(), f"/collab/share/{token}")}

    def action_revoke(self):
        """Close the links at once."""
        self.check_access("read")
        documents = self.document_id
        documents._check_right("can_edit")
        shares = self.filtered(lambda share: not share.revoked_at)
        unsealed(shares.sudo()).write({"revoked_at": fields.Datetime.now()})
        for share in shares:
            tell(share.document_id, "revoked", share.label)
        return True

    # ------------------------------------------------------------------
    # For whoever has the link
    # ------------------------------------------------------------------

    @api.model
    def _find(self, token):
        """Return the share of a token, as superuser; none if there is none or it is not open."""
        shares = self.sudo()
        if not isinstance(token, str) or not 20 <= len(token) <= 100:
            return shares.browse()
        share = shares.search([("token_hash", "=", _hash(token))])
        document = share.document_id
        is_open = (
            share.state == "open"
            and document.active
            and document.published_id
            and document.folder_id.allow_sharing
            and share._is_backed()
        )
        return share if is_open else shares.browse()

    def _is_backed(self):
        """Whether who has made the link could share the document today."""
        maker = self.create_uid
        if not maker.active or not self.document_id._as_seen_by(maker).has_access("write"):
            return False
        policy = self.env["collab.share.policy"].with_user(maker)._mine()
        return not policy or policy.allowed

    def _refusal(self, password):
        """Return why `password` does not open the link, ``None`` if it does.

        Wrong ones are counted, however many come at once.

        :return: ``"wrong"``, or ``"closed"`` if there were too many wrong ones
        """
        if not self.has_password:
            return None
        share = self.sudo()
        if share.closed_until and share.closed_until > fields.Datetime.now():
            return "closed"
        password = password or ""
        # it takes its time, so nobody waits for it in the database
        right = len(password) <= LONGEST and PASSWORDS.verify(password, share.password_hash)
        state = self._count_try(right)
        self.invalidate_recordset(["failures", "closed_until"], flush=False)
        if state is None or state:
            return "closed"
        return None if right else "wrong"

    def _count_try(self, right):
        """Note that a password was right or wrong.

        :return: whether it has closed the link; ``None`` if that was closed meanwhile, and the
            password does not count
        """
        now = fields.Datetime.now()
        with self._apart() as cr:
            # no key changes: else the event of the download, which refers to the row as it was
            # before, could never be noted
            cr.execute(
                SQL(
                    """
                    UPDATE collab_document_share
                       SET failures = CASE WHEN %(right)s OR failures + 1 >= %(tries)s
                                           THEN 0 ELSE failures + 1 END,
                           closed_until = CASE WHEN NOT %(right)s AND failures + 1 >= %(tries)s
                                               THEN %(until)s::timestamp END
                     WHERE id = %(share)s AND (closed_until IS NULL OR closed_until <= %(now)s)
                 RETURNING closed_until IS NOT NULL
                    """,
                    right=right,
                    tries=TRIES,
                    until=now + PAUSE,
                    share=self.id,
                    now=now,
                )
            )
            return (cr.fetchone() or [None])[0]

    def _count_download(self):
        """Take one of the downloads, and note it; return whether there was one left."""
        with self._apart() as cr:
            cr.execute(
                SQL(
                    "UPDATE collab_document_share SET download_count = download_count + 1"
                    " WHERE id = %s AND revoked_at IS NULL"
                    " AND (expires_at IS NULL OR expires_at > %s)"
                    " AND (max_downloads = 0 OR download_count < max_downloads)",
                    self.id,
                    fields.Datetime.now(),
                )
            )
            return bool(cr.rowcount)

    def _apart(self):
        """Return a cursor of its own, in which what others commit is seen at once.

        So one row can be counted by many requests at a time without any of them failing.
        """
        self.flush_recordset()
        cr = self.env.registry.cursor()
        # a cursor of Odoo's tests is in the middle of a transaction, where nobody comes between
        if cr.connection.info.transaction_status == TRANSACTION_STATUS_IDLE:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return cr


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def _count(value):
    """Return `value` as a number that is not negative, ``None`` if it is none; 0 for nothing."""
    if not value:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 100_000:
        return None
    return value
