import io
import os
import tempfile

from werkzeug.exceptions import NotFound, UnprocessableEntity
from werkzeug.wsgi import wrap_file

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from ..core.kinds import preview_of, served_as
from ..events import tell
from ..reading.texts import charset_of
from ..stamping import stamp
from ..storage import bytes_open
from ..watermark import StampError

#: The browser may show it and run nothing: no script, no plug-in, no request of its own
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'"


class ContentController(http.Controller):
    @http.route(
        [
            "/collab/document/<int:document_id>/file",
            "/collab/document/<int:document_id>/file/<int:version_id>",
        ],
        type="http",
        auth="user",
    )
    def file(self, document_id, version_id=None, download=None):
        """Send the bytes of a version: by default the one the user sees."""
        document, version = self._version(document_id, version_id)
        tell(document, "downloaded" if download else "opened", versions=version)
        name = document._file_name(version)
        # editors need the file itself, to work on it
        if document.folder_id.sudo().watermark and not (download and document.can_edit):
            lines = stamp_lines(document, request.env.user.name, request.env.user.login)
            if answer := serve_stamped(version, name, lines, bool(download)):
                return answer
        return serve(version, name, bool(download))

    @http.route(
        "/collab/document/<int:document_id>/thumbnail/<int:version_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def thumbnail(self, document_id, version_id):
        """Send the picture of the first page; nothing if there is none (yet)."""
        document, version = self._version(document_id, version_id)
        content = version._content()
        with bytes_open():
            if not content.thumbnail or document._bears_mark():
                raise NotFound()
            stream = (
                request.env["ir.binary"]
                .sudo()
                ._get_stream_from(content, "thumbnail", default_mimetype="image/png")
            )
        # a version never changes; its picture is there or is not
        return stream.get_response(immutable=True)

    def _version(self, document_id, version_id):
        document = request.env["collab.document"].browse(document_id)
        try:
            document.check_access("read")
            version = (
                request.env["collab.document.version"].browse(version_id)
                if version_id
                else document.version_id
            )
            version.check_access("read")
        except (AccessError, MissingError):
            # whether it exists is nothing to be told
            raise NotFound() from None
        if not version or version.sudo().document_id != document:
            raise NotFound()
        return document, version


def stamp_lines(document, *reader):
    """Return what a watermark says: company, reader and time, in the reader's time zone.

    :param reader: lines that say who it is; of users the login is one, as they can change their
        name themselves
    """
    company = document.sudo().company_id or request.env.company
    now = fields.Datetime.context_timestamp(document, fields.Datetime.now())
    return [company.sudo().name, *reader, now.strftime("%Y-%m-%d %H:%M")]


def serve_stamped(version, name, lines, as_attachment):
    """Return the response with the bytes of a version, stamped with a watermark.

    :return: ``None`` if it is of a type that bears none
    """
    kind = version.sudo().kind
    if preview_of(kind) not in ("pdf", "image"):
        if kind.startswith("image/"):
            raise _unmarked()
        return None
    try:
        with _opened(version.sudo().attachment_id) as content:
            stamped = stamp(content, kind, lines)
    except StampError as error:
        raise _unmarked() from error
    headers = [
        ("Content-Type", served_as(kind)),
        ("Content-Length", os.fstat(stamped.fileno()).st_size),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        (
            "Content-Disposition",
            content_disposition(name, "attachment" if as_attachment else "inline"),
        ),
    ]
    # piece by piece, and closed at the end
    return request.make_response(wrap_file(request.httprequest.environ, stamped), headers)


def _unmarked():
    return UnprocessableEntity(
        request.env._("This file cannot be shown with the watermark that its folder asks for.")
    )


def _opened(attachment):
    """Return the bytes of an attachment as an open file of the system's."""
    if attachment.store_fname:
        try:
            return open(attachment._full_path(attachment.store_fname), "rb")
        except FileNotFoundError:
            raise NotFound() from None
    with bytes_open():
        data = attachment.raw
    if not data:
        raise NotFound()
    content = tempfile.TemporaryFile()  # noqa: SIM115  whoever calls closes it
    content.write(data)
    content.flush()  # it is read by its number
    return content


def serve(version, name, as_attachment):
    """Return the response with the bytes of a version.

    :param version: for whom it is was checked by the caller
    :param name: under which it is saved
    :param as_attachment: to be saved, not shown
    """
    attachment = version.sudo().attachment_id
    if not attachment:
        raise NotFound()
    kind = version.sudo().kind
    mimetype = served_as(kind)
    try:
        with bytes_open():
            stream = request.env["ir.binary"].sudo()._get_stream_from(attachment, filename=name)
    except FileNotFoundError:
        raise NotFound() from None
    stream.mimetype = mimetype
    stream.download_name = name
    stream.public = False
    as_attachment = as_attachment or mimetype == "application/octet-stream"
    response = stream.get_response(as_attachment=as_attachment, content_security_policy=POLICY)
    if preview_of(kind) == "text":
        # Odoo says UTF-8 of all texts
        response.headers["Content-Type"] = f"text/plain; charset={_charset(stream)}"
    return response


def _charset(stream):
    if stream.type != "path":
        return charset_of(io.BytesIO(stream.data))
    with open(stream.path, "rb") as file:
        return charset_of(file)
