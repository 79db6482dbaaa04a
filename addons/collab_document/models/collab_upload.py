import contextlib
import os
import secrets
import time
from functools import partial
from pathlib import Path

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import SQL

from odoo.addons.collab_guard.seal import unsealed

from ..storage import Arrived, incoming_path
from .collab_document_versioned import File

#: Days that an upload can be gone on with
DAYS = 2


class CollabUpload(models.Model):
    """A file on its way in, piece by piece.

    The row says how much has arrived for certain: what a request that died has written beyond
    that is cut off. A finished upload is remembered for a while, so that a client that did not
    get the answer gets it when it asks again, and adds nothing.
    """

    _name = "collab.upload"
    _description = "Upload"
    _inherit = ["collab.sealed.mixin"]

    key = fields.Char(required=True, readonly=True)
    token = fields.Char(
        required=True, readonly=True, help="Names the file that is arriving: nobody guesses it."
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    size = fields.Float(digits=(16, 0), required=True, readonly=True)
    received = fields.Float(digits=(16, 0), readonly=True)
    result = fields.Json(readonly=True)

    _key_uniq = models.UniqueIndex("(user_id, key)")

    @api.model
    def _receive(self, key, piece, offset, size):
        """Take a piece of the current user's upload.

        :param key: made by the client, unique among the uploads of the user
        :param bytes piece: the bytes
        :param offset: where in the whole file the piece begins
        :param size: of the whole file
        :return: the upload; if ``received`` is not what the client has sent by now, it goes on
            from there
        """
        upload = self._locked(key, size)
        path = upload._path()
        if upload.result:
            return upload
        # what it may need was checked when it was begun
        if upload.size != size:
            raise UserError(self.env._("The file has changed: upload it anew."))
        if upload.received and not os.path.exists(path):
            upload._set_received(0)
        if upload.received != offset:
            return upload
        if offset + len(piece) > size:
            raise UserError(self.env._("More has arrived than the file has."))
        with open(path, "r+b" if offset else "wb") as file:
            file.seek(offset)
            file.truncate()
            file.write(piece)
        upload._set_received(offset + len(piece))
        return upload

    def _set_received(self, received):
        unsealed(self).write({"received": received})

    @api.model
    def _locked(self, key, size):
        """Return the upload of the current user with that key, made if there is none, such that
        no other transaction goes on with it."""
        # as superuser: nobody has access to uploads, and this finds one's own only
        uploads = self.sudo()
        mine = [("user_id", "=", self.env.uid), ("key", "=", key)]
        if upload := uploads.search(mine):
            self.env.cr.execute(
                SQL("SELECT id FROM collab_upload WHERE id = %s FOR UPDATE", upload.id)
            )
            return upload
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only people of the company add documents."))
        # before the bytes are on the disk
        self.env["collab.document"]._check_largest(size)
        try:
            return unsealed(uploads).create(
                {
                    "user_id": self.env.uid,
                    "key": key,
                    "token": secrets.token_hex(16),
                    "size": size,
                }
            )
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same upload has begun meanwhile") from error

    def _path(self):
        return incoming_path(self.env, f"upload-{self.token}")

    def _is_complete(self):
        return self.received == self.size and not self.result

    def _file(self, name, note=None):
        """Return the :class:`File` of the upload, which is complete."""
        return File(name, Arrived(self._path()), note)

    def _finish(self, result):
        unsealed(self).write({"result": result})
        # it is still there if the file store had those bytes already
        self.env.cr.postcommit.add(partial(Path(self._path()).unlink, missing_ok=True))

    @api.autovacuum
    def _gc_uploads(self):
        """Forget uploads that nobody has gone on with."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        gone = self.sudo().search([("write_date", "<", limit)], limit=1000)
        unsealed(gone).unlink()
        return len(gone), len(gone) == 1000

    @api.autovacuum
    def _gc_pieces(self):
        """Delete what has arrived and become of nothing, as its request or its server died."""
        limit = time.time() - DAYS * 24 * 60 * 60
        with os.scandir(os.path.dirname(incoming_path(self.env, "any"))) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < limit:
                        os.unlink(entry.path)
