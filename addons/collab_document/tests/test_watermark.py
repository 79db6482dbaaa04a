import io
import subprocess
import tempfile
import textwrap
import time
import tracemalloc
from pathlib import Path
from unittest.mock import patch

import psutil
import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject, RectangleObject
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase
from odoo.tools import mute_logger

from .. import watermark
from ..reading import process
from ..stamping import font, stamp
from ..watermark import LETTERS, MAX_LINE, MAX_PAGES, StampError
from . import hostile_files as hostile

LINES = ["深圳市某某科技有限公司", "Jörg Größe <joerg@example.com>", "2026-03-01 14:05"]
A4 = (595, 842)
profile = settings(max_examples=60, deadline=None, database=None)


def stamp_pdf(data, lines):
    return watermark.stamp_pdf(data, lines, font())


def stamp_image(data, lines, kind):
    return watermark.stamp_image(data, lines, font(), kind)


def make_pdf(sizes, draw=lambda canvas: None):
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for size in sizes:
        canvas.setPageSize(size)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def raw_pdf(*objects):
    """Return a PDF of `objects`, numbered from 1, of which the first is the catalog."""
    content, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        content
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            len(content),
        )
    )


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


def page_tree(count, *kids):
    return b"<</Type/Pages/Count %d/Kids[%s]>>" % (
        count,
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )


