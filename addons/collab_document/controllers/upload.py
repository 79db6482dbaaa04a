from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ..models.collab_document_versioned import StaleError

#: Bytes that one request may bring, as they are held in memory; clients send less
MOST = 32 << 20
KEY_LENGTH = 64


class UploadController(http.Controller):
    @http.route(
        "/collab/document/upload",
        type="http",
        auth="user",
        methods=["POST"],
        # a body of this type comes from no form of another site without asking before, as the
        # JSON of Odoo's own routes
        csrf=False,
        max_content_length=MOST,
    )
    def upload(self, key="", name="", size="", offset="0", **wanted):
        """Take a piece of a file, and when it is whole add a document or a version.

        The body is the piece itself, ``application/octet-stream``.

        :param key: made by the client, one for each file
        :param name: of the file
        :param size: of the whole file, in bytes
        :param offset: where in it the piece begins
        :param wanted: ``folder_id``, to add a document; or ``document_id`` and ``base_id``, the
            version that the user has worked on, to add a version; ``res_model`` and ``res_id``,
            to add a document to a record; and perhaps ``note`` and ``publish`` (1 or 0)
        :return: JSON: ``received``, the bytes that have arrived; and once that is all of them
            either ``document_id`` and ``version_id``, or ``error``, a sentence, and ``stale_id``,
            if somebody else has added that version meanwhile. An upload that was refused may be
            asked for in another way, without sending the bytes again.
        """
        if request.httprequest.mimetype != "application/octet-stream":
            raise UnsupportedMediaType()
        if not 0 < len(key) <= KEY_LENGTH:
            raise BadRequest("key")
        if any("\0" in text for text in (key, *wanted.values())):
            # the database knows no such character; of names it is taken off
            raise BadRequest("NUL")
        size, offset = _number(size, "size"), _number(offset, "offset")
        answer = self._answer(key, name, size, offset, self._piece(), wanted)
        return request.make_json_response(answer, status=200 if "error" not in answer else 422)

    def _piece(self):
        """Return the body of the request.

        It is kept, for when Odoo begins the request anew, and emptied once it is committed:
        requests refer to themselves, and stay in memory until Python looks for such ones.
        """
        if not hasattr(request, "collab_piece"):
            request.collab_piece = bytearray(request.httprequest.get_data(cache=False))
        piece = request.collab_piece
        request.env.cr.postcommit.add(piece.clear)
        return piece

    def _answer(self, key, name, size, offset, piece, wanted):
        uploads = request.env["collab.upload"]
        try:
            with request.env.cr.savepoint():
                upload = uploads._receive(key, piece, offset, size)
        except (UserError, AccessError) as error:
            return {"received": 0, "error": str(error)}
        if upload.result:
            return upload.result
        answer = {"received": int(upload.received)}
        if not upload._is_complete():
            return answer
        try:
            with request.env.cr.savepoint():
                upload._finish(answer | self._add(upload, name, wanted))
        except StaleError as error:
            return answer | {"error": str(error), "stale_id": error.latest_id}
        except (UserError, AccessError) as error:
            return answer | {"error": str(error)}
        return upload.result

    def _add(self, upload, name, wanted):
        """Add what the upload is for; return what the client is told of it."""
        documents = request.env["collab.document"]
        file = upload._file(name, wanted.get("note") or None)
        publish = {"1": True, "0": False}.get(wanted.get("publish"))
        if "document_id" in wanted:
            document = documents.browse(_id(wanted["document_id"], "document_id"))
            base = request.env["collab.document.version"].browse(
                _id(wanted.get("base_id"), "base_id")
            )
            document._lock()
            version = document.add_version(file, base, publish)
        elif "res_model" in wanted:
            document = documents.add_to_record(
                wanted["res_model"], _id(wanted.get("res_id"), "res_id"), [file]
            )
            version = document.version_id
        else:
            folder = request.env["collab.folder"].browse(_id(wanted.get("folder_id"), "folder_id"))
            document = documents.add_files(folder, [file], publish)
            version = document.version_id
        return {
            "document_id": document.id,
            "version_id": version.id,
            "name": document.name,
            "number": version.number,
            "state": document.state,
        }


def _id(text, name):
    """Return the id of a record that a parameter has to be."""
    if not 0 < (number := _number(text, name)) < 1 << 31:
        raise BadRequest(name)
    return number


def _number(text, name):
    """Return the whole number that a parameter has to be."""
    if not text or not text.isdecimal() or len(text) > 15:
        raise BadRequest(name)
    return int(text)
