import io
import wave
import zipfile
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from odoo.tests import BaseCase

from ..core import kinds
from ..core.kinds import SHOWN, UNKNOWN, icon_of, kind_of, preview_of, served_as

profile = settings(max_examples=300, deadline=None, database=None)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0" + bytes(600)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(46) + b"\x40\0\0\0PE\0\0L\1" + bytes(200)
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(50)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3\x81\x08\x42\x82\x84webm"
OGG = b"OggS\0\x02" + bytes(8) + b"\1" + bytes(11) + b"\1"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def zipped(*names, size=700):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * size)
    return stream.getvalue()


def picture(format_):
    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, format_)
    return stream.getvalue()


def sound():
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2000))
    return stream.getvalue()


extensions = st.sampled_from(
    [
        "bin",
        "csv",
        "doc",
        "docx",
        "exe",
        "htm",
        "html",
        "jpg",
        "json",
        "md",
        "mp4",
        "msg",
        "ofd",
        "ogg",
        "pdf",
        "png",
        "svg",
        "txt",
        "xls",
        "xml",
        "zip",
    ]
)
names = st.one_of(st.text(max_size=10), st.builds("a.{}".format, extensions))
heads = st.builds(
    bytes.__add__,
    st.sampled_from(
        [b"", b"\xef\xbb\xbf", PDF, PROGRAM, OLE, MP4, SVG, b"PK\3\4", b"<html>", b"<!--"]
    ),
    st.binary(max_size=300),
)


class TestKind(BaseCase):
    def _check(self, head, name, kind):
        self.assertEqual(kind_of(head, name), kind, f"{name}: {head[:30]}")

    def test_content(self):
        """What the first bytes say is true whatever the name says."""
        for head, kind in (
            (picture("PNG"), "image/png"),
            (picture("JPEG"), "image/jpeg"),
            (picture("GIF"), "image/gif"),
            (PDF, "application/pdf"),
            (MP4, "video/mp4"),
            (WEBM, "video/webm"),
            (OGG + b"\x1e\x01vorbis" + bytes(60), "audio/ogg"),
            (OGG + b"\x2a\x80theora\3\2\1" + bytes(60), "video/ogg"),
            (MP4.replace(b"isom", b"M4A "), "audio/mp4"),
            (b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x44" + bytes(400), "audio/mpeg"),
            (sound(), "audio/wav"),
            (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), WORD),
            (b"{\\rtf1\\ansi hello}", "application/rtf"),
        ):
            for name in ("a", "a.txt", "a.html", "a.svg", "a.pdf", "a.docx", "a.exe"):
                self._check(head, name, kind)

    def test_program(self):
        """A program stays one, by whatever name."""
        for name in ("a.pdf", "a.png", "a.docx", "a.txt", "a.html", "a.exe", "a"):
            kind = kind_of(PROGRAM, name)
            self.assertTrue(kind.startswith("application/"))
            self.assertIsNone(preview_of(kind))
            self.assertEqual(served_as(kind), UNKNOWN)
            self.assertEqual(icon_of(kind), "file")

    def test_text(self):
        for name, kind in (
            ("a", "text/plain"),
            ("a.txt", "text/plain"),
            ("a.MD", "text/markdown"),
            ("a.csv", "text/csv"),
            ("a.html", "text/html"),
            ("a.json", "application/json"),
            ("a.xml", "text/xml"),
            ("a.eml", "message/rfc822"),
            ("a.pdf", "text/plain"),
            ("a.png", "text/plain"),
            ("a.docx", "text/plain"),
            ("a.exe", "text/plain"),
        ):
            for head in (
                b"just a text\n",
                "只是文本。\n".encode() * 300,
                "只是文本。\n".encode("gbk"),
            ):
                self._check(head, name, kind)
            self._check(b"", name, kind)
        # the head may end within a character
        self._check(("a" + "审批" * 1000).encode()[:2048], "a.txt", "text/plain")
        # what libmagic takes for a program's text is still what its name says
        self._check(b"# Title\n\ntext\n\n<html><body>\n", "a.md", "text/markdown")
        self._check(b"From: a@example.com\nSubject: x\n\nhello\n", "a.txt", "text/plain")
        self._check(b"a,b,c\n1,2,3\n4,5,6\n", "a.txt", "text/plain")

    def test_markup(self):
        """A text that begins like a page or a drawing is one, by whatever name."""
        for before in (b"", b"\xef\xbb\xbf", b"\n \t", b"<!-- a --><!-- > -->\n"):
            for name in ("a", "a.txt", "a.md", "a.csv", "a.pdf", "a.png"):
                self._check(before + SVG, name, "image/svg+xml")
                self._check(before + b"<!DOCTYPE html>\n<p>x", name, "text/html")
                self._check(before + b"<HTML lang='en'><body>", name, "text/html")
                self._check(before + b"<script>alert(1)</script>", name, "text/html")
        self._check(b"<?xml version='1.0'?>\n<!-- a -->\n" + SVG, "a.txt", "image/svg+xml")
        self._check(
            b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "">' + SVG, "a.txt", "image/svg+xml"
        )
        self._check(b"<?xml version='1.0'?>\n<order/>", "a.txt", "text/xml")
        self._check(b"<p align='center'>Title</p>\n\n# About\n", "a.md", "text/markdown")

    def test_zip(self):
        """A zip is what its name says, among what a zip can be."""
        head = zipped("a", "b", "c", "d")[:2048]
        for name, kind in (
            ("a.zip", "application/zip"),
            ("a", "application/zip"),
            ("a.docx", WORD),
            ("a.xlsx", EXCEL),
            ("a.pptx", POWERPOINT),
            ("a.odt", "application/vnd.oasis.opendocument.text"),
            ("a.ofd", "application/ofd"),
            ("a.pdf", "application/zip"),
            ("a.html", "application/zip"),
            ("a.png", "application/zip"),
            ("a.doc", "application/zip"),
        ):
            self._check(head, name, kind)
        # Open XML in an order that libmagic does not know
        order = ("[Content_Types].xml", "_rels/.rels", "customXml/a", "other/b", "other/c")
        self._check(zipped(*order, size=50), "a.docx", WORD)

    def test_ole(self):
        for name, kind in (
            ("a", "application/x-ole-storage"),
            ("a.doc", "application/msword"),
            ("a.xls", "application/vnd.ms-excel"),
            ("a.ppt", "application/vnd.ms-powerpoint"),
            ("a.msg", "application/vnd.ms-outlook"),
            ("a.wps", "application/wps-office.wps"),
            ("a.docx", WORD),
            ("a.pdf", "application/x-ole-storage"),
            ("a.zip", "application/x-ole-storage"),
        ):
            self._check(OLE, name, kind)

    def test_older_libmagic(self):
        """What other versions of libmagic call by other names is the same kind."""
        for found, kind in (
            ("application/csv", "text/csv"),
            ("application/xml", "text/xml"),
            ("inode/x-empty", "text/plain"),
        ):
            with patch.object(kinds, "guess_mimetype", return_value=found):
                self._check(b"", "a", kind)

    def test_mp4_by_name(self):
        self._check(MP4, "a.m4a", "audio/mp4")
        self._check(MP4, "a.mp3", "video/mp4")

    @profile
    @given(heads, names)
    def test_a_name_shows_nothing(self, head, name):
        """No name makes a browser do anything with a content but show it as a text."""
        named, unnamed = served_as(kind_of(head, name)), served_as(kind_of(head, ""))
        if named != unnamed:
            texts = {"text/plain; charset=utf-8", UNKNOWN}
            self.assertTrue(
                {named, unnamed} <= texts or (unnamed, named) == ("video/mp4", "audio/mp4")
            )


