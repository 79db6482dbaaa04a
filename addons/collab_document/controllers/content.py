from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from ..core.kinds import served_as
from ..events import tell

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
        return serve(version, document._file_name(version), bool(download))

    @http.route(
        "/collab/document/<int:document_id>/thumbnail/<int:version_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def thumbnail(self, document_id, version_id):
        """Send the picture of the first page; nothing if there is none (yet)."""
        __, version = self._version(document_id, version_id)
        content = version._content()
        if not content.thumbnail:
            raise NotFound()
        stream = request.env["ir.binary"].sudo()._get_stream_from(
            content, "thumbnail", default_mimetype="image/png"
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


def serve(version, name, as_attachment):
    """Return the response with the bytes of a version.

    :param version: for whom it is was checked by the caller
    :param name: under which it is saved
    :param as_attachment: to be saved, not shown
    """
    attachment = version.sudo().attachment_id
    if not attachment:
        raise NotFound()
    mimetype = served_as(version.sudo().kind)
    stream = request.env["ir.binary"].sudo()._get_stream_from(attachment, filename=name)
    stream.mimetype = mimetype
    stream.download_name = name
    stream.public = False
    as_attachment = as_attachment or mimetype == "application/octet-stream"
    return stream.get_response(as_attachment=as_attachment, content_security_policy=POLICY)
