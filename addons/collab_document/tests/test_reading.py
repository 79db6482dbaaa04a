import io
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import docx
import openpyxl
import pptx
import psutil
import xlsxwriter
from docx.oxml import parse_xml

# Odoo has Pillow load some formats only; these are loaded by name
from PIL import Image, TiffImagePlugin, WebPImagePlugin  # noqa: F401
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase

from .. import reading
from ..reading import Job, process, read_files, texts
from . import hostile_files as hostile

TXT, MD, CSV, HTML = "text/plain", "text/markdown", "text/csv", "text/html"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{OFFICE}.wordprocessingml.document"
XLSX = f"{OFFICE}.spreadsheetml.sheet"
PPTX = f"{OFFICE}.presentationml.presentation"
PDF = "application/pdf"
PNG, JPEG, GIF = "image/png", "image/jpeg", "image/gif"
IMAGES = {
    PNG: "PNG",
    JPEG: "JPEG",
    GIF: "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}

ENGLISH = "Purchase contract No. 12, signed by “Nora”"
GERMAN = "Prüfbericht über Größe und Straße, 5 €"
CHINESE = "采购合同编号：十二，甲方签字"
LANGUAGES = (ENGLISH, GERMAN, CHINESE)


def make_docx(*paragraphs):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def make_xlsx(*rows):
    book = openpyxl.Workbook()
    book.active.title = "Sheet"
    for row in rows:
        book.active.append(row)
    return saved(book)


def make_shared_xlsx(*rows):
    """Return a workbook with its strings in a part of their own, as Excel writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def make_pptx(*slides):
    presentation = pptx.Presentation()
    for lines in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = "\n".join(lines)
    return saved(presentation)


def make_pdf(*pages, **options):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.setFont("STSong-Light" if line == CHINESE else "Helvetica", 12)
            canvas.drawString(72, 800 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def make_image(image, name, **options):
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


GOOD = "a good file"


class TestReading(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.good = self._job(GOOD.encode(), TXT)
        self.addCleanup(self._assert_nothing_left)

    def _children(self):
        return [
            child
            for child in psutil.Process().children(recursive=True)
            if child.status() == psutil.STATUS_ZOMBIE or process.CHILD in child.cmdline()
        ]

    def _assert_nothing_left(self):
        self.assertFalse(self._children(), "a process is left")

    def _job(self, content, kind):
        number = len(list(self.folder.iterdir()))
        path = self.folder / str(number)
        path.write_bytes(content)
        return Job(number, str(path), kind)

    def _read(self, content, kind, **limits):
        """Return the reading of one file."""
        [result] = read_files([self._job(content, kind)], **limits)
        return result

    def _text(self, content, kind):
        result = self._read(content, kind)
        self.assertEqual((result.state, result.note), ("read", ""))
        return result.text

    def _read_among_others(self, *jobs, **limits):
        """Return the readings of files, before and after each of which a good one is read."""
        batch = [self.good, *(job for bad in jobs for job in (bad, self.good))]
        started = time.monotonic()
        results = list(read_files(batch, **limits))
        self.assertLess(time.monotonic() - started, 120)
        self.assertEqual([result.key for result in results], [job.key for job in batch])
        self.assertEqual({result.text for result in results[::2]}, {GOOD})
        for result in results[1::2]:
            if result.state == "failed":
                self.assertTrue(result.note)
        return results[1::2]

    def _harmed(self, content, kind, **limits):
        """Return what is noted of a file from which nothing can be had."""
        [result] = self._read_among_others(self._job(content, kind), **limits)
        self.assertEqual((result.state, result.text, result.thumbnail), ("failed", "", None))
        return result.note

    def _picture(self, result):
        """Return the thumbnail of a reading as an image."""
        self.assertLessEqual(len(result.thumbnail), 40_000)
        picture = Image.open(io.BytesIO(result.thumbnail))
        self.assertEqual((picture.format, picture.mode), ("JPEG", "RGB"))
        self.assertLessEqual(max(picture.size), 256)
        return picture

    def _assert_colour(self, pixel, colour):
        for value, expected in zip(pixel, colour, strict=True):
            self.assertAlmostEqual(value, expected, delta=8)


class TestTexts(TestReading):
    def test_plain_text(self):
        for kind in (TXT, MD):
            self.assertEqual(self._text("\n".join(LANGUAGES).encode(), kind), "\n".join(LANGUAGES))

    def test_encodings(self):
        unicode = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
        cases = [
            (text, encoding)
            for text, encodings in (
                (ENGLISH, (*unicode, "cp1252")),
                (GERMAN, (*unicode, "cp1252")),
                (CHINESE, (*unicode, "gb18030", "gbk")),
                ("Invoice as agreed with 张三 on the phone", ("gb18030",)),
                ("採購合約編號：十二，甲方簽字", ("big5",)),
                ("契約書の番号：十二、こんにちは。", ("cp932",)),
                ("계약서 번호: 십이", ("cp949",)),
                ("Договор поставки № 12", ("cp1251",)),
                ("Zażółć gęślą jaźń", ("cp1250",)),
            )
            for encoding in encodings
        ]
        jobs = [self._job(text.encode(encoding), TXT) for text, encoding in cases]
        for case, result in zip(cases, read_files(jobs), strict=True):
            self.assertEqual(result.text, case[0], case)

    def test_byte_order_of_utf_16(self):
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            self.assertEqual(self._text(mark + CHINESE.encode(encoding), TXT), CHINESE)

    def test_encoding_of_a_long_text(self):
        """Characters lie across the pieces that are read, and the first may come late."""
        for encoding, text in (("gb18030", CHINESE), ("cp1252", GERMAN), ("utf-8", CHINESE)):
            for start in ("", "x", "plain\n" * 50_000, "one long line of plain words " * 5_000):
                with self.subTest(encoding=encoding, start=len(start)):
                    long = start + f"{text}\n" * 3_000
                    self.assertEqual(self._text(long.encode(encoding), TXT), long.strip())

    def test_what_cannot_be_stored_or_compared(self):
        dirty = (
            "one \t\r\ntwo\x00\x07\x9f\rthree\u00ad\ufeff\x85four\u2028five\f\n\n\n\nsix\x1c\n\n"
        )
        self.assertEqual(self._text(dirty.encode(), TXT), "one\ntwo\nthree\nfour\nfive\n\nsix")

    def test_composed_characters_are_left(self):
        text = "u\u0308 \u00fc \uac00 \u1100\u1161 𠮷"
        self.assertEqual(self._text(text.encode(), TXT), text)

    def test_lone_surrogates(self):
        self.assertEqual(
            self._text(b"\xff\xfe" + "a\ud800b".encode("utf-16-le", "surrogatepass"), TXT),
            "a\ufffdb",
        )
        self.assertEqual(self._text(b"<p>a&#xD800;b", HTML).replace("\ufffd", ""), "ab")
        self.assertEqual(texts.clean("a\ud800b"), "a\ufffdb")

    def test_csv(self):
        rows = [["Name", "Ort"], ['Wei "W"', "北京, 上海"], ["Müller\nGmbH", "Köln; Süd"]]
        text = 'Name\tOrt\nWei "W"\t北京, 上海\nMüller GmbH\tKöln; Süd'
        for delimiter in ",;\t|":
            with self.subTest(delimiter=delimiter):
                lines = (
                    delimiter.join('"{}"'.format(cell.replace('"', '""')) for cell in row)
                    for row in rows
                )
                content = "\r\n".join(lines)
                for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                    self.assertEqual(self._text(content.encode(encoding), CSV), text)
        self.assertEqual(self._text(b"a;b\n1,5;2,5", CSV), "a\tb\n1,5\t2,5")
        self.assertEqual(
            self._text("姓名,部门\n张三,财务部".encode("gb18030"), CSV), "姓名\t部门\n张三\t财务部"
        )

    def test_html(self):
        page = f"""<!DOCTYPE html><html><head><title>A&amp;B</title><meta charset="ascii">
            <style>p {{ color: red }}</style><script>if (1 < 2) {{ evil("</p>") }}</script></head>
            <body><h1>{ENGLISH}</h1><p>{GERMAN}<br/>{CHINESE}</p> <!-- not -->
            <div>one <b>t</b>wo
            three<ul><li>four<li>five</ul></div>&nbsp;&#20013;
            <table><tr><th>a</th><td><p>b</p><p>c</p></td></tr><tr><td></td><td>d</table>
            <pre>x  y\n  z</pre>end"""
        self.assertEqual(
            self._text(page.encode(), HTML).split("\n"),
            [
                "A&B",
                *LANGUAGES,
                "one two three",
                "four",
                "five",
                "中",
                "a\tb",
                "c",
                "\td",
                "x  y",
                "  z",
                "end",
            ],
        )

    def test_binary_is_no_text(self):
        noise = random.Random(1).randbytes(100_000)
        for kind in (TXT, MD, CSV, HTML):
            for content in (
                noise,
                make_docx(*LANGUAGES),
                make_image(Image.new("L", (9, 9)), "PNG"),
            ):
                with self.subTest(kind=kind, content=content[:9]):
                    self.assertEqual(self._harmed(content, kind), "damaged")


class TestOffice(TestReading):
    def test_docx(self):
        document = docx.Document()
        document.add_heading(ENGLISH)
        paragraph = document.add_paragraph(GERMAN)
        paragraph.add_run("\tafter a tab\nafter a break")
        table = document.add_table(2, 2)
        for number, cell in enumerate(table._cells):
            cell.text = f"{CHINESE}\n{number}"
        table.cell(1, 1).add_table(1, 2).cell(0, 0).text = "nested"
        document.add_page_break()
        document.add_paragraph("on page two")
        document.sections[0].header.paragraphs[0].text = "the header"
        document.sections[0].footer.paragraphs[0].text = "the footer"
        self.assertEqual(
            self._text(saved(document), DOCX).split("\n"),
            [
                "the header",
                "",
                ENGLISH,
                f"{GERMAN}\tafter a tab",
                "after a break",
                f"{CHINESE} 0\t{CHINESE} 1",
                f"{CHINESE} 2\t{CHINESE} 3 nested",
                "",
                "on page two",
                "",
                "the footer",
            ],
        )

    def test_docx_beside_the_body(self):
        """Text boxes count once, footnotes follow, what was deleted is gone."""
        w = f'xmlns:w="{hostile.WORD}"'
        box = "<w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent>"
        document = docx.Document()
        document.add_paragraph("before")._p.append(
            parse_xml(
                f'<w:r {w} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
                f'<mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
                f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
            )
        )
        document.add_paragraph("kept")._p.extend(
            [
                parse_xml(f"<w:ins {w}><w:r><w:t>, added</w:t></w:r></w:ins>"),
                parse_xml(f"<w:del {w}><w:r><w:br/><w:delText>gone</w:delText></w:r></w:del>"),
                parse_xml(f"<w:moveFrom {w}><w:r><w:t>gone</w:t></w:r></w:moveFrom>"),
            ]
        )
        content = hostile.replaced(
            saved(document),
            hostile.TYPES,
            lambda types: types.replace(
                "</Types>",
                '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxml'
                'formats-officedocument.wordprocessingml.footnotes+xml"/></Types>',
            ),
            {
                "word/footnotes.xml": f"<w:footnotes {w}><w:footnote><w:p><w:r><w:t>a note"
                "</w:t></w:r></w:p></w:footnote></w:footnotes>"
            },
        )
        self.assertEqual(self._text(content, DOCX), "in a box\nbefore\nkept, added\n\na note")

    def test_docx_by_another_name(self):
        """Word in the browser calls the body `document2.xml`."""
        content = hostile.zipped(
            {
                hostile.TYPES: hostile.DOCUMENT_TYPES.replace("document.xml", "document2.xml"),
                "word/document2.xml": f"{hostile.DOCUMENT_START}text{hostile.DOCUMENT_END}",
            }
        )
        self.assertEqual(self._text(content, DOCX), "text")

    def test_xlsx(self):
        book = openpyxl.Workbook()
        book.active.title = "Preise 价格"
        for row in (
            LANGUAGES,
            (1, 2.50, 0.1 + 0.2, 1e21, True),
            (datetime(2026, 2, 28), datetime(2026, 2, 28, 13, 5), date(2026, 3, 1), None),
            (),
            (None, "two\nlines", None),
        ):
            book.active.append(row)
        book.create_sheet("Empty")
        book.create_sheet("Last")["XFD1048576"] = "far away"
        self.assertEqual(
            self._text(saved(book), XLSX).split("\n"),
            [
                "Preise 价格",
                "\t".join(LANGUAGES),
                "1\t2.5\t0.3\t1e+21\tTRUE",
                "2026-02-28\t2026-02-28 13:05:00\t2026-03-01",
                "\ttwo lines",
                "",
                "Empty",
                "",
                "Last",
                "\t" * 16383 + "far away",
            ],
        )

    def test_xlsx_of_excel(self):
        """Strings are kept apart, and a formula counts as the value that it had."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet("Blatt")
            sheet.write_row(0, 0, LANGUAGES)
            sheet.write_formula(1, 0, "=1+1", value=2)
            sheet.write_formula(1, 1, '="a"&"b"', value="ab")
        self.assertEqual(
            self._text(file.getvalue(), XLSX), "\n".join(["Blatt", "\t".join(LANGUAGES), "2\tab"])
        )

    def test_xlsx_lies_of_its_size(self):
        content = hostile.replaced(
            make_xlsx(["a"], ["b"]),
            "xl/worksheets/sheet1.xml",
            lambda sheet: sheet.replace('ref="A1:A2"', 'ref="A1:XFD1048576"'),
        )
        self.assertEqual(self._text(content, XLSX), "Sheet\na\nb")

    def test_pptx(self):
        result = self._read(make_pptx(*[[*LANGUAGES, str(n)] for n in range(1, 12)]), PPTX)
        slides = ("\n".join([*LANGUAGES, str(n)]) for n in range(1, 12))
        self.assertEqual(result.text, "\n\n".join(slides))
        self.assertEqual(result.pages, 11)

    def test_pptx_tables_and_notes(self):
        presentation = pptx.Presentation()
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        table = slide.shapes.add_table(1, 2, 0, 0, 999, 999).table
        table.cell(0, 0).text, table.cell(0, 1).text = GERMAN, CHINESE
        slide.notes_slide.notes_text_frame.text = "to say"
        self.assertEqual(self._text(saved(presentation), PPTX), f"{GERMAN}\t{CHINESE}\n\nto say")


class TestPdf(TestReading):
    def test_text_and_picture(self):
        result = self._read(make_pdf(LANGUAGES, ["on page two"], ["exam", "ple"]), PDF)
        # what a font of a PDF has no name for comes as it is drawn
        self.assertEqual(result.text, "\n".join(LANGUAGES) + "\n\non page two\n\nexam\nple")
        self.assertEqual((result.state, result.note, result.pages), ("read", "", 3))
        picture = self._picture(result)
        self.assertEqual(max(picture.size), 256)
        self._assert_colour(picture.getpixel((0, 0)), (255, 255, 255))
        self.assertLess(min(picture.convert("L").tobytes()), 128, "nothing is drawn")

    def test_words_are_joined(self):
        text = self._text(make_pdf(["a long exam-", "ple of text"]), PDF)
        self.assertEqual(text, "a long example of text")

    def test_scanned(self):
        """A PDF without text is empty, and has its picture."""
        result = self._read(make_pdf([]), PDF)
        self.assertEqual((result.state, result.text, result.pages), ("empty", "", 1))
        self.assertEqual(self._picture(result).height, 256)

    def test_encrypted(self):
        encrypted = make_pdf([ENGLISH], encrypt="secret")
        self.assertEqual(self._harmed(encrypted, PDF), "encrypted")

    def test_text_outlives_the_picture(self):
        """A drawing that takes too long to draw is found by its words."""
        job = self._job(hostile.pdf_slow_page(50_000), PDF)
        [result] = self._read_among_others(job, seconds=3)
        self.assertEqual((result.state, result.note), ("read", "timeout"))
        self.assertEqual((result.text, result.thumbnail, result.pages), ("heavy", None, 1))


class TestPictures(TestReading):
    def test_kinds(self):
        image = Image.new("RGB", (1000, 500), "red")
        for kind, name in IMAGES.items():
            with self.subTest(kind=kind):
                result = self._read(make_image(image, name), kind)
                self.assertEqual((result.state, result.note, result.text), ("empty", "", ""))
                picture = self._picture(result)
                self.assertEqual(picture.size, (256, 128))
                self._assert_colour(picture.getpixel((128, 64)), (255, 0, 0))

    def test_transparent_is_white(self):
        for kind, mode in ((PNG, "RGBA"), (PNG, "LA"), (GIF, "RGBA"), ("image/webp", "RGBA")):
            with self.subTest(kind=kind, mode=mode):
                content = make_image(Image.new(mode, (300, 300), 0), IMAGES[kind])
                picture = self._picture(self._read(content, kind))
                self._assert_colour(picture.getpixel((9, 9)), (255, 255, 255))

    def test_modes(self):
        grey = (128, 128, 128)
        for kind, image in (
            (PNG, Image.new("L", (400, 400), 128)),
            (PNG, Image.new("I;16", (400, 400), 128 * 256)),
            ("image/tiff", Image.new("I;16", (400, 400), 128 * 256)),
            ("image/tiff", Image.new("CMYK", (400, 400), (127, 127, 127, 0))),
            (JPEG, Image.new("CMYK", (400, 400), (127, 127, 127, 0))),
            (PNG, Image.new("RGB", (400, 400), grey).quantize(2)),
        ):
            with self.subTest(kind=kind, mode=image.mode):
                picture = self._picture(self._read(make_image(image, IMAGES[kind]), kind))
                self._assert_colour(picture.getpixel((9, 9)), grey)
        lines = Image.new("1", (400, 400), 1)
        self._assert_colour(
            self._picture(self._read(make_image(lines, "PNG"), PNG)).getpixel((9, 9)), (255,) * 3
        )

    def test_upright(self):
        """A photo that was taken with the phone on its side is shown upright, and does not tell
        where it was taken."""
        exif = Image.Exif()
        exif[0x0112] = 6
        content = make_image(Image.new("RGB", (800, 400)), "JPEG", exif=exif)
        picture = self._picture(self._read(content, JPEG))
        self.assertEqual(picture.size, (128, 256))
        self.assertFalse(picture.getexif())

    def test_noise_is_small(self):
        noise = random.Random(1).randbytes(256 * 256 * 3)
        self._picture(self._read(make_image(Image.frombytes("RGB", (256, 256), noise), "PNG"), PNG))

    def test_small_images_stay(self):
        content = make_image(Image.new("RGB", (16, 8)), "PNG")
        self.assertEqual(self._picture(self._read(content, PNG)).size, (16, 8))

    def test_big_photo(self):
        content = make_image(Image.new("RGB", (16_000, 12_000), "red"), "JPEG")
        self.assertEqual(self._picture(self._read(content, JPEG)).size, (256, 192))

    def test_unsupported(self):
        job = self._job(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml")
        [result] = read_files([job])
        self.assertEqual(result, reading.Reading(job.key, "unsupported", "", "", None, None))


class TestHostileFiles(TestReading):
    """Whatever is in a file, the others of its batch are read."""

    def test_zip_bombs(self):
        size = 10 * 2**30
        name = "word/document.xml"
        for bomb, note in (
            (hostile.zip_bomb(name, size), "too_large"),
            (hostile.zip_bomb(name, 90 * 2**20), "too_large"),
            (hostile.overlapping_zip(20_000), "too_large"),
            (hostile.zip_bomb(name, size, declared=1000), "damaged"),
            (hostile.zip_bomb(name, size, declared=90 * 2**20), "damaged"),
            (hostile.zip_bomb(hostile.TYPES, size, others={}), "too_large"),
        ):
            self.assertEqual(self._harmed(bomb, DOCX), note)
        bomb = hostile.zip_bomb("xl/worksheets/sheet1.xml", size, others={})
        self.assertEqual(self._harmed(bomb, XLSX), "damaged")

    def test_zip_bombs_in_workbooks(self):
        """openpyxl, which reads a member whole, gets no more of it than we allow."""
        for name in (
            hostile.TYPES,
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
        ):
            for declared, note in ((None, "too_large"), (2**20 - 1, "damaged")):
                with self.subTest(name=name, declared=declared):
                    others = hostile.members(make_shared_xlsx(["a"]))
                    others.pop(name)
                    bomb = hostile.zip_bomb(name, 10 * 2**30, declared, others)
                    self.assertEqual(self._harmed(bomb, XLSX), note)

    def test_zip_bombs_that_are_not_opened(self):
        """A picture, or a document within the document, is never unzipped."""
        others = hostile.members(make_docx(ENGLISH))
        for name, content in (
            ("word/media/image1.png", None),
            ("word/embeddings/in.docx", hostile.zip_bomb("word/document.xml", 10 * 2**30)),
        ):
            bomb = (
                hostile.zipped({**others, name: content})
                if content
                else hostile.zip_bomb(name, 10 * 2**30, others=others)
            )
            self.assertEqual(self._text(bomb, DOCX), ENGLISH)

    def test_parts_that_add_up(self):
        """Each part is within the limit, and all together are not."""
        noise = random.Random(1).randbytes(2**20).hex()
        part = f"<!--{noise}-->{hostile.DOCUMENT_START}word{hostile.DOCUMENT_END}"
        names = [f"word/header{number}.xml" for number in range(60)]
        override = (
            '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.header+xml"/></Types>'
        )
        types = hostile.DOCUMENT_TYPES
        for name in names:
            types = types.replace("</Types>", override.format(name))
        members = {hostile.TYPES: types, "word/document.xml": part, **dict.fromkeys(names, part)}
        result = self._read(hostile.zipped(members, zipfile.ZIP_STORED), DOCX)
        self.assertEqual((result.state, result.note), ("read", "too_large"))
        self.assertEqual(result.text.split(), ["word"] * 49)

    def test_methods_of_zip(self):
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            content = hostile.zipped(hostile.members(make_docx(ENGLISH)), method)
            self.assertEqual(self._harmed(content, DOCX), "damaged")

    def test_entities(self):
        """They are never resolved: neither bombs, nor files of the server."""
        secret = self.folder / "secret"
        secret.write_text("a secret")
        jobs = []
        for doctype, text in (
            (hostile.BILLION_LAUGHS, "&l9;"),
            (f'<!DOCTYPE a [<!ENTITY l "{"lol" * 100_000}">]>', "&l;" * 10_000),
            (f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>', "&x;"),
            (f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{secret.as_uri()}"> %x;]>', "x"),
            (f'<!DOCTYPE a SYSTEM "{secret.as_uri()}">', "x"),
        ):
            self.assertEqual(self._harmed(hostile.document(text, doctype), DOCX), "damaged")
            jobs.append(self._job(f"{doctype}<p>{text}".encode(), HTML))
            for make, name in (
                (make_xlsx, "xl/worksheets/sheet1.xml"),
                (make_shared_xlsx, "xl/sharedStrings.xml"),
                (make_xlsx, "xl/workbook.xml"),
                (make_xlsx, hostile.TYPES),
            ):
                content = make(["word"])
                for encoding in ("utf-8", "utf-16"):
                    xml = re.sub(r"<\?.*?\?>", "", hostile.members(content)[name].decode())
                    xml = re.sub("word|Sheet", text, xml)
                    xml = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{xml}'
                    others = {name: xml.encode(encoding)}
                    jobs.append(
                        self._job(hostile.zipped({**hostile.members(content), **others}), XLSX)
                    )
        for result in self._read_among_others(*jobs):
            self.assertNotIn("secret", result.text)
            self.assertNotIn("lollol", result.text)

    def test_depth(self):
        deep = "<w:tbl><w:tr><w:tc><w:p>" * 100_000
        jobs = [
            self._job(b"<div>" * 1_000_000 + b"deep", HTML),
            self._job(b"<table><tr><td>" * 100_000 + b"deep", HTML),
            self._job(hostile.document(f"</w:t></w:r></w:p>{deep}"), DOCX),
        ]
        for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", hostile.TYPES):
            content = hostile.replaced(
                make_xlsx(["a"]),
                name,
                lambda xml: re.sub("(<[A-Za-z][^>]*>)", r"\1" + "<a>" * 200_000, xml, count=1),
            )
            jobs.append(self._job(content, XLSX))
        self._read_among_others(*jobs)

    def test_rows_without_end(self):
        """The next row of a sheet is the billionth."""
        content = hostile.replaced(
            make_xlsx(["a"], ["b"]),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace('r="2"', f'r="{10**18}"'),
        )
        [result] = self._read_among_others(self._job(content, XLSX), seconds=4)
        self.assertEqual((result.state, result.note, result.text), ("read", "timeout", "Sheet\na"))

    def test_pdf_loops(self):
        self.assertEqual(self._harmed(hostile.pdf_page_loop(), PDF), "damaged")
        self._read_among_others(self._job(hostile.pdf_form_loop(), PDF))

    def test_pdf_depth(self):
        for content in (hostile.pdf_deep_tree(50_000), hostile.pdf_deep_array(1_000_000)):
            self._read_among_others(self._job(content, PDF))

    def test_pdf_of_many_pages(self):
        [result] = self._read_among_others(self._job(hostile.pdf_many_pages(100_000), PDF))
        self.assertEqual(result.pages, 100_000)

    def test_pdf_bombs(self):
        self.assertEqual(self._harmed(hostile.pdf_stream_bomb(4 * 2**30), PDF), "memory")
        for side in (8_000, 50_000):
            self._read_among_others(self._job(hostile.pdf_big_image(side), PDF))

    def test_image_bombs(self):
        self.assertEqual(self._harmed(hostile.png(50_000, 50_000), PNG), "too_large")
        self.assertEqual(self._harmed(hostile.bmp(50_000, 50_000), "image/bmp"), "too_large")

    def test_image_beyond_the_memory(self):
        self.assertEqual(self._harmed(hostile.png(9_900, 9_900), PNG, memory=150 * 2**20), "memory")

    def test_encrypted_document(self):
        encrypted = hostile.encrypted_document()
        for kind in (DOCX, XLSX, PPTX):
            self.assertEqual(self._harmed(encrypted, kind), "encrypted")
        old = encrypted.replace(b"E\0n\0c\0", b"e\0n\0c\0")
        self.assertEqual(self._harmed(old, DOCX), "damaged", "a file of Office 97")

    def test_encrypted_member(self):
        content = bytearray(make_docx(ENGLISH))
        content[content.index(b"PK\1\2") + 8] |= 1  # a flag in the directory
        self.assertEqual(self._harmed(bytes(content), DOCX), "encrypted")

    def test_empty_noisy_wrong_and_truncated(self):
        noise = random.Random(1).randbytes(50_000)
        good = {
            DOCX: make_docx(*LANGUAGES),
            XLSX: make_xlsx(LANGUAGES),
            PPTX: make_pptx(LANGUAGES),
            PDF: make_pdf(LANGUAGES),
        }
        for kind, name in IMAGES.items():
            image = Image.frombytes("RGB", (100, 100), noise[:30_000])
            good[kind] = make_image(image, name)
        wrong = dict.fromkeys(good, good[PNG]) | {PNG: good[GIF], DOCX: good[XLSX]}
        jobs = [
            self._job(content, kind)
            for kind in good
            for content in (b"", noise, wrong[kind], good[kind][: len(good[kind]) // 2])
        ]
        results = self._read_among_others(*jobs)
        for number, result in enumerate(results):
            if number % 4 < 3:
                self.assertEqual((result.state, result.note), ("failed", "damaged"), jobs[number])

    def test_no_text_at_all(self):
        for kind in (TXT, MD, CSV, HTML):
            result = self._read(b"", kind)
            self.assertEqual((result.state, result.text, result.note), ("empty", "", ""))

    def test_vanished(self):
        [result] = self._read_among_others(Job(7, str(self.folder / "gone"), DOCX))
        self.assertEqual((result.state, result.note), ("failed", "missing"))

    def test_path_and_kind_may_be_anything(self):
        path = self.folder / 'a "b"\n中\udcff'
        path.write_bytes(b"text")
        [result] = read_files([Job(1, str(path), TXT)])
        self.assertEqual(result.text, "text")
        [result] = read_files([Job(1, str(path), 'x/"\n{}')])
        self.assertEqual(result.state, "unsupported")


class TestBounds(TestReading):
    def _hanging(self):
        """Return the job of a file that never comes to its end."""
        path = self.folder / "pipe"
        os.mkfifo(path)
        return Job(99, str(path), TXT)

    def _child(self, results):
        """Return the process that reads files, waiting for the next."""
        next(results)
        [child] = self._children()
        return child

    def test_text_is_cut(self):
        result = self._read(b"word " * 1000, TXT, max_chars=100)
        self.assertEqual((result.state, result.note), ("read", "cut"))
        self.assertEqual(result.text, ("word " * 20).strip())
        self.assertEqual(self._read(b"x" * 100, TXT, max_chars=100).note, "")
        for content, kind in (
            (make_docx(*["word"] * 1000), DOCX),
            (make_xlsx(*[["word"]] * 1000), XLSX),
            (make_pdf(*[["word"]] * 100), PDF),
            (b"<p>word" * 1000, HTML),
            (b"word,word\n" * 1000, CSV),
        ):
            result = self._read(content, kind, max_chars=100)
            self.assertEqual((result.state, result.note), ("read", "cut"))
            self.assertTrue(80 < len(result.text) <= 100)

    def test_text_without_lines(self):
        """No more of a line is held than is looked at."""
        content = b"word," * 2**24
        for kind in (TXT, CSV, HTML):
            with self.subTest(kind=kind):
                result = self._read(content, kind, max_chars=1000)
                self.assertEqual((result.state, result.note), ("read", "cut"))

    def test_whole_text_of_any_characters(self):
        """What the parent takes is enough for what JSON makes of the worst text."""
        for character in ('"', "\\", "\t.", "中", "𠮷"):
            text = (character * 300_000)[:300_000]
            self.assertEqual(self._read(text.encode(), TXT, max_chars=300_000).text, text)

    def test_html_is_cut(self):
        content = b"<p>first</p>" + b"<!-- -->" * 2**22 + b"<p>last"
        result = self._read(content, HTML)
        self.assertEqual((result.text, result.note), ("first", "too_large"))

    def test_memory_of_the_parent(self):
        """A file of 4 GB, of which the parent gets no more than it wants."""
        job = self._job(b"line\n" * 1_000_000, TXT)
        os.truncate(job.path, 2**32)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        [result] = read_files([job], max_chars=100_000)
        self.assertEqual((result.note, len(result.text)), ("cut", 99_999))
        self.assertLess(tracemalloc.get_traced_memory()[1], 3_000_000)

    def test_hanging(self):
        started = time.monotonic()
        [result] = self._read_among_others(self._hanging(), seconds=2)
        self.assertEqual((result.state, result.note), ("failed", "timeout"))
        self.assertGreater(time.monotonic() - started, 2)

    def test_stopped(self):
        results = read_files([self.good] * 3, seconds=2)
        self._child(results).send_signal(signal.SIGSTOP)
        started = time.monotonic()
        self.assertEqual(
            [(r.state, r.note) for r in results], [("failed", "timeout"), ("read", "")]
        )
        self.assertLess(time.monotonic() - started, 20)

    def test_time_between_files(self):
        """Only a file's own time counts."""
        results = read_files([self.good] * 2, seconds=1)
        next(results)
        time.sleep(3)
        self.assertEqual(next(results).state, "read")
        results.close()

    def test_busy(self):
        """Code that gives the child no time to look after itself."""
        job = self._job(hostile.pdf_slow_page(300_000), PDF)
        [result] = self._read_among_others(job, seconds=2)
        self.assertEqual(result.note, "timeout")

    def test_killed_by_what_came_before(self):
        """A child that has broken before is not this file's fault."""
        results = read_files([self.good] * 2)
        self._child(results).kill()
        self.assertEqual([result.state for result in results], ["read"])

    def test_given_up(self):
        results = read_files([self.good] * 3)
        self._child(results)
        results.close()
        self.assertFalse(self._children())

    def test_jobs_that_fail(self):
        """The one who names the files breaks down."""

        def jobs():
            yield self.good
            raise LookupError

        with self.assertRaises(LookupError):
            list(read_files(jobs()))

    def test_no_jobs(self):
        with patch.object(subprocess, "Popen", side_effect=AssertionError):
            self.assertEqual(list(read_files([])), [])

    def test_one_child_for_all(self):
        with patch.object(subprocess, "Popen", wraps=subprocess.Popen) as start:
            self.assertEqual(len(list(read_files([self.good] * 20))), 20)
        self.assertEqual(start.call_count, 1)

    def test_confined(self):
        memory = 300 * 2**20
        results = read_files([self.good] * 2, memory=memory)
        child = self._child(results)
        for limit, value in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, 64),
        ):
            self.assertEqual(child.rlimit(limit), (value, value))
        self.assertLess(child.rlimit(resource.RLIMIT_CPU)[0], 60)
        self.assertGreater(child.nice(), psutil.Process().nice())
        self.assertEqual(child.environ(), process.ENVIRONMENT)
        self.assertFalse(child.net_connections())
        self.assertEqual(os.readlink(f"/proc/{child.pid}/fd/1"), os.devnull)
        self.assertNotIn("psycopg2", str(child.memory_maps()))
        results.close()

    def test_parent_killed(self):
        """The child of a parent that is killed ends, whether it waits or reads."""
        for job in (self.good, self._hanging()):
            code = f"""
                import sys, subprocess
                sys.path.insert(0, {str(Path(process.CHILD).parents[1])!r})
                from reading import *
                start = subprocess.Popen
                def told(*args, **options):
                    child = start(*args, **options)
                    print(child.pid, flush=True)
                    return child
                subprocess.Popen = told
                for result in read_files([Job(1, {job.path!r}, "text/plain")] * 2, seconds=1):
                    sys.stdin.read()
            """
            with (
                self.subTest(job=job.path),
                subprocess.Popen(
                    [sys.executable, "-c", textwrap.dedent(code)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                ) as parent,
            ):
                child = psutil.Process(int(parent.stdout.readline()))
                time.sleep(0.8)
                parent.kill()
                parent.wait()
                child.wait(timeout=20)


class TestBrokenChild(TestReading):
    """A file may make the child say anything."""

    def _answered(self, code, **limits):
        """Return the reading if the child does `code` once it has got a file."""
        path = self.folder / "child.py"
        head = """
            import json, sys, time
            say = lambda line: print(line, flush=True)
            sys.stdin.readline(); say("{}"); sys.stdin.readline()
        """
        path.write_text(textwrap.dedent(head) + code)
        with patch.object(process, "CHILD", str(path)):
            [result] = read_files([self.good], **limits)
        return result

    def test_flood(self):
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        code = "while True: sys.stdout.write('a' * 100_000)"
        self.assertEqual(self._answered(code, max_chars=1000).note, "crashed")
        self.assertLess(tracemalloc.get_traced_memory()[1], 3_000_000)

    def test_trickle(self):
        """What comes without end takes no longer than the file may."""
        started = time.monotonic()
        code = "while True: sys.stdout.write('a'); sys.stdout.flush(); time.sleep(0.1)"
        self.assertEqual(self._answered(code, seconds=1).note, "timeout")
        self.assertLess(time.monotonic() - started, 10)

    def test_silence(self):
        self.assertEqual(self._answered("import os; os.close(1); time.sleep(60)").note, "crashed")

    def test_nonsense(self):
        text = {"supported": True, "text": "", "note": "", "pages": None}
        picture = {"thumbnail": None, "note": ""}
        for first, second in (
            ("nonsense", picture),
            ([], picture),
            ({}, picture),
            ({**text, "text": None}, picture),
            ({**text, "text": "a" * 1001}, picture),
            ({**text, "text": "\0"}, picture),
            ({**text, "text": "\ud800"}, picture),
            ({**text, "note": "<b>"}, picture),
            ({**text, "note": []}, picture),
            ({**text, "pages": -1}, picture),
            ({**text, "pages": 2**31}, picture),
            ({**text, "pages": 10**4000}, picture),
            ({**text, "pages": "1"}, picture),
            ({**text, "supported": 1}, picture),
            ({**text, "thumbnail": "a"}, {}),
            (text, {}),
            (text, {**picture, "thumbnail": "?"}),
            (text, {**picture, "thumbnail": []}),
            (text, {**picture, "thumbnail": "A" * 400_000}),
            (text, {**picture, "note": None}),
        ):
            with self.subTest(first=str(first)[:80], second=str(second)[:80]):
                lines = [json.dumps(first), json.dumps(second)]
                result = self._answered(
                    "".join(f"say({line!r})\n" for line in lines), max_chars=1000
                )
                self.assertEqual((result.state, result.note), ("failed", "crashed"))
                self.assertEqual((result.text, result.thumbnail), ("", None))

    def test_depth(self):
        self.assertEqual(self._answered("say('[' * 100_000)").note, "crashed")

    def test_invalid_bytes(self):
        self.assertEqual(self._answered("sys.stdout.buffer.write(b'\\xff\\n')").note, "crashed")

    def test_does_not_start(self):
        """That the child does not start is no file's fault."""
        path = self.folder / "child.py"
        for code, message in (
            ("", "crashed"),
            ("""print('{"error": "no such library"}')""", "library"),
        ):
            path.write_text(code)
            with patch.object(process, "CHILD", str(path)):
                with self.assertRaisesRegex(RuntimeError, message):
                    list(read_files([self.good]))

    def test_lacking_library(self):
        with patch.object(sys, "path", []), self.assertRaisesRegex(RuntimeError, "ModuleNotFound"):
            list(read_files([self.good]))
