import io
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows, update_each
from odoo.addons.collab_guard.defaults import own_defaults
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import unsealed

from ..arguments import checked_ids
from ..core.kinds import kind_of
from ..core.names import copy_name, with_extension
from ..core.numbering import Number
from ..events import tell
from ..storage import Arrived, CollisionError, Stored, attach, size_of, store


class File(NamedTuple):
    """A file to add.

    :ivar name: as the user gave it
    :ivar content: ``bytes``, a seekable file-like in binary mode, :class:`..storage.Arrived`, or
        the :class:`..storage.Stored` of a version, to use its bytes once more
    :ivar note: said by the user about it
    """

    name: str
    content: bytes | io.IOBase | Arrived | Stored
    note: str | None = None


class CollabDocumentVersioned(models.AbstractModel):
    """The history of a document: adding, publishing and restoring versions."""

    _name = "collab.document.versioned"
    _description = "Versions of a Document"

    version_ids = fields.One2many("collab.document.version", "document_id", string="Versions")
    latest_id = fields.Many2one(
        "collab.document.version",
        string="Latest Version",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="collab_base.group_collab_auditor",
    )
    sha256 = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        groups="collab_base.group_collab_auditor",
        help="Of the latest version: what an approval of its publication rests on.",
    )
    published_id = fields.Many2one(
        "collab.document.version",
        string="Published Version",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The latest major version: what readers see.",
    )
    latest_size = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    published_size = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        help="Published, if the latest version is. A published document that is changed is a draft "
        "again, and readers go on seeing the version published before.",
    )
    changed_at = fields.Datetime(string="Changed", readonly=True, copy=False)

    # ------------------------------------------------------------------
    # Adding documents
    # ------------------------------------------------------------------

    @api.private
    def add_files(self, folder, files, publish=None, origin="uploaded"):
        """Add documents to a folder, a file each, as the current user.

        Costs a number of queries that does not grow with the files.

        :param folder: ``collab.folder``, in which the user is contributor
        :param files: list of :class:`File`
        :param publish: whether they are published at once; as the folder says by default
        :param origin: value of the field of the versions
        :return: the documents, in the order of the files; one whose publication needs an
            approval is a draft
        """
        folder.ensure_one()
        folder._check_role("contributor")
        folder._check_active()
        names = [self._checked_name(file.name) for file in files]
        stored = self._store(folder, [file.content for file in files])
        if publish is None:
            publish = not folder.sudo().is_controlled
        documents, published = self._create_documents(
            [
                {
                    "name": name,
                    "folder_id": folder.id,
                    "owner_id": self.env.uid,
                    "sha256": one.sha256,
                }
                for name, one in zip(names, stored, strict=True)
            ],
            publish,
        )
        rows = [
            {"number": Number().next(document in published), "origin": origin, "note": file.note}
            for document, file in zip(documents, files, strict=True)
        ]
        versions = documents._append(rows, list(zip(names, stored, strict=True)))
        tell(documents, "created", versions=versions)
        return documents

    def _create_documents(self, vals_list, publish):
        """Create documents that lack their versions yet.

        :return: the documents, and those of them that are published
        """
        # as superuser: the role in the folder was checked, and what is written is decided here
        model = self.sudo().with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        now = fields.Datetime.now()
        # all of it, as nobody has a say in what is kept: not by a default of their own either
        base = own_defaults(model) | {"state": "draft", "changed_at": now, "active": True}
        vals_list = [base | vals for vals in vals_list]
        if not publish:
            return self.browse(unsealed(model).create(vals_list).ids), self.browse()
        try:
            with self.env.cr.savepoint():
                created = unsealed(model).create(
                    [vals | {"state": "published"} for vals in vals_list]
                )
        except GuardError:
            # one by one, as something guards the publication of some of them
            documents = self.browse(unsealed(model).create(vals_list).ids)
            return documents, documents._try_to_publish()
        documents = self.browse(created.ids)
        return documents, documents

    def _store(self, folder, contents):
        """Return the :class:`..storage.Stored` of each of what :class:`File` can hold.

        What there is no room for in `folder` stays where it has arrived.
        """
        self._check_size(folder, [size_of(content) for content in contents])
        try:
            stored = iter(store(self.env, [one for one in contents if not isinstance(one, Stored)]))
        except CollisionError:
            raise self._collision_error() from None
        return [one if isinstance(one, Stored) else next(stored) for one in contents]

    def _append(self, rows, files):
        """Add a version to each of the documents and point to it; nothing is checked here.

        :param rows: for each document a dict of ``number`` (:class:`Number`), ``origin``,
            ``note`` and perhaps ``source_id``, ``author_id``, ``pinned``
        :param files: for each document a tuple of name and :class:`Stored`
        :return: the versions, in the order of the documents
        """
        version = self.env["collab.document.version"].sudo()
        kinds = [kind_of(stored.head, name) for name, stored in files]
        versions = insert_rows(
            version,
            [
                {
                    "document_id": document.id,
                    "major": row["number"].major,
                    "minor": row["number"].minor,
                    "number": str(row["number"]),
                    "name": name,
                    "note": row.get("note") or None,
                    "origin": row["origin"],
                    "source_id": row.get("source_id") or None,
                    "author_id": row.get("author_id") or self.env.uid,
                    "pinned": row.get("pinned", False),
                    "sha256": stored.sha256,
                    "size": stored.size,
                    "kind": kind,
                }
                for document, row, (name, stored), kind in zip(
                    self, rows, files, kinds, strict=True
                )
            ],
        )
        stored = [one for __, one in files]
        attachments = attach(versions, "attachment_id", stored, kinds)
        update_each(versions, [{"attachment_id": one.id} for one in attachments])
        self._point_to(versions)
        return versions.sudo(False)

    def _point_to(self, versions):
        """Make `versions` the latest of their documents, and majors the published ones."""
        rows = []
        for document, version in zip(self.sudo(), versions, strict=True):
            published = version if version.minor == 0 else document.published_id
            rows.append(
                {
                    "latest_id": version.id,
                    "latest_size": version.size,
                    "published_id": published.id or None,
                    "published_size": published.size or None,
                }
            )
        update_each(self.sudo(), rows)
        self.env["collab.document.rights"]._forget()
        self.env["collab.document.content"]._provide(versions)
        self.env["collab.document.index"]._replace(self)

    # ------------------------------------------------------------------
    # Adding versions
    # ------------------------------------------------------------------

    @api.private
    def add_version(self, file, base, publish=None, origin="uploaded", source=None):
        """Add a version to the document, as the current user.

        :param file: :class:`File`
        :param base: the version on which `file` was made; refused if it is not the latest
        :param publish: whether it is published at once; as the folder says by default
        :param source: version from which the bytes are, if not from `base`
        :return: the version
        :raise StaleError: if somebody else has added a version since `base`
        """
        self.ensure_one()
        self._check_right("can_edit")
        self._lock()
        self._check_active()
        self._check_check_out()
        document = self.sudo()
        latest = document.latest_id
        if latest != base:
            raise self._stale_error(base)
        name = self._checked_name(file.name)
        [stored] = self._store(document.folder_id, [file.content])
        if stored.sha256 == latest.sha256:
            raise self._identical_error(latest)
        if publish is None:
            publish = not document.folder_id.is_controlled
        # a draft again, before it becomes something else: what guards the publication lets go
        if self.state != "draft":
            self._reopen()
        self._write_kept(sha256=stored.sha256, changed_at=fields.Datetime.now())
        published = self._try_to_publish() if publish else self.browse()
        row = {
            "number": self._number().next(bool(published)),
            "origin": origin,
            "note": file.note,
            "source_id": (source or latest).id,
        }
        version = self._append([row], [(name, stored)])
        renamed = with_extension(document.name, name)
        if renamed != document.name:
            self._write_kept(name=renamed)
            self._title_changed()
        tell(self, "checked_in", file.note, version)
        self._checked_in()
        return version

    def _title_changed(self):
        self.env["collab.document.index"]._replace(self)

    def _number(self):
        """Return the number of the latest version."""
        latest = self.sudo().latest_id
        return Number(latest.major, latest.minor)

    def _lock(self):
        """Have others who change these documents wait for this transaction.

        If they were changed since it began, Odoo begins it anew.
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM collab_document WHERE id = ANY(%s) ORDER BY id"
                # who only notes that it was read does not wait
                " FOR NO KEY UPDATE",
                list(self.ids),
            )
        )

    # ------------------------------------------------------------------
    # Publishing
    # ------------------------------------------------------------------

    def action_publish(self, note=None, ask_again=False):
        """Publish the latest version of each document as the next major one.

        :param note: what readers should know of it
        :param ask_again: have those confirm reading it who were asked for an earlier one
        """
        self._check_right("can_edit")
        self._lock()
        self._check_check_out()
        drafts = self.filtered(lambda document: document.state == "draft")
        if not drafts:
            raise UserError(self.env._("The latest version is published already."))
        drafts._publish(note)
        if ask_again:
            self.env["collab.document.reading"]._ask_again(drafts)
        return True

    def _publish(self, note=None):
        """Publish the latest version of each document; rights are not checked here."""
        self._check_active()
        if any(document.state == "published" for document in self):
            raise UserError(self.env._("The latest version is published already."))
        self._write_kept(state="published", changed_at=fields.Datetime.now())
        versions = self._promote("published", note)
        tell(self, "published", note, versions)

    def _promote(self, origin, note):
        """Add the latest version of each document once more, as a major one."""
        rows, files, pinned = [], [], self._pinned()
        for document in self.sudo():
            latest = document.latest_id
            rows.append(
                {
                    "number": document._number().next(publish=True),
                    "origin": origin,
                    "note": note or latest.note,
                    "source_id": latest.id,
                    "author_id": latest.author_id.id,
                    "pinned": document in pinned,
                }
            )
            files.append((latest.name, latest._stored()))
        return self._append(rows, files)

    def _pinned(self):
        """Return those of the documents of which an approval rests on the bytes of the latest
        version; to extend."""
        return self.browse()

    def _reopen(self):
        """Make the document a draft again, before it gets another version; to extend."""
        self._write_kept(state="draft")

    def _try_to_publish(self):
        """Publish those of the documents whose publication nothing guards; return them."""
        published = self.browse()
        for document in self:
            try:
                with self.env.cr.savepoint():
                    document._write_kept(state="published")
            except GuardError:
                document.invalidate_recordset()
            else:
                published |= document
        return published

    def _write_kept(self, **vals):
        """Write what the document itself keeps."""
        # as superuser: the methods that write have checked what the user may do
        unsealed(self.sudo()).write(vals)

    # ------------------------------------------------------------------
    # Restoring and copying
    # ------------------------------------------------------------------

    def action_restore_version(self, version_id, note=None):
        """Add the bytes of an older version as the latest one.

        :param version_id: id of a version of this document that the user can read
        :return: id of the new version
        """
        self.ensure_one()
        version = (
            self.env["collab.document.version"].browse(checked_ids(self.env, [version_id])).exists()
        )
        if version.sudo().document_id != self:
            raise UserError(self.env._("That is not a version of this document."))
        version.check_access("read")
        if not version.sudo().attachment_id:
            raise UserError(
                self.env._("The file of version %s was thinned out.", version.sudo().number)
            )
        note = note or self.env._("Restored from version %s", version.number)
        file = File(version.name, version.sudo()._stored(), note)
        base = self.sudo().latest_id
        return self.add_version(file, base, origin="restored", source=version).id

    def _copy_to(self, folder):
        """Add what the current user sees of the document to `folder`; return the copy."""
        self.ensure_one()
        self.check_access("read")
        source = self.folder_id.sudo()
        if source.watermark or not source.allow_sharing:
            # the copy would bear no mark, and be shared from where it is
            self._check_right("can_edit")
        tell(self, "copied", about=folder)
        version = self.version_id.sudo()
        name = self.env["collab.document"]._free_name(folder, self.name)
        return self.add_files(folder, [File(name, version._stored())], origin="copied")

    @api.model
    def _free_name(self, folder, name):
        """Return `name`, numbered if there is a document of that name in `folder` already."""
        taken = self.sudo().search_fetch([("folder_id", "=", folder.id)], ["name"])
        return copy_name(name, set(taken.mapped("name")))

    # ------------------------------------------------------------------
    # Sentences
    # ------------------------------------------------------------------

    def _collision_error(self):
        return UserError(
            self.env._(
                "There is a different file with the same SHA-1 in the file store. Such files are"
                " made to deceive: it is not taken."
            )
        )

    def _identical_error(self, latest):
        return UserError(
            self.env._(
                "Nothing has changed: this is the very file of version %(version)s of “%(name)s”.",
                version=latest.number,
                name=self.name,
            )
        )

    def _stale_error(self, base):
        latest = self.sudo().latest_id
        # of another document it would tell how far that one is
        known = base.sudo().exists().filtered(lambda version: version.document_id == self)
        return StaleError(
            self.env._(
                "“%(name)s” was changed meanwhile: version %(latest)s by %(author)s is newer than"
                " %(base)s, on which your file is based. Compare the two, then add yours on top,"
                " or keep it as a document of its own.",
                name=self.name,
                latest=latest.number,
                author=latest.author_id.name,
                base=known.number or self.env._("what you have"),
            ),
            latest.id,
        )


class StaleError(UserError):
    """A file was made on a version that is no longer the latest.

    :param int latest_id: id of the version that is
    """

    def __init__(self, message, latest_id):
        super().__init__(message)
        self.latest_id = latest_id
