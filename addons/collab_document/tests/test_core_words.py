import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, TransactionCase

from ..core.words import (
    LAST_POSITION,
    LETTER_MARKS,
    QUERY_LENGTH,
    QUERY_WORDS,
    VECTOR_BYTES,
    WORD_LENGTH,
    WORD_POSITIONS,
    marks,
    query,
    snippet,
    vector,
)

profile = settings(max_examples=300, deadline=None, database=None)
sql_profile = settings(max_examples=150, deadline=None, database=None)

#: PostgreSQL's limit on the bytes of words and positions.
POSTGRESQL_BYTES = (1 << 20) - 1

# What PostgreSQL does with the literals, in Python.


def read_vector(literal):
    """Return the positions of each word of a ``tsvector`` literal, as ``[(7, "A")]``."""
    entry = re.compile(r"'([^'\\ ]+)'(?::(\d+A?(?:,\d+A?)*))?(?: |$)")
    words, place = {}, 0
    while place < len(literal):
        found = entry.match(literal, place)
        assert found and found[1] not in words, literal[place : place + 100]
        positions = re.findall(r"(\d+)(A?)", found[2] or "")
        words[found[1]] = [(int(number), weight) for number, weight in positions]
        place = found.end()
    return words


def matches(literal, condition):
    """Tell whether a ``tsvector`` literal matches a ``tsquery`` literal."""
    words = read_vector(literal)

    def holds(part):
        if part.startswith("!("):
            assert part.endswith(")"), condition
            return not all(map(holds, part[2:-1].split(" & ")))
        found = re.fullmatch(r"'([^'\\ ]+)'(:\*)?", part)
        assert found, condition
        if found[2]:
            return any(word.startswith(found[1]) for word in words)
        return found[1] in words

    return all(map(holds, re.findall(r"!\([^)]*\)|[^ &]+", condition)))


# What a search should find, by looking at the name of each character.


def kind(char):
    """Tell whether a character is part of a word (w), of a run (r), or of neither (-)."""
    name = unicodedata.name(char, "")
    if re.match("CJK UNIFIED|HIRAGANA LETTER|KATAKANA LETTER|COMBINING KATAKANA|HANGUL", name):
        return "r"
    return "w" if unicodedata.category(char)[0] in "LMN" else "-"


def plain(text):
    """Return `text` without case, compatibility forms and accents of Western letters."""
    chars, is_western = [], False
    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        name = unicodedata.name(char, "")
        if not unicodedata.category(char).startswith("M"):
            is_western = name.startswith(("LATIN", "GREEK", "CYRILLIC"))
        elif is_western and name.startswith("COMBINING") and "KATAKANA" not in name:
            continue
        chars.append({"ø": "o"}.get(char, char))
    return unicodedata.normalize("NFC", "".join(chars))


def parts(text):
    """Return the words and the runs of a text."""
    text = plain(text)
    kinds = "".join(map(kind, text))
    return [[text[slice(*found.span())] for found in re.finditer(f"{c}+", kinds)] for c in "wr"]


def should_match(text, asked):
    """Tell whether a text has what is asked for: no more words than are used, no minus."""
    words, runs = parts(text)
    asked_words, asked_runs = parts(asked)
    return all(
        any(word.startswith(part) if len(part) > 1 else word == part for word in words)
        for part in asked_words
    ) and all(
        any(pair in run for run in runs)
        for part in asked_runs
        for pair in (
            [part] if len(part) == 1 else (part[at : at + 2] for at in range(len(part) - 1))
        )
    )


# Few different letters, so that texts have something in common. Each is kept, folded or
# taken apart in its own way.
letters = st.sampled_from(
    [*"aAbéÉßﬁø①2２İжёάΩ", "e\u0301", "ع\u0651", "ك", "क\u093f", "क\u094d"]
    + [*"合同审一が계약𠀀", "か\u3099", "ｶﾞ", "か\u309a", "\u1100\u1161"]
)
separators = st.sampled_from(" \t_/.，“\"'\\・:*")
texts = st.lists(letters | separators, max_size=20).map("".join)
#: Nothing is too strange.
anything = (
    texts
    | st.text(st.characters(codec=None))
    | st.text("-\"' aé采\u0301\u05b0\u3099\0\ud800\udc00")
)


