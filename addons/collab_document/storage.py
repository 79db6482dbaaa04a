"""Bytes on their way into Odoo's file store, piece by piece.

Functions, not methods, as methods can be called from the code of server actions.
"""

import contextlib
import filecmp
import hashlib
import io
import os
import shutil
import uuid
from functools import partial
from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows
from odoo.addons.collab_base.during import During

from .core.kinds import served_as

#: Bytes read at a time
PIECE = 1 << 20
#: Bytes from which the type of a file is told
HEAD = 4096
#: Folder of the file store for what has not arrived yet
INCOMING = "collab_incoming"

#: While Odoo reads the bytes of versions for the document centre, which it does for nobody else:
#: not for what came to the id of an attachment some other way
bytes_open = During("collab_document_bytes_open")


class Stored(NamedTuple):
    """A file whose bytes are in the file store, without a row that says so yet.

    :ivar data: the bytes themselves, where the storage is another than files
    """

    sha256: str
    checksum: str
    size: int
    store_fname: str | None
    head: bytes
    data: bytes | None = None


class Arrived(NamedTuple):
    """A file that lies complete among those that are arriving."""

    path: str


def incoming_path(env, name):
    """Return the path of a file that is arriving, in a folder that exists."""
    folder = env["ir.attachment"]._full_path(INCOMING)
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, name)


def size_of(content):
    """Return the number of bytes of what :func:`store` takes, or of a :class:`Stored`."""
    match content:
        case Stored():
            return content.size
        case Arrived():
            return os.path.getsize(content.path)
        case bytes():
            return len(content)
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    return size


def store(env, contents):
    """Put bytes into the file store.

    :param contents: ``bytes``, seekable file-likes in binary mode, or :class:`Arrived`
    :return: list of :class:`Stored`
    """
    paths, files = [], []
    try:
        for content in contents:
            if isinstance(content, Arrived):
                paths.append(content.path)
                with open(content.path, "rb") as file:
                    files.append(_digest(file, lambda piece: None))
                continue
            paths.append(incoming_path(env, uuid.uuid4().hex))
            with open(paths[-1], "wb") as file:
                stream = io.BytesIO(content) if isinstance(content, bytes) else content
                files.append(_digest(stream, file.write))
        stored = _settle(env, paths, files)
        for content, file in zip(contents, stored, strict=True):
            if isinstance(content, Arrived) and file.store_fname:
                target = env["ir.attachment"]._full_path(file.store_fname)
                env.cr.postrollback.add(partial(_bring_back, target, content.path))
        return stored
    finally:
        for path, content in zip(paths, contents, strict=False):
            if not isinstance(content, Arrived):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)


def _bring_back(target, path):
    """Have what had arrived there again, as Odoo may begin the request anew, which does not bring
    it once more. Others may use what is in the file store by now."""
    if not os.path.exists(path):
        shutil.copyfile(target, path)


def _digest(stream, take):
    sha256, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    size, head = 0, b""
    while piece := stream.read(PIECE):
        sha256.update(piece)
        sha1.update(piece)
        size += len(piece)
        if len(head) < HEAD:
            head += piece[: HEAD - len(head)]
        take(piece)
    return Stored(sha256.hexdigest(), sha1.hexdigest(), size, None, head)


def _settle(env, paths, files):
    """Move files that have arrived to their places in the file store.

    :param paths: of the files; they are gone afterwards
    :param files: for each, what :func:`_digest` has found about it
    :return: list of :class:`Stored`
    """
    attachment = env["ir.attachment"].sudo()
    if attachment._storage() != "file":
        return [_load(path, file) for path, file in zip(paths, files, strict=True)]
    # the garbage collector must not look before there is a row: it takes a lock on the table
    # that waits for this one
    env.cr.execute(SQL("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE"))
    return [_move(attachment, path, file) for path, file in zip(paths, files, strict=True)]


def _load(path, file):
    with open(path, "rb") as stream:
        return file._replace(data=stream.read())


def _move(attachment, path, file):
    fname = f"{file.checksum[:2]}/{file.checksum}"
    target = attachment._full_path(fname)
    if not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(path, target)
    elif not filecmp.cmp(path, target, shallow=False):
        raise CollisionError(file.checksum)
    attachment._mark_for_gc(fname)
    return file._replace(store_fname=fname)


class CollisionError(ValueError):
    """Two different files have the same SHA-1, by which the file store names them."""


def attach(records, field_name, files, kinds):
    """Make the attachments of `records`, one each, without loading or indexing their bytes.

    :param records: recordset, in the environment of who does it
    :param str field_name: the many2one of the model to ``ir.attachment``
    :param files: for each record the :class:`Stored`
    :param kinds: for each record the type of the file
    :return: the attachments, in the order of the records; the field is yet to be written
    """
    attachment = records.env["ir.attachment"].sudo()
    rows = [
        {
            # not that of the file, as Odoo shows the name of an attachment to whoever has its id
            "name": f"{records._table}-{record_id}",
            "type": "binary",
            "res_model": records._name,
            "res_field": field_name,
            "res_id": record_id,
            "mimetype": served_as(kind).partition(";")[0],
            "checksum": stored.checksum,
            "file_size": stored.size,
            "store_fname": stored.store_fname,
            "public": False,
        }
        for record_id, stored, kind in zip(records.ids, files, kinds, strict=True)
    ]
    attachments = insert_rows(attachment, rows)
    for one, stored in zip(attachments, files, strict=True):
        if stored.data is not None:
            one.raw = stored.data
    return attachments
