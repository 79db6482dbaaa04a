import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.names import (
    MAX_LENGTH,
    NameRefused,
    clean_name,
    copy_name,
    extension,
    with_extension,
)

profile = settings(max_examples=500, deadline=None, database=None)

# Any code point, lone surrogates too, and often what is of interest here.
characters = st.one_of(
    st.characters(exclude_categories=()),
    st.sampled_from("./\\ \t\n\0\u200d\u202e\u2066\ufeff\ud800\u0301\u0308aeE中🙂"),
)
texts = st.text(characters, max_size=MAX_LENGTH + 20)
names = st.builds(
    "a{}{}".format,
    st.text("abc中 ().", max_size=20),
    st.sampled_from(["", ".docx", ".PDF", ".gz", ".5", "."]),
).map(clean_name)


class TestCleanName(BaseCase):
    def _refused(self, name):
        with self.assertRaises(NameRefused) as caught:
            clean_name(name)
        return caught.exception.reason

    @profile
    @given(texts)
    def test_what_comes_out(self, name):
        """Whatever goes in: out comes a name that is safe, or a refusal with its reason."""
        try:
            clean = clean_name(name)
        except NameRefused as error:
            self.assertIn(error.reason, ("empty", "too_long"))
            return
        self.assertEqual(clean_name(clean), clean)
        self.assertTrue(unicodedata.is_normalized("NFC", clean))
        self.assertNotRegex(clean, r"[/\\]")
        self.assertFalse({"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, clean)))
        self.assertNotRegex(
            clean, "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
        )
        self.assertEqual(clean, " ".join(clean.split()))
        self.assertEqual(clean, clean.strip("."))
        self.assertTrue(0 < len(clean) <= MAX_LENGTH)
        clean.encode()

    def test_paths(self):
        for name in (
            "C:\\x\\a.txt",
            "/etc/a.txt",
            "../../a.txt",
            "..\\..\\a.txt",
            "x/a.txt///",
            "\\\\server\\share\\a.txt\\ ",
            "x/\0/a.txt",
        ):
            self.assertEqual(clean_name(name), "a.txt", name)
        self.assertEqual(clean_name("../../etc/passwd"), "passwd")

    def test_kept(self):
        """What people write comes out as they wrote it."""
        for name in (
            "合同 2026（终稿）.docx",
            "Größe & Straße #1 – 50 %.pdf",
            "👩‍👩‍👧‍👦 ❤️.png",
            "می‌خواهم.txt",
            "חוזה (v2).pdf",
            "عقد.pdf",
            "CON.txt",
            "Re: offer?.eml",
            "a.tar.gz",
            "…",
        ):
            self.assertEqual(clean_name(name), name)

    def test_taken_out(self):
        for name, clean in (
            ("photo\u202egpj.exe", "photogpj.exe"),
            ("a\u2066b\u2069\u200e\u200f\u061cc.txt", "abc.txt"),
            ("a\0b\x1b[31m\x7f\x80.txt", "ab[31m.txt"),
            ("\ufeffa\u200b\u2060\u00ad.txt", "a.txt"),
            ("a\ud83d\uffff.txt", "a.txt"),
            ("two\r\nlines\u2028here\t.txt", "two lines here .txt"),
            ("  a\u3000\u00a0 b.txt  ", "a b.txt"),
            ("...a.txt. .", "a.txt"),
            (".htaccess", "htaccess"),
            ("e\ufeff\u0301.txt", "é.txt"),
        ):
            self.assertEqual(clean_name(name), clean)

    def test_refused(self):
        for name in (
            "",
            "   ",
            "...",
            "/",
            "..",
            "a/..",
            "\0\n",
            "\u202e",
            "\u200d\ufe0f",
            "\u0301",
        ):
            self.assertEqual(self._refused(name), "empty", repr(name))
        clean_name("x" * MAX_LENGTH)
        self.assertEqual(self._refused("x" * (MAX_LENGTH + 1)), "too_long")
        # counted is what is kept
        clean_name("/" * 1000 + " " * 1000 + "x" * MAX_LENGTH)


class TestExtension(BaseCase):
    def test_extension(self):
        for name, found in (
            ("a.docx", "docx"),
            ("A.B.PDF", "pdf"),
            ("a..7z", "7z"),
            ("合同.doc", "doc"),
            ("a.tar.gz", "gz"),
            ("a", ""),
            ("a.", ""),
            (".docx", ""),
            ("Mr. Doe", ""),
            ("a.b-c", ""),
            ("Contract v1.5", ""),
            ("a.docx\n", ""),
            ("a.文", ""),
            ("a.é", ""),
            ("a.abcdefghij", "abcdefghij"),
            ("a.abcdefghijk", ""),
        ):
            self.assertEqual(extension(name), found, name)

    def test_with_extension(self):
        for name, like, made in (
            ("Contract.docx", "scan.pdf", "Contract.pdf"),
            ("Contract", "scan.PDF", "Contract.pdf"),
            ("Contract v1.5", "scan.pdf", "Contract v1.5.pdf"),
            ("Contract.docx", "scan", "Contract"),
            ("Contract.DOCX", "new.docx", "Contract.DOCX"),
            ("a.tar.gz", "b.zip", "a.tar.zip"),
        ):
            self.assertEqual(with_extension(name, like), made)
        with self.assertRaises(NameRefused) as caught:
            with_extension("x" * MAX_LENGTH, "a.pdf")
        self.assertEqual(caught.exception.reason, "too_long")

    @profile
    @given(names, names)
    def test_with_extension_always(self, name, like):
        made = with_extension(name, like)
        if extension(like):
            self.assertEqual(extension(made), extension(like))
            self.assertEqual(with_extension(made, like), made)
        self.assertEqual(clean_name(made), made)


class TestCopyName(BaseCase):
    def test_copy(self):
        for name, taken, made in (
            ("a.docx", set(), "a.docx"),
            ("a.docx", {"b.docx"}, "a.docx"),
            ("a.docx", {"a.docx"}, "a (2).docx"),
            ("a.docx", {"A.DOCX", "a (2).docx", "A (3).docx"}, "a (4).docx"),
            ("a (2).docx", {"a (2).docx"}, "a (2) (2).docx"),
            ("Straße", {"STRASSE"}, "Straße (2)"),
            ("Contract v1.5", {"contract v1.5"}, "Contract v1.5 (2)"),
        ):
            self.assertEqual(copy_name(name, taken), made)
        long = "x" * (MAX_LENGTH - 2)
        with self.assertRaises(NameRefused) as caught:
            copy_name(long, {long})
        self.assertEqual(caught.exception.reason, "too_long")

    @profile
    @given(names, st.integers(0, 20))
    def test_each_copy_is_new(self, name, copies):
        taken = set()
        for _copy in range(copies):
            made = copy_name(name, taken)
            self.assertNotIn(made.casefold(), {other.casefold() for other in taken})
            self.assertEqual(extension(made), extension(name))
            self.assertEqual(clean_name(made), made)
            taken.add(made.swapcase())