class TestWords(BaseCase):
    def assertFinds(self, asked, *titles):
        for title in titles:
            self.assertTrue(matches(vector(title, ""), query(asked)), (asked, title))
            self.assertTrue(matches(vector("", title), query(asked)), (asked, title))

    def assertFindsNot(self, asked, *titles):
        for title in titles:
            self.assertFalse(matches(vector(title, ""), query(asked)), (asked, title))

    def test_words(self):
        self.assertFinds("contract", "Contract", "SUBCONTRACT, contracts", "the contract’s end")
        self.assertFindsNot("contract", "subcontract", "contrac", "con tract")
        self.assertFinds("framework AGREEMENT", "Agreement (framework)")
        self.assertFindsNot("framework agreement", "framework", "agreement")
        self.assertFinds("müller strasse", "MÜLLER, Große Straße", "Muller STRASSE")
        self.assertFinds("Strasse", "Straße")
        self.assertFinds("élève", "ELEVES", "e\u0301leve", "élève")
        self.assertFinds("l’accord", "Résiliation de l'accord")
        self.assertFinds("Oeuvre", "Œuvre")
        self.assertFinds("lodz", "Łódź")
        self.assertFinds("istanbul", "İstanbul", "ISTANBUL", "ıstanbul")
        self.assertFinds("файл", "ФАЙЛ")
        self.assertFinds("οδος", "ΟΔΌΣ")
        self.assertFinds("office", "oﬃce", "of\u00adfice", "ＯＦＦＩＣＥ")

    def test_one_letter(self):
        self.assertFinds("x", "Plan X", "x")
        self.assertFindsNot("x", "xylophone")
        self.assertFinds("合", "合同", "联合", "合")
        self.assertFindsNot("合", "协同")

    def test_names_of_files(self):
        name = "Rahmenvertrag_ACME-2026.v2.docx"
        for asked in ("rahmenvertrag", "rahmen", "acme", "2026", "docx", "v2", name):
            self.assertFinds(asked, name)
        for asked in ("PO", "2026", "00012", "PO/2026", "PO/2026/00012"):
            self.assertFinds(asked, "PO/2026/00012")
        self.assertFindsNot("vertrag", name)
        self.assertFindsNot("12", "PO/2026/00012")

    def test_chinese(self):
        text = "采购合同审批流程（二〇二六年）"
        for asked in ("合同", "采购合同", "购", "程", "二〇二六", "流程 采购", "采", "二〇二六年"):
            self.assertFinds(asked, text)
        self.assertFindsNot("采购流程", text)
        self.assertFindsNot("同合", text)
        self.assertFinds("𠀀𠀁", "一𠀀𠀁")

    def test_japanese(self):
        self.assertFinds("契約", "秘密保持契約書")
        self.assertFinds("ガイド", "ｶﾞｲﾄﾞﾌﾞｯｸ", "ガイドブック", "カ\u3099イト\u3099")
        self.assertFindsNot("カイト", "ガイド")
        self.assertFinds("ジャクソン", "マイケル・ジャクソン")
        self.assertFinds("佐々木", "佐々木様")
        self.assertFinds("サーバー", "DBサーバー2")

    def test_korean(self):
        self.assertFinds("계약", "근로계약서", unicodedata.normalize("NFD", "근로계약서"))
        self.assertFindsNot("계", "거래")
        decomposed = unicodedata.normalize("NFD", "계약서")
        self.assertEqual(vector("", decomposed), "'계약':1 '약서':2 '서':3")

    def test_marks_are_letters_elsewhere(self):
        self.assertFinds("अनुबंध", "यह अनुबंध है")
        self.assertFindsNot("कि", "कु")
        self.assertFindsNot("عَقد", "عُقد")

    def test_mixed(self):
        self.assertEqual(list(read_vector(vector("", "ISO9001认证"))), ["iso9001", "认证", "证"])
        for asked in ("iso9001", "认证", "ISO9001认证", "iso90"):
            self.assertFinds(asked, "通过ISO9001认证", "ISO9001认证")

    def test_lines(self):
        """Chinese words go on in the next line, Latin words do not."""
        self.assertFinds("合同", "采购合\n同", "采购合 \r\n  同")
        self.assertFindsNot("合同", "合 同", "合\n\n同")
        self.assertFindsNot("agreement", "agree\nment")

    def test_weights(self):
        self.assertEqual(vector("Plan 1.doc", "A plan"), "'plan':1A,5 '1':2A 'doc':3A 'a':4")
        self.assertEqual(vector("", ""), "")
        self.assertEqual(vector("'\\", " \0 \ud800 "), "")

    def test_minus(self):
        self.assertFinds("plan -draft", "plan, final", "plan: redraft")
        self.assertFindsNot("plan -draft", "plan (draft)", "drafts of plans", "draft")
        self.assertFinds("合同 －草稿", "合同", "合同 草 稿")
        self.assertFindsNot("合同 －草稿", "合同草稿")
        self.assertFinds("plan-draft", "plan_draft")
        self.assertFinds("plan - draft", "plan: draft")
        self.assertFinds('plan -"old draft"', "plan, draft", "old plan")
        self.assertFindsNot('plan -"old draft"', "plan, draft, old")
        self.assertFinds('"plan -draft"', "plan draft")
        self.assertFindsNot('"plan -draft', "plan draft")
        self.assertFinds("x -PO/2026", "x PO", "x 2026")
        self.assertFindsNot("x -PO/2026", "x PO/2026/1")

    def test_nothing_to_search(self):
        for asked in ("", " ", "-draft", "-合同", '"', "-", "!&|():*'\\", "\0\ud800", "👍"):
            self.assertIsNone(query(asked), asked)
            self.assertEqual(marks(asked), [])

    def test_marks(self):
        self.assertEqual(marks("Café ISO9001认证 cafe -x 章"), ["cafe", "iso9001", "认证", "章"])

    def test_limits_of_a_query(self):
        asked = query(" ".join(f"w{number}" for number in range(1000)))
        self.assertEqual(asked.count("'") / 2, QUERY_WORDS)
        self.assertEqual(query("w " * 1000), "'w'")
        many = " ".join(f"-w{number}" for number in range(100))
        self.assertEqual(query("a " + many).count("!"), QUERY_WORDS - 1)
        # what is left out of a group would make it exclude more
        self.assertEqual(query("a -" + "/".join(f"w{number}" for number in range(20))), "'a'")
        self.assertEqual(query("合同" * 1000), "'合同' & '同合'")
        run = "".join(map(chr, range(0x4E00, 0x4F00)))
        self.assertEqual(query(run).count("&"), WORD_LENGTH - 2)
        self.assertEqual(marks(run), [run[:WORD_LENGTH]])
        self.assertIsNone(query(" " * QUERY_LENGTH + "x"))

    def test_long_words(self):
        word = "a" * (WORD_LENGTH + 10)
        self.assertEqual(vector("", word), f"'{word[:WORD_LENGTH]}':1")
        self.assertFinds(word, word)
        self.assertEqual(query(word), f"'{word[:WORD_LENGTH]}':*")

    def test_many_marks(self):
        """Normalising these as they are takes an hour."""
        for text in ("a" + "\u05b0\u05c1" * 10**6, "a" + ("\u05b0\u05c1" * 9 + "\u200d") * 10**5):
            [word] = read_vector(vector("", text))
            self.assertLessEqual(len(word), 1 + LETTER_MARKS)
            pieces = snippet(text, [word], 50)
            self.assertLessEqual(len("".join(piece for piece, _ in pieces)), 50)

    @profile
    @given(texts, texts)
    def test_found_as_it_should_be(self, text, asked):
        condition = query(asked)
        if condition is not None:
            self.assertEqual(matches(vector("", text), condition), should_match(text, asked))

    @profile
    @given(texts, texts, texts)
    def test_minus_finds_what_is_not_found(self, text, asked, word):
        words, runs = parts(word)
        for part in words + runs:
            both = query(f"{asked} -{part}")
            if query(asked) is not None:
                found = should_match(text, asked) and not should_match(text, part)
                self.assertEqual(matches(vector(text, ""), both), found)

    @profile
    @given(texts, texts)
    def test_a_text_is_found_by_all_it_has(self, title, body):
        literal = vector(title, body)
        for text in (title, body):
            words, runs = parts(text)
            for word in words:
                self.assertTrue(matches(literal, query(word)), word)
            for run in runs:
                for start in range(len(run)):
                    for end in range(start + 1, len(run) + 1):
                        self.assertTrue(matches(literal, query(run[start:end])), run[start:end])

    @profile
    @given(anything, anything)
    def test_anything(self, title, body):
        """Whatever comes in, what goes out can be stored, and finds what it should."""
        literal = vector(title, body)
        literal.encode()
        read_vector(literal)
        for text in (title, body):
            condition = query(text)
            self.assertEqual(bool(marks(text)), condition is not None)
            if condition is not None:
                condition.encode()
                if "-" not in unicodedata.normalize("NFKC", text):
                    self.assertTrue(matches(literal, condition), condition)


