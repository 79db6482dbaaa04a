from odoo.tests import BaseCase

from ..core.sizes import size_text


class TestSizes(BaseCase):
    def test_as_people_write_them(self):
        for size, locale, text in (
            (163, "en_US", "163 byte"),
            (1208, "en_US", "1.2 kB"),
            (1208, "de_DE", "1,2 kB"),
            (12_345, "zh_CN", "12 kB"),
            (1 << 20, "en_US", "1 MB"),
            (3 << 50, "en_US", "3,072 TB"),
        ):
            with self.subTest(size=size, locale=locale):
                self.assertEqual(size_text(size, locale), text)
