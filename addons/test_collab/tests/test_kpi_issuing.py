import json
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.collab_kpi.core.canonical import differences, digest, rounded, text
from odoo.addons.collab_kpi.issuing import counted_again, snapshot, tiles_shown
from odoo.addons.collab_kpi.showing import tiles_of

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiIssuing(KpiCase):
    """What a report says is a text of its own: the same for the same figures, shown without them."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.user = new_test_user(
            cls.env,
            "kpi user",
            "base.group_user",
            company_id=cls.here.id,
            company_ids=[Command.set(cls.here.ids)],
        )
        cls.partners = cls.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        numbers = [3.25, 1 / 3, 7.1, 0.2, 11.125]
        for month in ("02", "03", "04", "05"):
            for index, number in enumerate(numbers[: int(month)]):
                cls.deal(
                    f"2026-{month}-1{index} 12:00:00",
                    amount=number,
                    partner_id=cls.partners[index % 2].id,
                    state="won" if index % 2 else "open",
                    user_id=cls.user.id,
                )
        by = [{"path": "partner_id"}]
        cls.every = cls.kpi(
            name="All",
            aggregate="sum",
            measure_path="amount",
            by=by,
            digits=2,
            target_ids=[Command.create({"value": 5, "since": "2026-01-01", "warning": 1})],
        )
        cls.won = cls.kpi(name="Won", by=by, domain="[('state', '=', 'won')]")
        cls.half = cls.kpi(name="Median", aggregate="percentile", measure_path="amount", by=by)
        (cls.every | cls.won | cls.half).action_start()
        cls.rate = cls.env["collab.kpi"].create(
            {"name": "Rate", "kind": "formula", "formula": "won / all", "since": "2026-01-01"}
        )
        cls.rate.action_start()
        cls.every.with_context(lang="zh_CN").name = "全部"
        tiles = [
            (cls.every, "trend"),
            (cls.won, "number"),
            (cls.rate, "trend"),
            (cls.half, "heatmap"),
            (cls.every, "ranking"),
            (cls.every, "bottleneck"),
        ]
        cls.dashboard = cls.env["collab.dashboard"].create(
            {
                "name": "All",
                "is_shared": True,
                "tile_ids": [
                    Command.create({"kpi_id": kpi.id, "kind": kind, "stack_ids": cls.won.ids})
                    if kind == "bottleneck"
                    else Command.create({"kpi_id": kpi.id, "kind": kind})
                    for kpi, kind in tiles
                ],
            }
        )

    def content(self, start="2026-04-01"):
        env = self.env(context={"allowed_company_ids": self.here.ids})
        tiles, __ = tiles_of(self.dashboard)
        return json.loads(text(snapshot(env, tiles, "month", date.fromisoformat(start))))

    def again(self, content):
        env = self.env(context={"allowed_company_ids": self.here.ids})
        return json.loads(text(counted_again(env, content)))

    def test_the_same_figures_are_the_same_text(self):
        content = self.content()
        self.assertEqual(digest(content), digest(self.content()))
        self.assertEqual(digest(content), digest(self.again(content)))
        # also when much has happened since
        with freeze_time("2026-08-20 09:00:00"):
            for kpi in self.every | self.won | self.half | self.rate:
                kpi.action_count()
            self.deal("2026-08-10 12:00:00", amount=3)
            self.assertEqual(digest(content), digest(self.again(content)))

    def test_another_figure_is_another_text(self):
        content = self.content()
        late = self.deal("2026-04-12 12:00:00", amount=2, partner_id=self.partners[0].id)
        again = self.again(content)
        self.assertNotEqual(digest(content), digest(again))
        changed = {path[0] for path, __, __ in differences(content, again)}
        self.assertEqual(changed, {"values"})
        late.unlink()
        self.assertEqual(digest(content), digest(self.again(content)))

    def test_by_the_versions_it_names(self):
        content = self.content()
        self.every.write({"aggregate": "max"})
        self.won.domain = "[('state', '=', 'open')]"
        for kpi in self.every | self.won | self.rate:
            kpi.action_count()
        self.assertEqual(digest(content), digest(self.again(content)))

    def test_it_is_shown_as_the_dashboard_was(self):
        content = self.content()
        for lang in ("en_US", "zh_CN"):
            dashboard = self.dashboard.with_user(self.user).with_context(
                allowed_company_ids=self.here.ids, lang=lang
            )
            live = dashboard._show("month", 1, False)["tiles"]
            issued = tiles_shown(self.env(context={"lang": lang}), content)
            for one, other in zip(live, issued, strict=True):
                with self.subTest(lang, tile=one["title"], kind=one["kind"]):
                    self.assertEqual(rounded(one), rounded(other))

    def test_it_is_shown_when_all_of_it_is_gone(self):
        content = self.content()
        before = tiles_shown(self.env(context={"lang": "zh_CN"}), content)
        self.assertEqual(before[0]["title"], "全部")
        self.env.cr.execute("DELETE FROM test_collab_deal")
        self.env.cr.execute("DELETE FROM collab_kpi_value WHERE kpi_id = %s", [self.every.id])
        self.every.with_context(lang="zh_CN").name = "别的"
        self.partners.name = "Nobody"
        self.env.invalidate_all()
        self.assertEqual(before, tiles_shown(self.env(context={"lang": "zh_CN"}), content))
