from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.collab_document.reading import read_files

from ..models import collab_document_finder as finder
from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestFinder(DocumentCase):
    def _find(self, text, user=None, **options):
        # there may be others that everybody reads
        options.setdefault("domain", [("folder_id", "=", self.folder.id)])
        answer = self.documents.with_user(user or self.editor).search_text(text, **options)
        return [record["name"] for record in answer["records"]]

    def _read(self):
        contents = self.env["collab.document.content"].search([("state", "=", "waiting")])
        contents._take({reading.key: reading for reading in read_files(contents._jobs())})

    def test_names_at_once_contents_when_read(self):
        self._published("Frame contract ACME-2026.txt", b"General terms of delivery")
        self.assertEqual(len(self._find("acme")), 1)
        self.assertEqual(len(self._find("contract 2026")), 1)
        self.assertFalse(self._find("delivery"))
        self._read()
        self.assertEqual(len(self._find("delivery")), 1)
        self.assertEqual(len(self._find("acme deliv")), 1, "some words here and some there")
        self.assertFalse(self._find("acme nonsense"))

    def test_what_was_superseded_holds_nothing_up(self):
        """Contents that are neither the latest nor published any more by the time they are read."""
        document = self._add("a.txt", b"superseded")
        waiting = self.env["collab.document.content"].search([("state", "=", "waiting")])
        self._check_in(document, b"the latest one")
        waiting._take({reading.key: reading for reading in read_files(waiting._jobs())})
        self.assertNotIn("waiting", waiting.mapped("state"))
        self._read()
        self.assertEqual(len(self._find("latest")), 1)

    def test_chinese(self):
        self._published("采购合同.txt", "本合同由甲方与乙方签订，付款期限三十天。".encode())
        self._read()
        for text in ("合同", "采购", "付款期限", "甲", "付款 合同"):
            self.assertEqual(len(self._find(text)), 1, text)
        for text in ("期付", "销售", "合同 销售"):
            self.assertFalse(self._find(text), text)

    def test_passage(self):
        self._published("a.txt", b"Some <b>words</b> before the needle and after it")
        self._read()
        [record] = self.documents.with_user(self.editor).search_text("needle")["records"]
        self.assertIn(("needle", True), [tuple(part) for part in record["passage"]])
        self.assertEqual(record["folder"], [self.folder.id, "Handbook"])

    def test_names_first(self):
        self._published("other.txt", b"budget is mentioned here")
        self._published("budget.txt", b"figures")
        self._read()
        self.assertEqual(self._find("budget"), ["budget.txt", "other.txt"])

    def test_drafts_are_found_by_editors_only(self):
        document = self._published("plan.txt", b"harmless")
        self._check_in(document, b"takeover")
        self._add("secret.txt", b"takeover")
        self._read()
        self.assertEqual(set(self._find("takeover")), {"plan.txt", "secret.txt"})
        self.assertFalse(self._find("takeover", self.reader))
        self.assertFalse(self._find("secret", self.reader))
        self.assertEqual(self._find("harmless", self.reader), ["plan.txt"])
        self.assertFalse(self._find("harmless"), "editors find what they see")

    def test_counts_are_of_what_one_sees(self):
        for n in range(5):
            self._published(f"report {n}.txt", f"r{n}".encode())
        self._add("report draft.txt", b"draft")
        search = self.documents.with_user
        self.assertEqual(search(self.editor).search_text("report")["length"], 6)
        self.assertEqual(search(self.reader).search_text("report")["length"], 5)
        self.assertEqual(search(self.outsider).search_text("report")["length"], 0)
        with self.assertRaises(AccessError):
            search(self.portal).search_text("report")
        domain = [("content", "ilike", "report")]
        self.assertEqual(search(self.reader).search_count(domain), 5)
        self.assertEqual(search(self.outsider).search_count(domain), 0)
        page = search(self.editor).search_text("report", offset=4, limit=4)
        self.assertEqual((page["length"], len(page["records"])), (6, 2))

    def test_rare_and_frequent_words_are_found_alike(self):
        """However often a word is there, and so whichever way it is looked for."""
        for n in range(3):
            document = self._published(f"report {n}.txt", f"needle {n}".encode())
            self._check_in(document, f"needle and thread {n}".encode())
        self._add("report draft.txt", b"needle")
        self._published("elsewhere.txt", b"needle").action_trash()
        self._read()

        def found():
            return [
                self.documents.with_user(user).search_text(text)
                for user in (
                    self.editor,
                    self.contributor,
                    self.reader,
                    self.outsider,
                    self.auditor,
                )
                for text in ("needle", "thread", "report needle", "1 needle")
            ]

        few = found()
        self.assertTrue(few[0]["records"][0]["passage"])
        with patch.object(finder, "FEW", 0):
            self.assertEqual(found(), few)
            with patch.object(finder, "MANY", -1):
                self.assertEqual(found(), few)

    def test_searching_costs_the_same(self):
        for n in range(12):
            self._published(f"report {n}.txt", f"needle {n}".encode())
        self._read()
        self._find("needle", self.reader)
        for text in ("needle 3", "needle"):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                self.documents.with_user(self.reader).search_text(text)

    def test_domain(self):
        other = self.folders.create({"name": "Other", "access_ids": self._grants()})
        self._published("report a.txt", b"a")
        self._published("report b.txt", b"b", folder=other)
        self.assertEqual(
            self._find("report", domain=[("folder_id", "=", other.id)]), ["report b.txt"]
        )

    def test_renamed_moved_trashed(self):
        document = self._published("old.txt", b"text")
        self._read()
        document.with_user(self.editor).name = "new.txt"
        self.assertFalse(self._find("old"))
        self.assertEqual(self._find("new text"), ["new.txt"])
        document.with_user(self.editor).action_trash()
        self.assertFalse(self._find("new"))
        document.with_user(self.editor).action_untrash()
        self.assertTrue(self._find("new"))

    def test_superseded_texts_are_not_found(self):
        document = self._published("a.txt", b"formerly")
        self._check_in(document, b"nowadays", publish=True)
        self._read()
        self.assertFalse(self._find("formerly"))
        self.assertTrue(self._find("nowadays", self.reader))

    def test_anything_typed(self):
        self._published("a.txt")
        for text in (
            "",
            " ",
            "'",
            '"',
            "\\",
            "& | ! ( ) :*",
            "a'b",
            "\0",
            "%",
            "🙂",
            "x" * 10_000,
            None,
            5,
            "-a",
            "\ud800",
        ):
            self._find(text)
            self.documents.with_user(self.reader).search([("content", "ilike", text)])

    def test_what_is_read_belongs_to_nobody(self):
        self._published("a.txt", b"secret")
        self._read()
        for model in (
            "collab.document.content",
            "collab.document.index",
            "collab.upload",
            "collab.folder.role",
        ):
            for user in (self.reader, self.editor, self.admin, self.portal):
                with self.assertRaises(AccessError, msg=model):
                    self.env[model].with_user(user).search([])

    def test_bad_file_does_not_keep_the_others(self):
        self._published("bad.docx", b"PK\x03\x04 this is no document")
        self._published("bad.pdf", b"%PDF-1.7 neither is this")
        self._published("good.txt", b"readable")
        self._read()
        self.assertEqual(self._find("readable"), ["good.txt"])
        self.assertEqual(self._find("bad", limit=1).__len__(), 1)
        states = self.env["collab.document.content"].search([]).mapped("state")
        self.assertNotIn("waiting", states)

    def test_compare(self):
        document = self._published("a.txt", b"one\ntwo")
        self._check_in(document, b"one\nthree")
        compare = document.with_user(self.editor).compare
        left, right = document.sudo().published_id, document.sudo().latest_id
        self.assertTrue(compare(left.id, right.id)["reason"], "it is not read yet")
        self._read()
        answer = compare(left.id, right.id)
        self.assertFalse(answer["reason"])
        self.assertEqual(
            (answer["left"]["text"], answer["right"]["text"]), ("one\ntwo", "one\nthree")
        )
        with self.assertRaises(AccessError):
            document.with_user(self.reader).compare(left.id, right.id)