class TestShown(BaseCase):
    def test_preview(self):
        for preview, shown in {
            "image": "image/png image/jpeg image/gif image/webp",
            "pdf": "application/pdf",
            "video": "video/mp4 video/webm video/ogg",
            "audio": "audio/mpeg audio/ogg audio/wav audio/mp4",
            "text": "text/plain text/html text/csv text/markdown text/xml application/json text/x-php",
            None: f"image/svg+xml image/tiff {UNKNOWN} {WORD} application/zip message/rfc822"
            " application/rtf application/xhtml+xml application/x-shockwave-flash video/x-msvideo",
        }.items():
            for kind in shown.split():
                self.assertEqual(preview_of(kind), preview, kind)

    def test_served(self):
        for kind in SHOWN:
            self.assertEqual(served_as(kind), kind)
        for kind in ("text/html", "text/plain", "text/xml", "text/javascript", "application/json"):
            self.assertEqual(served_as(kind), "text/plain; charset=utf-8")
        for kind in ("image/svg+xml", "application/xhtml+xml", WORD, "", "x"):
            self.assertEqual(served_as(kind), UNKNOWN)

    @profile
    @given(st.text(max_size=30))
    def test_served_is_harmless(self, kind):
        self.assertIn(served_as(kind), {*SHOWN, "text/plain; charset=utf-8", UNKNOWN})

    def test_icon(self):
        for icon, marked in {
            "pdf": "application/pdf",
            "word": f"{WORD} application/msword application/vnd.oasis.opendocument.text"
            " application/rtf application/wps-office.wps",
            "excel": f"{EXCEL} application/vnd.ms-excel text/csv"
            " application/vnd.ms-excel.sheet.macroenabled.12",
            "powerpoint": f"{POWERPOINT} application/vnd.ms-powerpoint",
            "image": "image/png image/svg+xml",
            "video": "video/mp4 video/quicktime",
            "audio": "audio/mpeg",
            "archive": "application/zip application/gzip application/x-7z-compressed",
            "text": "text/plain text/markdown",
            "code": "text/html text/xml application/json text/x-php",
            "mail": "message/rfc822 application/vnd.ms-outlook",
            "file": f"{UNKNOWN} application/ofd application/x-ole-storage",
        }.items():
            for kind in marked.split():
                self.assertEqual(icon_of(kind), icon, kind)