def full_vectors():
    """Yield literals as large as they get."""
    # the longest words there can be, of different beginnings
    yield vector("", " ".join(f"{number:05}".ljust(WORD_LENGTH, "𐐨") for number in range(10000)))
    han = [chr(code) for code in range(0x20000, 0x20200)]
    yield vector("", "。".join(first + second for first in han for second in han))
    words = " ".join(f"{number:x}" for number in range(50))
    yield vector("", (words + " ") * 500 + " ".join(f"w{number:x}" for number in range(10**5)))
    yield vector(" ".join(f"{number}" for number in range(10**5)), "never reached")


class TestVectorLimits(BaseCase):
    def test_limits(self):
        for literal in full_vectors():
            words = read_vector(literal)
            size = sum(len(word.encode()) + 3 + 2 * len(where) for word, where in words.items())
            self.assertGreater(size, VECTOR_BYTES - 300, "it is not full")
            self.assertLess(size, POSTGRESQL_BYTES - 100_000)
            places = [place for where in words.values() for place, _weight in where]
            self.assertLessEqual(max(places), LAST_POSITION)
            self.assertLessEqual(max(map(len, words.values())), WORD_POSITIONS)
            self.assertEqual(len(places), len(set(places)))


class TestSnippet(BaseCase):
    def _show(self, text, asked, width=200):
        pieces = snippet(text, marks(asked), width)
        return "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in pieces)

    def test_examples(self):
        self.assertEqual(
            self._show("Der Große\n Rahmenvertrag", "rahmen gross"), "Der [Groß]e [Rahmen]vertrag"
        )
        self.assertEqual(self._show("采购合同审批", "合同"), "采购[合同]审批")
        self.assertEqual(self._show("采购合\n同审批", "合同"), "采购[合 同]审批")
        self.assertEqual(self._show("DBｶﾞｲﾄﾞ", "ガイド"), "DB[ｶﾞｲﾄﾞ]")
        self.assertEqual(self._show("e\u0301le\u0300ve", "ele"), "[e\u0301le\u0300]ve")
        self.assertEqual(self._show("oﬃces ①②", "off 1"), "[oﬃ]ces ①②")
        self.assertEqual(self._show("İstanbul ISTANBUL", "istan"), "[İstan]bul [ISTAN]BUL")
        self.assertEqual(self._show("ISO9001认证", "iso90 证"), "[ISO90]01认[证]")
        self.assertEqual(self._show("", "x"), "")
        self.assertEqual(self._show(" \n ", "x"), "")
        self.assertEqual(snippet("some text", ["", "text"]), [("some ", False), ("text", True)])

    def test_far_behind(self):
        """Letters that became more or fewer do not move what comes after them."""
        for letter in (
            "ﬁ",
            "㍿",
            "ﷺ",
            "e\u0301",
            "か\u3099",
            "ﾊﾟ",
            "\u1112\u1161\u11ab",
            "\u00ad",
            "क\u094d",
        ):
            for count in range(60, 70):
                text = f"{letter * count} {letter * count} plan {letter * count}"
                self.assertEqual(self._show(text, "plan", 6), "[plan]")
        for letter in ("か\u3099", "ﾊﾟ", "\u1112\u1161\u11ab"):
            for count in range(60, 70):
                text = "-" * count + letter
                self.assertEqual(self._show(text, letter), "-" * count + f"[{letter}]")

    def test_words_match_where_the_search_does(self):
        self.assertEqual(self._show("subcontract contracts", "contract"), "subcontract [contract]s")
        self.assertEqual(self._show("plan x xylophone", "x"), "plan [x] xylophone")
        self.assertEqual(self._show("合同contract", "contract"), "合同[contract]")

    def test_the_longer_needle(self):
        self.assertEqual(self._show("contracts, con", "con contract"), "[contract]s, [con]")

    def test_the_best_place(self):
        filling = "lorem ipsum dolor sit amet " * 20
        text = f"alpha {filling} beta {filling} alpha and beta {filling} gamma"
        self.assertEqual(self._show(text, "beta alpha gamma", 30), "amet [alpha] and [beta] lorem")
        text = f"alpha lorem beta {filling} alpha beta {filling}"
        self.assertEqual(self._show(text, "beta alpha", 25), "amet [alpha] [beta] lorem")
        self.assertEqual(self._show(text, "alpha", 15), "[alpha] lorem")
        text = f"alpha lorem beta {filling} alpha sit alpha a alpha beta {filling}"
        self.assertIn("[alpha] sit [alpha] a [alpha] [beta]", self._show(text, "beta alpha", 50))

    def test_nothing_found(self):
        self.assertEqual(self._show("one two  three four", "x", 12), "one two")
        self.assertEqual(self._show("one two  three four", "", 13), "one two three")
        self.assertEqual(self._show("abcdefgh", "x", 5), "abcde")
        self.assertEqual(self._show("合同审批流程", "x", 5), "合同审批流")

    def test_cut_between_words(self):
        text = "aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee"
        self.assertEqual(self._show(text, "ccc", 30), "bbbbbbbb [ccc]ccccc dddddddd")
        self.assertEqual(self._show(text, "eee", 20), "dddddddd [eee]eeeee")
        self.assertEqual(self._show("采购合同审批流程", "审批", 4), "同[审批]流")
        self.assertEqual(self._show("合ع\u0651", "合 ع\u0651", 2), "[合]")
        # no word ends in sight: at least no letter is torn
        word = "कि" * 50
        self.assertEqual(self._show(f"{word} x", "यह", 5), "किकि")
        self.assertEqual(
            self._show("各" + "が" * 3 + "か\u3099" * 50, "各", 7), "[各]" + "が" * 3 + "か\u3099"
        )

    @profile
    @given(anything, st.data(), st.integers(0, 40))
    def test_any_snippet(self, text, data, width):
        collapsed = " ".join(text.split())
        start = data.draw(st.integers(0, len(text)))
        asked = text[start : start + data.draw(st.integers(0, 30))]
        needles = marks(asked)
        pieces = snippet(text, needles, width)
        shown = "".join(piece for piece, _is_hit in pieces)
        self.assertIn(shown, collapsed)
        self.assertEqual(shown, shown.strip())
        self.assertTrue(all(piece for piece, _is_hit in pieces))
        hits = [piece for piece, is_hit in pieces if is_hit]
        if width >= 1 and not hits:
            self.assertTrue(collapsed.startswith(shown))
        if len(hits) <= 1:
            self.assertLessEqual(len(shown), max([width, *map(len, hits)]))

    @profile
    @given(texts, texts, st.integers(2, 40))
    def test_letters_stay_whole(self, text, asked, width):
        added = "[\u0301\u0651\u093f\u094d\u3099\u309a\uff9e\u1161]"
        pieces = [piece for piece, _is_hit in snippet(text, marks(asked), width)]
        for piece in pieces:
            self.assertNotRegex(piece[0], added)
        self.assertRegex(" ".join(text.split()), re.escape("".join(pieces)) + f"(?!{added})")

    @profile
    @given(texts, texts, st.integers(1, 60))
    def test_a_snippet_shows_what_was_found(self, text, asked, width):
        """There is a hit where the text has a word that is asked for, and nowhere else."""
        words, runs = parts(text)
        asked_words, asked_runs = parts(asked)
        found = [
            part
            for part in asked_words
            if any(word.startswith(part) if len(part) > 1 else word == part for word in words)
        ] + [part for part in asked_runs if any(part in run for run in runs)]
        hits = [parts(piece) for piece, is_hit in snippet(text, marks(asked), width) if is_hit]
        if found:
            self.assertTrue(hits)
        for hit in hits:
            # a letter is shown whole if only a part of it was asked for
            is_word = any(word.startswith(part) for word in hit[0] for part in asked_words)
            is_run = any(part in run or run in part for run in hit[1] for part in asked_runs)
            self.assertTrue(is_word or is_run, hit)


