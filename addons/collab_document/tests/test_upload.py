import base64
import io
import json
import os
import tempfile
from unittest.mock import patch
from urllib.parse import urlencode

from PIL import Image
from reportlab.pdfgen import canvas

from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_document.storage import incoming_path
from odoo.addons.collab_guard.seal import unsealed

from .common import DocumentCase

TYPE = {"Content-Type": "application/octet-stream"}


@tagged("post_install", "-at_install")
class TestUpload(DocumentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("doc_editor", "doc_editor")

    def _post(self, body, headers=None, status=200, **query):
        query = {"key": "key-1", "name": "a.txt", "size": len(body)} | query
        url = f"/collab/document/upload?{urlencode(query)}"
        answer = self.url_open(url, data=body, headers=headers or TYPE, method="POST")
        self.assertEqual(answer.status_code, status, answer.text)
        self.env.invalidate_all()
        return json.loads(answer.text) if "json" in answer.headers["Content-Type"] else {}

    def _new(self, body, **query):
        return self._post(body, folder_id=self.folder.id, **query)

    def _document(self, answer):
        return self.documents.browse(answer["document_id"])

    def test_one_piece(self):
        answer = self._new(b"whole file", name="報告.txt", publish="1", note="First")
        document = self._document(answer)
        self.assertEqual(
            (document.name, document.number, document.state), ("報告.txt", "1.0", "published")
        )
        version = document.sudo().latest_id
        self.assertEqual(
            (self._bytes(version.attachment_id), version.note), (b"whole file", "First")
        )
        self.assertEqual(version.create_uid, self.editor)

    def test_pieces(self):
        whole = os.urandom(100_000)
        for offset in range(0, 100_000, 40_000):
            piece = whole[offset : offset + 40_000]
            answer = self._new(piece, size=100_000, offset=offset)
        self.assertEqual(self._bytes(self._document(answer).sudo().latest_id.attachment_id), whole)

    def test_asked_again(self):
        """A client that did not get the answer asks again: nothing is doubled."""
        before = self.documents.search_count([])
        first = self._new(b"whole file")
        again = self._new(b"whole file")
        self.assertEqual(first, again)
        self.assertEqual(self.documents.search_count([]), before + 1)

    def test_goes_on_from_what_has_arrived(self):
        self._new(b"abc", size=9)
        self.assertEqual(self._new(b"abc", size=9), {"received": 3}, "the same piece again")
        self.assertEqual(self._new(b"ghi", size=9, offset=6), {"received": 3}, "a piece too far")
        self._new(b"def", size=9, offset=3)
        answer = self._new(b"ghi", size=9, offset=6)
        self.assertEqual(
            self._bytes(self._document(answer).sudo().latest_id.attachment_id), b"abcdefghi"
        )

    def test_size_is_as_it_was_begun(self):
        self._new(b"abc", size=6)
        for size in (10**14, 7, 4):
            self.assertIn("error", self._new(b"defg", size=size, offset=3, status=422))
        upload = self.env["collab.upload"].search([("key", "=", "key-1")])
        self.assertEqual(os.path.getsize(upload._path()), 3)
        answer = self._new(b"def", size=6, offset=3)
        self.assertEqual(
            self._bytes(self._document(answer).sudo().latest_id.attachment_id), b"abcdef"
        )

    def test_what_a_dead_request_has_written_is_cut_off(self):
        self._new(b"abc", size=6)
        upload = self.env["collab.upload"].search([("key", "=", "key-1")])
        with open(upload._path(), "ab") as file:
            file.write(b"garbage")
        answer = self._new(b"def", size=6, offset=3)
        self.assertEqual(
            self._bytes(self._document(answer).sudo().latest_id.attachment_id), b"abcdef"
        )

    def test_lost_pieces_are_asked_for_again(self):
        self._new(b"abc", size=6)
        os.unlink(self.env["collab.upload"].search([("key", "=", "key-1")])._path())
        self.assertEqual(self._new(b"def", size=6, offset=3), {"received": 0})

    def test_uploads_of_others(self):
        self._new(b"abc", size=6)
        self.authenticate("doc_owner", "doc_owner")
        self.assertEqual(self._new(b"def", size=6, offset=3), {"received": 0})

    def test_new_version(self):
        document = self._add()
        base = document.sudo().latest_id
        answer = self._post(b"two", document_id=document.id, base_id=base.id)
        self.assertEqual(answer["number"], "0.2")

    def test_stale(self):
        """The bytes stay: they are added in another way without being sent again."""
        document = self._add()
        base = document.sudo().latest_id
        self._check_in(document, b"by somebody else", self.owner)
        answer = self._post(b"mine", TYPE, 422, document_id=document.id, base_id=base.id)
        latest = document.sudo().latest_id
        self.assertEqual((answer["received"], answer["stale_id"]), (4, latest.id))
        self.assertIn("changed meanwhile", answer["error"])
        answer = self._post(
            b"", size=4, offset=4, document_id=document.id, base_id=answer["stale_id"]
        )
        self.assertEqual(self._bytes(document.sudo().latest_id.attachment_id), b"mine")
        self.assertEqual(answer["number"], "0.3")

    def test_refused_then_kept_apart(self):
        document = self._add()
        document.with_user(self.owner).action_check_out()
        base = document.sudo().latest_id
        answer = self._post(b"mine", TYPE, 422, document_id=document.id, base_id=base.id)
        self.assertIn("checked out by", answer["error"])
        answer = self._new(b"", size=4, offset=4, name="mine.txt")
        self.assertEqual(
            self._bytes(self._document(answer).sudo().latest_id.attachment_id), b"mine"
        )

    def test_no_room(self):
        """The bytes stay where they are, for when there is room."""
        self.folder.quota_mb = 1
        self._add("large.txt", b"x" * (1 << 20))
        answer = self._post(b"mine", TYPE, 422, folder_id=self.folder.id)
        self.assertIn("no room", answer["error"])
        self.folder.quota_mb = 2
        answer = self._new(b"", size=4, offset=4)
        self.assertEqual(
            self._bytes(self._document(answer).sudo().latest_id.attachment_id), b"mine"
        )

    def test_ids_that_are_none(self):
        for wanted in (
            {"folder_id": 0},
            {"folder_id": 1 << 31},
            {"document_id": 0, "base_id": 1},
            {"document_id": "x", "base_id": 1},
            {"folder_id": self.folder.id, "note": "a\0b"},
        ):
            with mute_logger("odoo.http"):
                self._post(b"mine", TYPE, 400, **wanted)

    def test_refused(self):
        for user, body, query, sentence in (
            ("doc_editor", b"", {}, "empty"),
            ("doc_editor", b"x", {"name": "x" * 5000}, "too long"),
            ("doc_editor", b"xyz", {"size": 2}, "More has arrived"),
            ("doc_reader", b"x", {}, "Only contributors"),
            ("doc_outsider", b"x", {}, "no access"),
        ):
            self.authenticate(user, user)
            answer = self._new(body, status=422, key=f"{user}{sentence}", **query)
            self.assertIn(sentence, answer["error"])
        self.assertFalse(self.documents.search([("folder_id", "=", self.folder.id)]))

    def test_nonsense(self):
        with mute_logger("odoo.http"):
            self._new(b"x", headers={"Content-Type": "multipart/form-data"}, status=415)
            self._new(b"x", headers={"Content-Type": "text/plain"}, status=415)
            self._new(b"x", key="k" * 65, status=400)
            self._new(b"x", size="-1", status=400)
            self._new(b"x", offset="a", status=400)
            self._new(b"x", size="9" * 20, status=400)
            self._post(b"x", status=400)

    def test_portal_and_public(self):
        self.authenticate("doc_portal", "doc_portal")
        self._new(b"x", status=422)
        self.logout()
        answer = self.url_open(
            f"/collab/document/upload?key=1&name=a&size=1&folder_id={self.folder.id}",
            data=b"x",
            headers=TYPE,
            allow_redirects=False,
        )
        self.assertIn(answer.status_code, (303, 403))

    def test_nothing_is_left_behind(self):
        whole = os.urandom(6)  # not there yet
        self._new(whole[:3], size=6)
        self._new(whole[3:], size=6, offset=3)
        folder = os.path.dirname(incoming_path(self.env, "x"))
        upload = self.env["collab.upload"].search([("key", "=", "key-1")])
        self.assertNotIn(os.path.basename(upload._path()), os.listdir(folder))

    def test_begun_anew(self):
        """Odoo begins a request anew that met another: what came before it is there then."""
        base = (document := self._add()).sudo().latest_id
        wanted = {"document_id": document.id, "base_id": base.id, "size": 6}
        whole = os.urandom(6)
        self._post(whole[:3], **wanted)
        append, met = type(self.documents)._append, []

        def meet(documents, *args):
            if not met:
                met.append(documents)
                raise ConcurrencyError("Another was faster")
            return append(documents, *args)

        with patch.object(type(self.documents), "_append", meet), patch("time.sleep"):
            answer = self._post(whole[3:], offset=3, **wanted)
        self.assertTrue(met)
        self.assertEqual(answer["received"], 6)
        self.assertEqual(self._bytes(document.sudo().latest_id.attachment_id), whole)


@tagged("post_install", "-at_install")
class TestContent(DocumentCase, HttpCase):
    def _get(self, user, path):
        self.authenticate(user and user.login, user and user.login)
        return self.url_open(path, allow_redirects=False)

    def test_who_gets_the_bytes(self):
        document = self._published("a.txt", b"published")
        self._check_in(document, b"draft")
        published, draft = document.sudo().published_id, document.sudo().latest_id
        self.env.flush_all()
        base = f"/collab/document/{document.id}/file"
        for user, shown in (
            (self.editor, b"draft"),
            (self.reader, b"published"),
            (self.auditor, b"draft"),
            (self.outsider, None),
            (self.portal, None),
        ):
            may_draft = shown == b"draft"
            for path, body in (
                (base, shown),
                (f"{base}/{published.id}", shown and b"published"),
                (f"{base}/{draft.id}", b"draft" if may_draft else None),
                (f"/web/content/{draft.attachment_id.id}", None),
                (f"/web/content/{published.attachment_id.id}", None),
            ):
                answer = self._get(user, path)
                if body:
                    self.assertEqual(answer.content, body, f"{user.login} {path}")
                else:
                    self.assertEqual(answer.status_code, 404, f"{user.login} {path}")
                    self.assertNotIn(b"draft", answer.content)
        self.assertIn(self._get(None, base).status_code, (303, 403))

    def test_version_of_another_document(self):
        document, other = self._published(), self._published("b.txt", b"other")
        path = f"/collab/document/{document.id}/file/{other.sudo().latest_id.id}"
        self.assertEqual(self._get(self.editor, path).status_code, 404)

    def test_nothing_active(self):
        """What a browser would run is sent as text, or to be saved."""
        script = b"<script>alert(1)</script>"
        for name, content in (
            ("a.html", b"<!doctype html><html><body>" + script),
            ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + script + b"</svg>"),
            ("a.xml", b"<?xml version='1.0'?><a>" + script + b"</a>"),
            (
                "a.xhtml",
                b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + script,
            ),
            ("a.png", b"<html>" + script),
            ("a.pdf", b"MZ\x90\x00\x03" + script),
            ("a.js", b"alert(1)"),
            ("a", script),
        ):
            document = self._published(name, content)
            attachment = document.sudo().latest_id.attachment_id
            self.env.flush_all()
            admin = self.env.ref("base.user_admin")
            answer = self._get(admin, f"/collab/document/{document.id}/file")
            self.assertEqual(answer.status_code, 200)
            type_ = answer.headers["Content-Type"].partition(";")[0]
            self.assertIn(type_, ("text/plain", "application/octet-stream", "image/png"), name)
            if type_ == "application/octet-stream":
                saved = "attachment" in answer.headers.get("Content-Disposition", "")
                self.assertTrue(saved, name)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            # and by the attachment to nobody, whatever they may change
            for path in (f"/web/content/{attachment.id}", f"/web/image/{attachment.id}"):
                self.assertNotIn(b"alert", self._get(admin, path).content, f"{name} {path}")

    def test_texts_are_shown_in_their_encoding(self):
        text = "会议纪要：第三季度的采购合同已经签署。"
        for encoding, charset in (
            ("gb18030", "gb18030"),
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("utf-16", "utf-16"),
        ):
            document = self._published(f"{encoding}.txt", (text * 20).encode(encoding))
            answer = self._get(self.reader, f"/collab/document/{document.id}/file")
            self.assertEqual(answer.headers["Content-Type"], f"text/plain; charset={charset}")

    def test_a_file_that_is_gone(self):
        document = self._published("a.txt", b"to be lost")
        attachment = document.sudo().latest_id.attachment_id
        os.unlink(attachment._full_path(attachment.store_fname))
        answer = self._get(self.reader, f"/collab/document/{document.id}/file")
        self.assertEqual(answer.status_code, 404)

    def test_saved_under_its_name(self):
        document = self._published("報告.txt")
        answer = self._get(self.reader, f"/collab/document/{document.id}/file?download=1")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("%E5%A0%B1%E5%91%8A.txt", answer.headers["Content-Disposition"])

    def test_watermark(self):
        """Readers get a stamped copy, editors the file itself to work on; both see the stamp."""
        self.folder.watermark = True
        pdf, picture = _pdf(), _png()
        document, image = self._published("a.pdf", pdf), self._published("a.png", picture)
        text = self._published("a.txt", b"text")
        self.env.flush_all()

        def get(user, document, download=""):
            answer = self._get(user, f"/collab/document/{document.id}/file{download}")
            self.assertEqual(answer.status_code, 200)
            return answer

        for one, original in ((document, pdf), (image, picture)):
            for user in (self.reader, self.editor):
                answer = get(user, one)
                self.assertNotEqual(answer.content, original)
                self.assertEqual(answer.headers["Content-Type"], one.kind)
                self.assertIn("no-store", answer.headers["Cache-Control"])
            self.assertNotEqual(get(self.reader, one, "?download=1").content, original)
            self.assertEqual(get(self.editor, one, "?download=1").content, original)
        self.assertEqual(get(self.reader, text).content, b"text")
        for one in (document, image):
            attachment = one.sudo().published_id.attachment_id
            answer = self._get(self.reader, f"/web/content/{attachment.id}")
            self.assertEqual(answer.status_code, 404)

    def test_pictures_that_bear_no_mark(self):
        """Of a watermarked folder readers get none, neither as a file nor as a small picture."""
        self.folder.watermark = True
        bitmap = io.BytesIO()
        Image.new("RGB", (30, 20)).save(bitmap, "BMP")
        other, image = self._published("a.bmp", bitmap.getvalue()), self._published("a.png", _png())
        version = image.sudo().published_id
        unsealed(version._content()).write({"thumbnail": base64.b64encode(_png())})
        self.env.flush_all()
        self.env.invalidate_all()
        for user, status in ((self.reader, 422), (self.editor, 200)):
            answer = self._get(user, f"/collab/document/{other.id}/file?download=1")
            self.assertEqual(answer.status_code, status, user.login)
        thumbnail = f"/collab/document/{image.id}/thumbnail/{version.id}"
        for user, status in ((self.reader, 404), (self.editor, 200)):
            self.assertEqual(self._get(user, thumbnail).status_code, status, user.login)
            self.assertEqual(image.with_user(user).has_thumbnail, status == 200, user.login)

    def test_watermark_in_the_database(self):
        """Wherever Odoo keeps the bytes of files, they are stamped."""
        self.folder.watermark = True
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        image = self._published("a.png", _png())
        self.assertFalse(image.sudo().published_id.attachment_id.store_fname)
        self.env.flush_all()
        answer = self._get(self.reader, f"/collab/document/{image.id}/file")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
        self.assertNotEqual(answer.content, _png())
        self.assertEqual(Image.open(io.BytesIO(answer.content)).size, (300, 200))

    def test_watermark_of_what_is_gone(self):
        self.folder.watermark = True
        document = self._published("a.pdf", _pdf())
        document.sudo().published_id.attachment_id.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = 'no/where' WHERE id = %s",
            [document.sudo().published_id.attachment_id.id],
        )
        self.env.invalidate_all()
        answer = self._get(self.reader, f"/collab/document/{document.id}/file")
        self.assertEqual(answer.status_code, 404)

    def test_whom_a_watermark_names(self):
        """People can change their name, and make it long: the login stands by itself."""
        self.folder.watermark = True
        document = self._published("a.png", _png())
        self.reader.with_user(self.reader).name = "Somebody Else" * 10
        self.env.flush_all()
        name = "odoo.addons.collab_document.controllers.content.stamp"
        with tempfile.TemporaryFile() as stamped, patch(name, return_value=stamped) as stamp:
            self._get(self.reader, f"/collab/document/{document.id}/file")
        [[__, __, lines], __] = stamp.call_args
        self.assertEqual(lines[1:3], [self.reader.name, "doc_reader"])

    def test_damaged_file_under_a_watermark(self):
        self.folder.watermark = True
        document = self._published("a.pdf", b"%PDF-1.7 no more of it")
        self.env.flush_all()
        answer = self._get(self.reader, f"/collab/document/{document.id}/file")
        self.assertEqual(answer.status_code, 422)
        self.assertNotIn(b"no more of it", answer.content)


def _pdf():
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(100, 700, "A page")
    page.save()
    return stream.getvalue()


def _png():
    stream = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(stream, "PNG")
    return stream.getvalue()