def changed_pdf(data, change):
    """Return `data` after `change` was called with its first page."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    change(writer.pages[0])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def rendered(data):
    with pypdfium2.PdfDocument(data) as document:
        return [page.render().to_pil().convert("L") for page in document]


def encoded(image, format_, **options):
    stream = io.BytesIO()
    image.save(stream, format_, **options)
    return stream.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


class MarkCase(BaseCase):
    def assertMarked(self, before, after):
        """All over the picture something was written, and nothing was covered by it."""
        self.assertEqual(before.size, after.size)
        changed = ImageChops.difference(before.convert("L"), after.convert("L"))
        width, height = changed.size
        for column in range(3):
            for row in range(3):
                box = (column * width // 3, row * height // 3)
                part = changed.crop((*box, box[0] + width // 3, box[1] + height // 3))
                faintest, strongest = part.getextrema()
                self.assertEqual(faintest, 0)
                self.assertGreater(strongest, 15, f"no mark at {column}, {row}")
                self.assertLess(strongest, 100, f"nothing to read at {column}, {row}")
                # letters, not a veil
                self.assertLess(sum(part.histogram()[16:]), 0.25 * part.width * part.height)

    def assertAlike(self, one, other):
        self.assertEqual(one.size, other.size)
        differing = ImageChops.difference(one, other).histogram()[30:]
        self.assertLess(sum(differing), 0.002 * one.width * one.height)

    def assertRefused(self, reason, stamp, *args):
        with self.assertRaises(StampError) as caught, mute_logger("pypdf"):
            stamp(*args)
        self.assertEqual(caught.exception.reason, reason)


class TestPdf(MarkCase):
    def test_pages(self):
        """Pages of all sizes are marked, their text can be read."""

        def draw(canvas):
            for line in range(60):
                canvas.drawString(0, line * 40, "all that is to be read " * 20)

        data = make_pdf([A4, (842, 595), (298, 420), (1684, 2384), (200, 2000), (70, 100)], draw)
        for before, after in zip(rendered(data), rendered(stamp_pdf(data, LINES)), strict=True):
            self.assertMarked(before, after)

    def test_dark_page(self):
        data = make_pdf([A4], lambda canvas: canvas.rect(-9, -9, 999, 999, fill=1))
        before, after = rendered(data)[0], rendered(stamp_pdf(data, LINES))[0]
        self.assertMarked(before, after)
        self.assertGreater(after.getextrema()[1], 50)

    def test_large_page(self):
        """On a page twice as wide and high the mark is so, too."""
        small, large = rendered(stamp_pdf(make_pdf([A4, (1190, 1684)]), LINES))
        self.assertAlike(large.resize(small.size, Image.Resampling.BOX), small)

    def test_upright(self):
        """Whichever way a page is turned, who reads it sees the same."""
        for size in (A4, (842, 595)):
            expected = rendered(stamp_pdf(make_pdf([size]), LINES))[0]
            for angle in (0, 90, 180, 270, -90, 450):
                turned = make_pdf([size[:: -1 if angle % 180 else 1]])

                def turn(page, angle=angle):
                    page[NameObject("/Rotate")] = NumberObject(angle)

                stamped = stamp_pdf(changed_pdf(turned, turn), LINES)
                self.assertAlike(rendered(stamped)[0], expected)

    def test_visible_part(self):
        """What counts of a page is what is seen of it, wherever that lies."""
        expected = rendered(stamp_pdf(make_pdf([(400, 500)]), LINES))[0]
        for media, crop in (
            ((-100, -50, 595, 842), (20, 30, 420, 530)),
            ((100, 200, 500, 700), (0, 0, 1000, 1000)),
            ((500, 700, 100, 200), (500, 700, 100, 200)),
        ):

            def change(page, media=media, crop=crop):
                page.mediabox, page.cropbox = RectangleObject(media), RectangleObject(crop)

            stamped = stamp_pdf(changed_pdf(make_pdf([A4]), change), LINES)
            self.assertAlike(rendered(stamped)[0], expected)

    def test_nothing_visible(self):
        """A page cut to what is outside of it: many viewers show it whole then."""

        def change(page):
            page.cropbox = RectangleObject((900, 900, 1000, 1000))

        stamped = stamp_pdf(changed_pdf(make_pdf([A4]), change), LINES)
        (mark,) = PdfReader(io.BytesIO(stamped)).pages[0]["/Resources"]["/XObject"].values()
        self.assertEqual(mark.get_object()["/BBox"], [0, 0, *A4])

    def test_content_cannot_move_it(self):
        """What the content of a page leaves behind does not move or cut the mark."""
        expected = rendered(stamp_pdf(make_pdf([A4]), LINES))[0]

        def draw(canvas):
            clip = canvas.beginPath()
            clip.rect(0, 0, 50, 50)
            canvas.clipPath(clip, stroke=0)
            canvas.scale(0.1, -0.1)
            canvas.setFillAlpha(0)

        for content in (make_pdf([A4], draw), raw_pdf(CATALOG, page_tree(1, 3), PAGE)):
            self.assertAlike(rendered(stamp_pdf(content, LINES))[0], expected)

    def test_shared_and_inherited(self):
        """Resources, contents and boxes of several pages at once stay everybody's."""
        stream = b"<</Length 26>>stream\n0 0 m 595 842 l S /Im Do Q\nendstream"
        data = raw_pdf(
            CATALOG,
            b"<</Type/Pages/Count 4/Kids[3 0 R 4 0 R 5 0 R 3 0 R]/MediaBox[0 0 595 842]"
            b"/Resources 7 0 R>>",
            b"<</Type/Page/Parent 2 0 R/Contents 6 0 R>>",
            b"<</Type/Page/Parent 2 0 R/Contents[6 0 R 6 0 R]/Rotate 90>>",
            b"<</Type/Page/Parent 2 0 R/Contents 8 0 R/MediaBox[0 0 300 300]/Resources null>>",
            stream,
            b"<</XObject null/Font<<>>>>",
            b"[6 0 R 6 0 R]",
        )
        with mute_logger("pypdf"):
            before, after = rendered(data), rendered(stamp_pdf(data, LINES))
        for one, other in zip(before, after, strict=True):
            self.assertMarked(one, other)
        self.assertAlike(after[0], after[3])

    def test_shared_blank(self):
        """Pages of two sizes that share their resources, one of them listed twice."""
        data = raw_pdf(
            CATALOG,
            page_tree(3, 3, 4, 3).replace(b"/Kids", b"/Resources<<>>/Kids"),
            PAGE,
            PAGE.replace(b"595 842", b"300 200"),
        )
        small, large = rendered(stamp_pdf(make_pdf([(300, 200), A4]), LINES))
        for after, expected in zip(
            rendered(stamp_pdf(data, LINES)), (large, small, large), strict=True
        ):
            self.assertAlike(after, expected)

    def test_second_mark(self):
        """A mark that is there already is not turned into the new one."""
        once = stamp_pdf(make_pdf([A4]), ["first reader"])
        twice = stamp_pdf(once, ["second reader"])
        self.assertMarked(rendered(once)[0], rendered(twice)[0])
        marks = PdfReader(io.BytesIO(twice)).pages[0]["/Resources"]["/XObject"]
        self.assertEqual(len(marks), 2)
        darker = ImageChops.darker(rendered(once)[0], rendered(twice)[0])
        self.assertAlike(darker, rendered(twice)[0])

    def test_added_once(self):
        """The size of the file grows by the mark and a few bytes a page."""

        def growth(pages):
            data = make_pdf([A4] * pages, lambda canvas: canvas.drawString(9, 9, "text"))
            return len(stamp_pdf(data, LINES)) - len(data)

        self.assertLess(growth(1), 150_000)
        self.assertLess(growth(301) - growth(1), 300 * 200)

    def test_not_appended(self):
        """The file as it was is not a part of the stamped one, nor are its contents lost."""
        data = make_pdf([A4], lambda canvas: canvas.drawString(9, 9, "to be found"))
        stamped = stamp_pdf(io.BytesIO(data), LINES)
        self.assertEqual(stamped.count(b"startxref"), 1)
        self.assertIn("to be found", PdfReader(io.BytesIO(stamped)).pages[0].extract_text())
        self.assertEqual(stamped, stamp_pdf(data, LINES))

    def test_encrypted(self):
        for password in ("secret", ""):
            writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([A4]))))
            writer.encrypt(password, "owner", algorithm="AES-256")
            stream = io.BytesIO()
            writer.write(stream)
            self.assertRefused("encrypted", stamp_pdf, stream.getvalue(), LINES)

    def test_damaged(self):
        data = make_pdf([A4] * 3, lambda canvas: canvas.drawString(9, 9, "text"))
        for broken in (
            b"",
            b"hello",
            data[: len(data) // 2],
            data.replace(b"/Pages", b"/Fages"),
            raw_pdf(CATALOG, page_tree(0)),
            raw_pdf(CATALOG, page_tree(1, 2)),
            raw_pdf(CATALOG, page_tree(1, 3), page_tree(1, 2)),
            raw_pdf(CATALOG, page_tree(1, 3), b"<</Type/Page/Parent 2 0 R>>"),
            raw_pdf(CATALOG, page_tree(1, 3), PAGE.replace(b"842", b"0")),
            raw_pdf(
                CATALOG[:-2] + b"/X" + b"[" * 20_000 + b"]" * 20_000 + b">>", page_tree(1, 3), PAGE
            ),
        ):
            self.assertRefused("damaged", stamp_pdf, broken, LINES)

    @profile
    @given(st.data())
    def test_any_damage(self, data):
        """Whatever happens to a file: it is stamped, or refused with a reason."""
        content = bytearray(make_pdf([A4, (300, 300)]))
        for _change in range(data.draw(st.integers(1, 20))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        with mute_logger("pypdf"):
            try:
                stamp_pdf(bytes(content), LINES)
            except StampError as error:
                self.assertIn(error.reason, ("damaged", "encrypted", "too_large"))

    def test_too_large(self):
        many = range(3, 3 + MAX_PAGES + 1)
        tree = [page_tree(10, *[2 + level] * 10) for level in range(1, 30)]
        for data in (
            raw_pdf(CATALOG, page_tree(MAX_PAGES + 1, 3), PAGE),
            raw_pdf(CATALOG, page_tree(1, *many), *[PAGE] * len(many)),
            raw_pdf(CATALOG, page_tree(1, *[3] * (MAX_PAGES + 1)), PAGE),
            raw_pdf(CATALOG, *tree, PAGE),
        ):
            self.assertRefused("too_large", stamp_pdf, data, LINES)
        for limit in ("MAX_BYTES", "MAX_OBJECTS"):
            with patch.object(watermark, limit, 3):
                self.assertRefused("too_large", stamp_pdf, make_pdf([A4]), LINES)

    def test_packed_blanks(self):
        """Objects that unpack to next to nothing but blanks are not looked for in them."""
        data = hostile.pdf_blanks(8, 8 * 2**20)
        with patch.object(watermark, "PdfWriter", side_effect=AssertionError):
            self.assertRefused("too_large", stamp_pdf, data, LINES)
        data = hostile.pdf_blanks(3, 1000)
        self.assertMarked(rendered(data)[0], rendered(stamp_pdf(data, LINES))[0])

    def test_many_marks(self):
        """A page of an odd shape is not written full of marks."""
        data = make_pdf([(3, 14_400), (14_400, 3)])
        self.assertLess(len(stamp_pdf(data, LINES)) - len(data), 150_000)


class TestImage(MarkCase):
    def test_formats(self):
        for mode, format_, kind in (
            ("RGB", "JPEG", "image/jpeg"),
            ("L", "JPEG", "image/jpeg"),
            ("CMYK", "JPEG", "image/jpeg"),
            ("RGB", "PNG", "image/png"),
            ("1", "PNG", "image/png"),
            ("P", "PNG", "image/png"),
            ("LA", "PNG", "image/png"),
            ("RGBA", "PNG", "image/png"),
            ("P", "GIF", "image/gif"),
            ("RGB", "WEBP", "image/webp"),
            ("RGBA", "WEBP", "image/webp"),
        ):
            for colour in ("white", "black"):
                data = encoded(Image.new("RGB", (900, 600), colour).convert(mode), format_)
                stamped = opened(stamp_image(data, LINES, kind))
                self.assertEqual(stamped.format, format_)
                self.assertMarked(opened(data), stamped)

    def test_sizes(self):
        for size in ((320, 240), (4000, 3000), (2000, 90), (90, 2000)):
            before = Image.new("RGB", size, "white")
            after = opened(stamp_image(encoded(before, "PNG"), LINES, "image/png"))
            self.assertMarked(before, after)
        for size in ((1, 1), (1, 5000), (16, 16)):
            stamped = stamp_image(encoded(Image.new("RGB", size), "PNG"), LINES, "image/png")
            self.assertEqual(opened(stamped).size, size)

    def test_upright(self):
        """A picture the camera has marked as lying is turned, the mark stands upright."""
        upright = Image.new("RGB", (600, 900), "white")
        upright.paste("black", (0, 0, 600, 300))
        expected = opened(stamp_image(encoded(upright, "PNG"), LINES, "image/png"))
        exif = Image.Exif()
        exif[0x112], exif[0x10F] = 6, "Camera"
        lying = upright.transpose(Image.Transpose.ROTATE_90)
        stamped = opened(stamp_image(encoded(lying, "PNG", exif=exif), LINES, "image/png"))
        self.assertEqual(stamped.tobytes(), expected.tobytes())
        self.assertFalse(stamped.getexif())

    def test_16_bits(self):
        gray = Image.new("I;16", (900, 600), 128 * 256)
        stamped = opened(stamp_image(encoded(gray, "PNG"), LINES, "image/png"))
        self.assertMarked(Image.new("L", (900, 600), 128), stamped)

    def test_transparency(self):
        clear = Image.new("RGBA", (900, 600), (255, 255, 255, 0))
        for format_, kind in (("PNG", "image/png"), ("WEBP", "image/webp")):
            stamped = opened(stamp_image(encoded(clear, format_), LINES, kind))
            alpha = stamped.getchannel("A")
            self.assertMarked(Image.new("L", (900, 600), 0), alpha)

    def test_profile(self):
        """The colours of a picture are kept, except where its profile is of other colours."""
        for mode, kept in (("RGB", b"profile"), ("L", None), ("CMYK", None)):
            data = encoded(Image.new(mode, (90, 90)), "JPEG", icc_profile=b"profile")
            stamped = opened(stamp_image(data, LINES, "image/jpeg"))
            self.assertEqual(stamped.info.get("icc_profile"), kept)

    def test_animation(self):
        frames = [Image.new("RGB", (900, 600), colour) for colour in ("white", "black")]
        for format_, kind in (("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")):
            data = encoded(frames[0], format_, save_all=True, append_images=frames[1:])
            stamped = opened(stamp_image(data, LINES, kind))
            self.assertEqual(getattr(stamped, "n_frames", 1), 1)
            self.assertMarked(frames[0], stamped)

    def test_refused(self):
        data = encoded(Image.effect_noise((90, 90), 50), "PNG")
        for broken in (b"", b"hello", data[:20]):
            self.assertRefused("damaged", stamp_image, broken, LINES, "image/png")
        self.assertRefused("damaged", stamp_image, data, LINES, "image/jpeg")
        self.assertRefused("unsupported", stamp_image, data, LINES, "image/svg+xml")
        for size in ((10_000, 6_000), (60_000, 6_000)):
            bomb = encoded(Image.new("1", size), "PNG")
            self.assertRefused("too_large", stamp_image, bomb, LINES, "image/png")


class TestPlaces(BaseCase):
    @profile
    @given(*[st.floats(1, 20_000)] * 2, *[st.floats(0.01, 1)] * 2)
    def test_everywhere(self, width, height, wide, high):
        """Rows of marks cover an area from edge to edge, and are not too many."""
        mark = (wide * width, high * height)
        places = list(watermark._places(width, height, *mark))
        rows = sorted({y for _x, y in places})
        self.assertLess(len(places), 102 * 102)
        self.assertEqual(rows[0], 0)
        self._check_no_gap(rows, height, max(mark[1], height / 50))
        for row in rows:
            columns = [x for x, y in places if y == row]
            self.assertLessEqual(columns[0], 0)
            self._check_no_gap(columns, width, max(1.1 * mark[0], width / 50))

    def _check_no_gap(self, starts, end, largest):
        for start, following in zip(starts, [*starts[1:], end], strict=True):
            self.assertLessEqual(following - start, largest)


class TestMark(MarkCase):
    def _mark(self, *lines):
        return watermark._mark(lines, font()).tobytes()

    def _letters(self):
        path, index = font()
        return ImageFont.truetype(path, LETTERS, index)

    def _without_fonts(self):
        """Let the machine have no font but Odoo's."""
        font.cache_clear()
        self.addCleanup(font.cache_clear)
        patcher = patch.object(subprocess, "run", side_effect=FileNotFoundError)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_readers_differ(self):
        self.assertNotEqual(self._mark("张三"), self._mark("李四"))
        self.assertNotEqual(self._mark("עדה"), self._mark("דוד"))
        self.assertEqual(self._mark("a\n b"), self._mark("a b"))

    def test_without_fonts(self):
        """What the font cannot write is written as numbers, which nobody else has."""
        self._without_fonts()
        letters = self._letters()
        self.assertEqual(watermark._written("Größe Иван", letters), "Größe Иван")
        self.assertEqual(watermark._written("张三 Z", letters), "[5F20][4E09] Z")
        self.assertNotEqual(self._mark("张三"), self._mark("李四"))
        data = make_pdf([A4])
        self.assertMarked(rendered(data)[0], rendered(stamp_pdf(data, LINES))[0])

    def test_long_line(self):
        letters = self._letters()
        self.assertEqual(watermark._written("x" * MAX_LINE, letters), "x" * MAX_LINE)
        self.assertEqual(len(watermark._written("x" * 10_000, letters)), MAX_LINE)
        for size in (A4, (300, 300)):
            data = make_pdf([size])
            stamped = stamp_pdf(data, ["公" * 10_000, "y" * 10_000])
            self.assertMarked(rendered(data)[0], rendered(stamped)[0])

    @profile
    @given(st.lists(st.text(st.characters(exclude_categories=()), max_size=80), max_size=4))
    def test_any_text(self, lines):
        stamp_image(encoded(Image.new("L", (90, 90)), "PNG"), lines, "image/png")


class TestStamping(MarkCase):
    """What is stamped by a process of its own."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._assert_nothing_left)

    def _assert_nothing_left(self):
        for child in psutil.Process().children():
            self.assertNotIn(process.CHILD, child.cmdline(), "a process is left")

    def _stamp(self, data, kind, lines=tuple(LINES), **limits):
        with tempfile.TemporaryFile() as content:
            content.write(data)
            content.flush()
            with stamp(content, kind, lines, **limits) as stamped:
                return stamped.read()

    def _refused(self, data, kind="application/pdf", **limits):
        """Return the error with which `data` is refused."""
        with self.assertRaises(StampError) as caught:
            self._stamp(data, kind, **limits)
        return caught.exception

    def test_pdf(self):
        data = make_pdf([A4, (300, 420)], lambda canvas: canvas.drawString(9, 9, "text"))
        stamped = self._stamp(data, "application/pdf")
        for before, after in zip(rendered(data), rendered(stamped), strict=True):
            self.assertMarked(before, after)
        here = stamp_pdf(data, LINES)
        for after, expected in zip(rendered(stamped), rendered(here), strict=True):
            self.assertAlike(after, expected)

    def test_pictures(self):
        image = Image.effect_noise((900, 600), 9)
        for format_ in ("PNG", "JPEG", "GIF", "WEBP"):
            data, kind = encoded(image, format_), f"image/{format_.lower()}"
            self.assertEqual(self._stamp(data, kind), stamp_image(data, LINES, kind))

    def test_any_line(self):
        data = encoded(Image.new("L", (90, 90)), "PNG")
        for lines in ([], ["\ud800\0\n"], ["y" * 200_000]):
            self.assertEqual(
                self._stamp(data, "image/png", lines), stamp_image(data, lines, "image/png")
            )

    def test_refused(self):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([A4]))))
        writer.encrypt("secret")
        stream = io.BytesIO()
        writer.write(stream)
        for reason, data, kind in (
            ("encrypted", stream.getvalue(), "application/pdf"),
            ("damaged", b"", "application/pdf"),
            ("damaged", b"hello", "image/png"),
            ("too_large", encoded(Image.new("1", (10_000, 6_000)), "PNG"), "image/png"),
            ("unsupported", b"<svg/>", "image/svg+xml"),
        ):
            error = self._refused(data, kind)
            self.assertEqual(error.reason, reason)
            self.assertIsNone(error.__cause__, "the child has said so")

    def test_time(self):
        """Blanks that are read one by one, for longer than may be."""
        started = time.monotonic()
        error = self._refused(hostile.pdf_blanks(3, 10 * 2**20), seconds=1)
        self.assertEqual((error.reason, error.__cause__.note), ("too_large", "timeout"))
        self.assertLess(time.monotonic() - started, 30)

    def test_memory(self):
        """A picture that takes more memory than there may be, and none of the server's."""
        data = encoded(Image.new("RGB", (7_000, 7_000)), "PNG")
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assertEqual(self._refused(data, "image/png", memory=200 * 2**20).reason, "too_large")
        self._stamp(encoded(Image.new("L", (4_000, 4_000)), "GIF"), "image/gif")
        self.assertLess(tracemalloc.get_traced_memory()[1], 30_000_000)

    def _answered(self, code, **limits):
        """Return the error if the child does `code` once it is asked."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "child.py"
        head = """
            import os, signal, sys, time
            say = lambda line: print(line, flush=True)
            sys.stdin.readline(); say("{}"); sys.stdin.readline()
        """
        path.write_text(textwrap.dedent(head) + code)
        with patch.object(process, "CHILD", str(path)):
            return self._refused(b"", **limits)

    def test_child_that_dies(self):
        for code, reason in (
            ("", "damaged"),
            ("os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
            ("os.kill(os.getpid(), signal.SIGKILL)", "too_large"),
            ("""say('{"size": 10}'); say("short")""", "damaged"),
        ):
            with self.subTest(code=code):
                self.assertEqual(self._answered(code).reason, reason)

    def test_child_that_hangs(self):
        for code in ("time.sleep(60)", """say('{"size": 10}'); time.sleep(60)"""):
            with self.subTest(code=code):
                started = time.monotonic()
                self.assertEqual(self._answered(code, seconds=1).reason, "too_large")
                self.assertLess(time.monotonic() - started, 30)

    def test_child_that_is_not_to_be_trusted(self):
        for answer in (
            "nonsense",
            "{}",
            '{"size": 0}',
            '{"size": -1}',
            '{"size": "1"}',
            '{"size": 1e1}',
            f'{{"size": {2**40}}}',
            '{"error": "<b>"}',
            '{"error": []}',
            "a" * 100_000,
        ):
            with self.subTest(answer=answer[:80]):
                error = self._answered(f"say({answer!r}); say('x' * 1000)")
                self.assertEqual((error.reason, error.__cause__.note), ("damaged", "crashed"))

    def test_does_not_start(self):
        """That the child does not start is no file's fault."""
        with patch.object(process.sys, "path", []), self.assertRaises(RuntimeError):
            self._stamp(b"", "application/pdf")