class TestWordsInPostgreSQL(TransactionCase):
    def _cast(self, literal):
        """Return the positions of each word, as PostgreSQL understands the literal."""
        self.env.cr.execute(
            "SELECT lexeme, positions, weights FROM unnest(%s::tsvector)", [literal]
        )
        return {
            lexeme: [
                (place, weight.replace("D", ""))
                for place, weight in zip(places or [], weights or [], strict=True)
            ]
            for lexeme, places, weights in self.env.cr.fetchall()
        }

    def _matches(self, literal, condition):
        self.env.cr.execute("SELECT %s::tsvector @@ %s::tsquery", [literal, condition])
        return self.env.cr.fetchone()[0]

    @sql_profile
    @given(anything, anything)
    def test_anything(self, title, body):
        literal = vector(title, body)
        with self.env.cr.savepoint(flush=False):
            self.assertEqual(self._cast(literal), read_vector(literal))
            for condition in filter(None, map(query, (title, body, f"{title} -{body}"))):
                found = self._matches(literal, condition)
                self.assertEqual(found, matches(literal, condition), condition)

    @sql_profile
    @given(texts, texts, texts)
    def test_found_as_it_should_be(self, text, asked, word):
        if query(asked) is None:
            return
        literal = vector("", text)
        with self.env.cr.savepoint(flush=False):
            found = self._matches(literal, query(asked))
            self.assertEqual(found, should_match(text, asked))
            words, runs = parts(word)
            for part in words + runs:
                left = self._matches(literal, query(f"{asked} -{part}"))
                self.assertEqual(left, found and not should_match(text, part))

    def test_the_largest(self):
        for literal in full_vectors():
            self.assertEqual(self._cast(literal), read_vector(literal))
        han = [chr(code) for code in range(0x20000, 0x21000)]
        runs = ["".join(han[start : start + WORD_LENGTH]) for start in range(0, 2000, 100)]
        literal = vector("", "。".join(runs))
        for asked in (" ".join(runs), "a -" + " -".join(runs), "a -" + "/".join(runs[1:])):
            condition = query(asked)
            self.assertGreater(condition.count(" & "), 1000)
            self.assertEqual(self._matches(literal, condition), "a" not in condition)
