import io
import json
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_kpi.showing import Board

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiRoutes(KpiCase, HttpCase):
    """What the client asks for, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {
            "company_id": cls.here.id,
            "company_ids": [Command.set((cls.here | cls.east).ids)],
        }
        cls.user = new_test_user(cls.env, "kpi user", "base.group_user", **companies)
        cls.portal = new_test_user(cls.env, "kpi portal", "base.group_portal")
        partner = cls.env["res.partner"].create({"name": "=1+1"})
        for month in ("03", "04", "05"):
            cls.deal(f"2026-{month}-10 12:00:00", partner_id=partner.id)
        cls.deal(company_id=cls.east.id)
        cls.figure = cls.kpi(
            name="=cmd|' /C calc'!A0",
            by=[{"path": "partner_id"}],
            target_ids=[Command.create({"value": 2, "since": "2026-01-01"})],
        )
        cls.figure.action_start()
        cls.dashboard = cls.env["collab.dashboard"].create(
            {
                "name": "All: of [it]",
                "is_shared": True,
                "tile_ids": [
                    Command.create({"kpi_id": cls.figure.id, "kind": kind})
                    for kind in ("number", "trend", "heatmap", "ranking", "bottleneck")
                ],
            }
        )

    def ask(self, dashboard=None, **params):
        params.setdefault("context", {"allowed_company_ids": self.here.ids})
        url = f"/collab_kpi/dashboard/{(dashboard or self.dashboard).id}"
        body = json.dumps({"jsonrpc": "2.0", "params": params})
        answer = self.url_open(url, data=body, headers={"Content-Type": "application/json"}).json()
        return answer.get("result") or answer["error"]["data"]

    def test_answer(self):
        self.authenticate("kpi user", "kpi user")
        answer = self.ask()
        self.assertEqual(answer["grain"], "month")
        self.assertEqual(answer["companies"], ["Here"])
        self.assertEqual(answer["tiles"][0]["figure"]["text"], "1")
        both = {"allowed_company_ids": (self.here | self.east).ids}
        self.assertEqual(self.ask(context=both)["tiles"][0]["figure"]["text"], "2")
        self.assertEqual(self.ask(grain="quarter")["tiles"][0]["figure"]["text"], "2")
        self.assertEqual(self.ask(back=3)["tiles"][0]["figure"], None)

    @mute_logger("odoo.addons.collab_kpi.showing")
    def test_one_that_cannot_be_shown(self):
        self.authenticate("kpi user", "kpi user")
        with patch.object(Board, "_ranking", side_effect=ValueError("made up")):
            tiles = {tile["kind"]: tile for tile in self.ask()["tiles"]}
        self.assertRegex(tiles["ranking"]["error"], "The others are not affected")
        self.assertNotIn("made up", tiles["ranking"]["error"])
        self.assertEqual(tiles["number"]["figure"]["text"], "1")

    def test_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.authenticate("kpi user", "kpi user")
        answer = self.ask(context={"allowed_company_ids": self.here.ids, "lang": "zh_CN"})
        self.assertEqual(answer["period"]["label"], "2026年5月")
        self.assertEqual(answer["grains"][0]["label"], "天")

    @mute_logger("odoo.http")
    def test_who_may_not(self):
        self.authenticate("kpi portal", "kpi portal")
        self.assertIn("AccessError", self.ask(context={})["name"])
        self.authenticate("kpi user", "kpi user")
        self.assertIn(
            "AccessError", self.ask(context={"allowed_company_ids": self.west.ids})["name"]
        )
        self.dashboard.is_shared = False
        self.assertIn("no such dashboard", self.ask()["message"])

    @mute_logger("odoo.http")
    def test_nonsense(self):
        self.authenticate("kpi user", "kpi user")
        for params in (
            {"grain": "hour"},
            {"back": -1},
            {"back": "x"},
            {"back": 10**9},
            {"grain": ["month"]},
            {"grain": {"a": 1}},
        ):
            with self.subTest(params):
                self.assertIn("UserError", self.ask(**params)["name"])

    def test_workbook(self):
        self.authenticate("kpi user", "kpi user")
        context = json.dumps({"allowed_company_ids": self.here.ids})
        url = f"/collab_kpi/dashboard/{self.dashboard.id}/xlsx?grain=month&back=0&context={context}"
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("spreadsheetml", answer.headers["Content-Type"])
        book = load_workbook(io.BytesIO(answer.content))
        self.assertEqual(len(book.sheetnames), 6)
        self.assertEqual(len(set(book.sheetnames)), 6)
        summary = book.worksheets[0]
        self.assertEqual(summary["A1"].value, "All: of [it]")
        self.assertEqual((summary["C5"].value, summary["D5"].value), (1, 1))
        self.assertTrue(summary["E5"].value.startswith("=IFERROR("))
        # what people type is no formula
        self.assertEqual((summary["A5"].value, summary["A5"].data_type), (self.figure.name, "s"))
        trend = book.worksheets[2]
        self.assertEqual([cell.value for cell in trend["B"]][-3:], [1, 1, 1])
        self.assertEqual([cell.value for cell in trend["C"]][-1], 2)
        self.assertEqual(len(trend._charts), 1)
        ranking = book.worksheets[4]
        self.assertEqual((ranking["A2"].value, ranking["A2"].data_type), ("=1+1", "s"))
        self.assertEqual(self.url_open(url.replace(context, "x")).status_code, 200)
