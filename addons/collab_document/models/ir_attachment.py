import hashlib

from odoo import api, models

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import spend

#: Models whose attachments only their own module writes, deletes or makes
KEPT = frozenset({"collab.document.version"})


class IrAttachment(models.Model):
    """The bytes of versions are as unchangeable as the versions.

    Access rights say so to everybody but superuser mode, in which much of Odoo works with
    attachments: it is refused here, too.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        if self.pool.ready and any(vals.get("res_model") in KEPT for vals in vals_list):
            raise self._kept_error()
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("res_model") in KEPT:
            raise self._kept_error()
        kept = self._kept()
        if kept and not (records := spend(self)):
            if not all(one._is_moved_only(vals) for one in kept):
                raise self._kept_error()
            records = self
        return super(IrAttachment, records if kept else self).write(vals)

    def unlink(self):
        return super(IrAttachment, self._let_go()).unlink()

    def _let_go(self):
        """Return the attachments, of which none is kept, or which carry the pass."""
        if not self._kept():
            return self
        records = spend(self)
        if records is None:
            raise self._kept_error()
        return records

    def _kept(self):
        if not self.pool.ready:
            return self.browse()
        return self.sudo().filtered(lambda one: one.res_model in KEPT)

    def _is_moved_only(self, vals):
        """Whether `vals` are the bytes there are, as written where they move to other storage."""
        raw = vals.get("raw")
        return (
            vals.keys() <= {"raw", "mimetype"}
            and isinstance(raw, bytes)
            and hashlib.sha1(raw, usedforsecurity=False).hexdigest() == self.checksum
            and vals.get("mimetype", self.mimetype) == self.mimetype
        )

    def _kept_error(self):
        return GuardError(
            self.env._(
                "The file of a document's version cannot be changed or deleted: add a new version"
                " to the document instead."
            )
        )
