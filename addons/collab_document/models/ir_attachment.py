import hashlib

from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import spend

from ..storage import bytes_open

#: Models whose attachments only their own module writes, deletes or makes
KEPT = frozenset({"collab.document.version"})
#: Those whose bytes nobody gets by the id of an attachment
HIDDEN = KEPT | {"collab.document.content"}
#: Where the bytes are is found out, and not said by a default of the caller's
FOUND_OUT = frozenset({"store_fname", "db_datas", "checksum", "file_size"})


class IrAttachment(models.Model):
    """The bytes of versions are as unchangeable as the versions, and had from the document alone.

    Access rights say so to everybody but superuser mode, in which much of Odoo works with
    attachments: it is refused here, too.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        if self.pool.ready and any(_is_kept(vals.get("res_model")) for vals in vals_list):
            raise self._kept_error()
        return super().create(vals_list)

    @api.model
    def default_get(self, fields):
        # a path of the caller's choice would be any file of the file store
        defaults = super().default_get(fields)
        return {name: value for name, value in defaults.items() if name not in FOUND_OUT}

    def _compute_raw(self):
        hidden = self.browse()
        if not bytes_open:
            hidden = self.filtered(lambda one: one.sudo()._is_hidden())
            hidden.raw = False
        return super(IrAttachment, self - hidden)._compute_raw()

    def _is_hidden(self):
        """Whether Odoo gets no bytes of the attachment: related fields read as superuser, and a
        form that is not saved may name any file of the store."""
        stored = self._origin
        return (
            self.res_model in HIDDEN
            or stored.res_model in HIDDEN
            or bool(self.store_fname and self.store_fname != stored.store_fname)
        )

    @api.model
    def force_storage(self):
        if not self.env.is_admin():
            return super().force_storage()
        # as superuser: it would not find what administrators do not see
        return super(IrAttachment, self.sudo()).force_storage()

    def _check_access(self, operation):
        result = super()._check_access(operation)
        # not for administrators of Odoo either, whom it does not ask about fields
        kept = self._kept() if self.pool.ready else self.browse()
        if not kept:
            return result
        return (result[0] if result else self.browse()) | kept, self._no_access_error

    def _no_access_error(self):
        return AccessError(self.env._("The file of a document is had from the document alone."))

    def _migrate(self):
        with bytes_open():
            return super()._migrate()

    def write(self, vals):
        if _is_kept(vals.get("res_model")):
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


def _is_kept(model_name):
    return isinstance(model_name, str) and model_name in KEPT
