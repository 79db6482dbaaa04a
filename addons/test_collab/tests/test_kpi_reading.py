from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiReading(KpiCase):
    """A figure is for whoever could count it themselves, or is marked as an authorised aggregate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {"company_id": cls.here.id, "company_ids": [Command.set(cls.here.ids)]}
        cls.user = new_test_user(cls.env, "kpi user", "base.group_user", **companies)
        cls.owner = new_test_user(
            cls.env,
            "kpi owner",
            "base.group_user,collab_base.group_collab_process_owner",
            **companies,
        )
        cls.portal = new_test_user(cls.env, "kpi portal", "base.group_portal")
        cls.model_id = cls.env["ir.model"]._get_id("test.collab.deal")
        cls.deal()
        cls.deal(company_id=cls.east.id)
        cls.figure = cls.kpi()
        cls.figure.action_start()
        cls.dashboard = cls.env["collab.dashboard"].create(
            {
                "name": "All",
                "is_shared": True,
                "tile_ids": [Command.create({"kpi_id": cls.figure.id})],
            }
        )

    def rule(self, domain, groups=None):
        return self.env["ir.rule"].create(
            {
                "name": "test",
                "model_id": self.model_id,
                "domain_force": domain,
                "groups": [Command.set(groups.ids)] if groups else False,
            }
        )

    def seen(self, user=None):
        """Return the companies of whose figures somebody sees in the month that runs."""
        found = self.env["collab.kpi.value"].with_user(user or self.user)
        found = found.search([("kpi_id", "=", self.figure.id), ("grain", "=", "month")])
        return found.company_id

    def tile(self, user=None, **context):
        context = {"allowed_company_ids": self.here.ids, **context}
        dashboard = self.dashboard.with_user(user or self.user).with_context(**context)
        return dashboard._show("month", 0, False)["tiles"][0]

    def test_who_reads_the_records(self):
        self.assertEqual(self.seen(), self.here)
        self.assertEqual(self.tile()["figure"]["text"], "1")
        self.assertFalse(self.tile()["is_authorised"])

    def test_rules_on_the_company(self):
        for domain in (
            "[('company_id', 'in', company_ids)]",
            "[('company_id', 'in', company_ids + [False])]",
            "['|', ('company_id', '=', False), ('company_id', 'in', company_ids)]",
            "[('company_id', 'parent_of', company_ids)]",
            "[('company_id', 'child_of', company_ids)]",
            "[('company_id', '=', company_id)]",
            "[(1, '=', 1)]",
        ):
            rule = self.rule(domain)
            with self.subTest(domain):
                self.assertEqual(self.seen(), self.here)
            rule.unlink()

    def test_rules_that_may_hide_something(self):
        for domain in (
            "[('user_id', '=', user.id)]",
            "[('user_id', 'in', [False, user.id])]",
            "[('company_id', 'not in', company_ids)]",
            "[('company_id', '!=', company_id)]",
            "[('company_id', '=', False)]",
            "[('company_id', 'in', company_ids), ('state', '=', 'won')]",
            "['!', ('company_id', 'in', company_ids)]",
            "[('user_id.company_id', 'in', company_ids)]",
            "[('company_id.name', '=', 'Here')]",
            "[(0, '=', 1)]",
        ):
            rule = self.rule(domain)
            with self.subTest(domain):
                self.assertFalse(self.seen())
                tile = self.tile()
                self.assertIn("may not all open", tile["withheld"])
                self.assertNotIn("figure", tile)
                self.assertNotIn("trend", tile)
            rule.unlink()

    def test_what_all_of_the_records_meet_hides_none(self):
        self.rule("['|', ('partner_id', '!=', False), ('user_id', '=', user.id)]")
        self.assertFalse(self.seen())
        for domain in (
            "[('partner_id', '!=', False)]",
            "[('state', '=', 'open'), ('partner_id', '!=', False)]",
        ):
            self.figure.domain = domain
            self.figure.action_count()
            with self.subTest(domain):
                self.assertEqual(self.seen(), self.here)
        for domain in (
            "['|', ('state', '=', 'open'), ('partner_id', '!=', False)]",
            "[('partner_id', '=', False)]",
            "['!', ('partner_id', '!=', False)]",
        ):
            self.figure.domain = domain
            self.figure.action_count()
            with self.subTest(domain):
                self.assertFalse(self.seen())

    def test_what_all_that_they_link_to_meets_hides_none(self):
        is_company, is_active = (
            "('partner_id.is_company', '=', True)",
            "('partner_id.active', '=', True)",
        )
        both = f"[{is_company}, {is_active}]"
        wide = self.rule(f"[{is_company}]", self.env.ref("base.group_user"))
        # what they ask of one link is put into one condition
        self.rule(both, self.env.ref("base.group_user"))
        for domain, companies in (
            ("[]", self.env["res.company"]),
            ("[('partner_id', '!=', False)]", self.env["res.company"]),
            (f"[{is_active}]", self.env["res.company"]),
            (f"['|', {is_company}, ('state', '=', 'open')]", self.env["res.company"]),
            ("[('user_id.partner_id.is_company', '=', True)]", self.env["res.company"]),
            (f"[('state', '=', 'open'), {is_company}]", self.here),
            (both, self.here),
        ):
            self.figure.domain = domain
            with self.subTest(domain):
                self.assertEqual(self.seen_now(), companies)
        wide.unlink()
        self.figure.domain = f"[{is_company}]"
        self.assertFalse(self.seen_now())
        self.figure.domain = both
        self.assertEqual(self.seen_now(), self.here)

    def test_what_another_link_meets(self):
        self.rule("[('partner_id.active', '=', True)]")
        self.figure.domain = "[('user_id.active', '=', True)]"
        self.assertFalse(self.seen_now())
        self.figure.domain = "[('partner_id.active', '=', True)]"
        self.assertEqual(self.seen_now(), self.here)

    def seen_now(self):
        """Return the companies of whose figures somebody sees those that are counted now."""
        self.figure.action_count()
        return self.seen()

    def test_rules_of_groups(self):
        own = self.rule("[('user_id', '=', user.id)]", self.env.ref("base.group_user"))
        self.assertFalse(self.seen())
        self.rule("[(1, '=', 1)]", self.env.ref("collab_base.group_collab_process_owner"))
        self.assertEqual(self.seen(self.owner), self.here)
        self.assertFalse(self.seen())
        # as in Odoo: no rule of theirs is left
        own.active = False
        self.assertEqual(self.seen(), self.here)

    def test_access_to_the_model(self):
        self.env["ir.model.access"].search([("model_id", "=", self.model_id)]).perm_read = False
        self.assertFalse(self.seen())
        self.assertTrue(self.tile()["withheld"])

    def test_access_to_a_field(self):
        self.figure.write({"aggregate": "sum", "measure_path": "secret"})
        self.figure.action_count()
        self.assertFalse(self.seen())
        self.figure.write({"aggregate": "count", "domain": "[('secret', '=', 0)]"})
        self.figure.action_count()
        self.assertFalse(self.seen())

    def test_what_was_counted_before_is_no_more_open_than_then(self):
        self.deal("2026-04-10 12:00:00")
        wages = self.kpi(name="Secrets", aggregate="sum", measure_path="secret")
        wages.action_start()
        wages.write({"aggregate": "count", "measure_path": False})
        wages.action_count()
        values = (
            self.env["collab.kpi.value"].with_user(self.user).search([("kpi_id", "=", wages.id)])
        )
        self.assertEqual(values.version_id.sudo(), wages.version_id)
        self.dashboard.tile_ids.kpi_id = wages
        self.assertTrue(self.tile()["withheld"])

    def test_companies(self):
        self.assertEqual(self.seen(), self.here)
        # by no context do they see another one
        with self.assertRaises(AccessError):
            self.tile(allowed_company_ids=self.east.ids)
        self.user.company_ids |= self.east
        both = {"allowed_company_ids": (self.here | self.east).ids}
        self.assertEqual(self.tile(**both)["figure"]["text"], "2")
        self.assertEqual(self.tile(allowed_company_ids=self.east.ids)["figure"]["text"], "1")

    def test_companies_that_cannot_be_put_together(self):
        self.user.company_ids |= self.east
        both = {"allowed_company_ids": (self.here | self.east).ids}
        self.figure.write({"aggregate": "percentile", "measure_path": "amount"})
        self.figure.action_count()
        self.assertIn("choose one of them", self.tile(**both)["error"])
        self.assertFalse(self.tile()["error"])

    def test_what_follows_in_a_bottleneck_cannot_be_put_together(self):
        self.user.company_ids |= self.east
        both = {"allowed_company_ids": (self.here | self.east).ids}
        median = self.kpi(
            name="Median", aggregate="percentile", measure_path="amount", by=[{"path": "user_id"}]
        )
        self.figure.breakdown_ids = [Command.create({"path": "user_id"})]
        (median | self.figure).action_start()
        self.figure.action_count()
        self.dashboard.tile_ids.write(
            {"kind": "bottleneck", "stack_ids": [Command.set(median.ids)]}
        )
        self.assertIn("choose one of them", self.tile(**both)["error"])
        self.assertIn("bottleneck", self.tile())

    def test_companies_that_divide_time_otherwise(self):
        self.user.company_ids |= self.east
        self.east.collab_week_start = "6"
        both = {"allowed_company_ids": (self.here | self.east).ids}
        weekly = self.kpi(name="Weekly", period="week")
        weekly.action_start()
        self.dashboard.tile_ids.kpi_id = weekly
        self.assertIn("divide time otherwise", self.tile(**both)["error"])
        self.assertFalse(self.tile()["error"])

    def test_a_formula_of_several_companies(self):
        self.user.company_ids |= self.east
        both = {"allowed_company_ids": (self.here | self.east).ids}
        self.deal(state="won")
        won = self.kpi(name="Won", domain="[('state', '=', 'won')]")
        won.action_start()
        self.figure.action_count()
        rate = self.env["collab.kpi"].create(
            {
                "name": "Rate",
                "kind": "formula",
                "formula": f"won / {self.figure.code} * 100",
                "since": "2026-01-01",
            }
        )
        rate.action_start()
        self.dashboard.tile_ids.kpi_id = rate
        # one of three; not the mean of a half and nothing
        self.assertAlmostEqual(self.tile(**both)["figure"]["value"], 100 / 3)
        self.assertEqual(self.tile()["figure"]["value"], 50)

    # -- authorised aggregates ---------------------------------------------------

    def test_authorised_aggregate(self):
        self.rule("[('user_id', '=', user.id)]")
        self.assertTrue(self.tile()["withheld"])
        self.figure.disclosure = "aggregate"
        self.assertEqual(self.tile()["figure"]["text"], "1")
        self.assertTrue(self.tile()["is_authorised"])
        self.assertEqual(self.seen(), self.here)

    def test_only_who_reads_all_authorises(self):
        vals = {
            "name": "Mine",
            "model_id": self.model_id,
            "date_path": "moment",
            "disclosure": "aggregate",
        }
        kpis = self.env["collab.kpi"].with_user(self.owner)
        # of all companies, of which the owner is in one
        self.rule("[('company_id', 'in', company_ids)]")
        with self.assertRaisesRegex(AccessError, "authorised aggregate"):
            kpis.create(vals)
        kpi = kpis.create(vals | {"company_id": self.here.id})
        with self.assertRaisesRegex(AccessError, "authorised aggregate"):
            kpi.company_id = False
        kpi.disclosure = "records"
        kpi.company_id = False
        with self.assertRaisesRegex(AccessError, "authorised aggregate"):
            kpi.disclosure = "aggregate"
        self.rule("[('user_id', '=', user.id)]")
        with self.assertRaisesRegex(AccessError, "authorised aggregate"):
            kpi.write({"company_id": self.here.id, "disclosure": "aggregate"})

    def test_what_is_authorised_is_not_turned_into_something_else(self):
        self.rule("[('user_id', '=', user.id)]")
        self.figure.write({"disclosure": "aggregate", "company_id": self.here.id})
        with self.assertRaises(AccessError):
            self.figure.with_user(self.owner).domain = "[('state', '=', 'won')]"
        with self.assertRaises(AccessError):
            self.env["collab.kpi.breakdown"].with_user(self.owner).create(
                {"kpi_id": self.figure.id, "path": "user_id"}
            )

    def test_what_is_for_some_is_given_to_no_others(self):
        self.rule("[('user_id', '=', user.id)]")
        few = self.env["res.groups"].create({"name": "Few"})
        admin = self.env.ref("base.user_admin")
        self.figure.write(
            {"disclosure": "aggregate", "group_ids": [Command.set(few.ids)], "owner_id": admin.id}
        )
        own = self.figure.with_user(self.owner)
        for vals in (
            {"group_ids": [Command.clear()]},
            {"group_ids": [Command.link(self.env.ref("base.group_user").id)]},
            {"owner_id": self.owner.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                own.write(vals)
        self.assertFalse(self.seen(self.owner))

    def test_the_minimum_of_what_is_shipped_stays(self):
        kpi = self.env.ref("collab_kpi.kpi_adoption").with_user(self.owner)
        with self.assertRaises(AccessError):
            kpi.minimum = 0
        copy = kpi.copy({"minimum": 0, "disclosure": "records"})
        self.assertIn("may not read all", self._preview(copy).trouble)

    def _preview(self, kpi):
        action = kpi.action_preview()
        return self.env[action["res_model"]].with_user(self.owner).browse(action["res_id"])

    def test_a_formula_tells_no_more_than_what_it_is_over(self):
        group = self.env["res.groups"].create({"name": "Few"})
        self.figure.write({"disclosure": "aggregate", "group_ids": [Command.set(group.ids)]})
        self.figure.owner_id = self.env.ref("base.user_admin")
        twice = {"kind": "formula", "formula": f"{self.figure.code} * 2", "since": "2026-01-01"}
        kpis = self.env["collab.kpi"].with_user(self.owner)
        with self.assertRaises(AccessError):
            kpis.create({"name": "Twice", "disclosure": "aggregate", **twice})
        kpi = kpis.create({"name": "Twice", **twice})
        kpi.action_start()
        self.dashboard.tile_ids.kpi_id = kpi
        self.assertTrue(self.tile()["withheld"])
        self.assertTrue(self.tile(self.owner)["withheld"])
        preview = self._preview(kpi)
        self.assertIn("may not read all", preview.trouble)
        self.assertFalse(preview.line_ids)

    # -- readers -----------------------------------------------------------------

    def test_readers(self):
        group = self.env["res.groups"].create({"name": "Few"})
        self.figure.write({"group_ids": [Command.set(group.ids)], "note": "Hush"})
        self.figure.owner_id = self.env.ref("base.user_admin")
        self.assertFalse(self.seen())
        self.assertFalse(
            self.env["collab.kpi"].with_user(self.user).search([("id", "=", self.figure.id)])
        )
        tile = self.tile()
        self.assertEqual((tile["title"], tile["note"]), ("Not for you", ""))
        self.user.group_ids |= group
        self.assertEqual(self.seen(), self.here)
        self.assertEqual(self.tile()["title"], "Deals")

    def test_portal(self):
        for name in ("collab.kpi", "collab.kpi.value", "collab.kpi.version", "collab.dashboard"):
            with self.assertRaises(AccessError):
                self.env[name].with_user(self.portal).search([])
        with self.assertRaises(AccessError):
            self.dashboard.with_user(self.portal)._show("month", 0, False)

    # -- what may be asked -------------------------------------------------------

    def test_what_is_hidden_is_not_asked_for(self):
        kpis = self.env["collab.kpi"].with_user(self.owner)
        vals = {"name": "Mine", "model_id": self.model_id, "date_path": "moment"}
        for more in (
            {"domain": "[('secret', '>', 1)]"},
            {"domain": "[('user_id.api_key_ids', '!=', False)]"},
            {"domain": "[('user_id', 'any', [('log_ids.create_date', '>', '2026-01-01')])]"},
            {"aggregate": "sum", "measure_path": "secret"},
            {"domain": "[('company_id.user_ids.api_key_ids', '!=', False)]"},
        ):
            with self.subTest(more), self.assertRaises(UserError):
                kpis.create(vals | more)
        for model in (
            "ir.config_parameter",
            "res.users",
            "collab.point.entry",
            "collab.kudos.reaction",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                kpis.create(
                    {
                        "name": "Mine",
                        "model_id": self.env["ir.model"]._get_id(model),
                        "date_path": "create_date",
                    }
                )
        kpi = kpis.create(vals)
        with self.assertRaises(AccessError):
            kpi.domain = "[('secret', '>', 1)]"

    def test_only_process_owners_make_them(self):
        with self.assertRaises(AccessError):
            self.env["collab.kpi"].with_user(self.user).create({"name": "Mine"})
        for action in ("action_start", "action_count", "action_preview"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.figure.with_user(self.user), action)()
        with self.assertRaises(AccessError):
            self.env["collab.kpi.recounting"].with_user(self.user).create(
                {"kpi_id": self.figure.id}
            )

    # -- nobody writes figures -----------------------------------------------------

    def test_sealed(self):
        value = self.env["collab.kpi.value"].search([("kpi_id", "=", self.figure.id)], limit=1)
        version = self.figure.version_id
        admin = self.env.ref("base.user_admin")
        for user in (self.env.user, admin, self.owner, self.user):
            for record, vals in ((value, {"value": 9}), (version, {"definition": {}})):
                record = record.with_user(user)
                with self.subTest(user.login, record=record._name):
                    with self.assertRaises(UserError):
                        record.write(vals)
                    with self.assertRaises(UserError):
                        record.unlink()
                    with self.assertRaises(UserError):
                        record.copy()
                    with self.assertRaises(UserError):
                        record.create({"kpi_id": self.figure.id, **vals})
        for commands in (
            [Command.create({"number": 7, "definition": {}, "digest": "x"})],
            [Command.update(version.id, {"digest": "x"})],
            [Command.delete(version.id)],
        ):
            with self.assertRaises(UserError):
                self.figure.version_ids = commands
        for vals in ({"state": "draft"}, {"open_from": "2020-01-01"}, {"version_id": False}):
            with self.assertRaises(UserError):
                self.figure.write(vals)
        with self.assertRaises(UserError):
            self.figure.with_context(collab_seal=True).write({"state": "draft"})

    def test_what_is_made_begins_as_a_draft(self):
        kpi = self.env["collab.kpi"].create(
            {
                "name": "Forged",
                "model_id": self.model_id,
                "date_path": "moment",
                "state": "on",
                "version_id": self.figure.version_id.id,
                "open_from": "2020-01-01",
            }
        )
        self.assertEqual((kpi.state, kpi.version_id.id, kpi.open_from), ("draft", False, False))
        copy = self.figure.copy()
        self.assertEqual((copy.state, copy.version_id.id), ("draft", False))
        self.assertNotEqual(copy.code, self.figure.code)

    # -- dashboards ----------------------------------------------------------------

    def test_ones_own_dashboard(self):
        dashboards = self.env["collab.dashboard"].with_user(self.user)
        own = dashboards.create(
            {"name": "Mine", "tile_ids": [Command.create({"kpi_id": self.figure.id})]}
        )
        self.assertEqual(own.user_id, self.user)
        self.assertIn({"id": own.id, "name": "Mine"}, dashboards.choices())
        self.assertNotIn(own, self.env["collab.dashboard"].with_user(self.owner).search([]))
        with self.assertRaises(AccessError):
            own.is_shared = True
        with self.assertRaises(AccessError):
            own.user_id = self.owner
        with self.assertRaises(AccessError):
            dashboards.create({"name": "Shared", "is_shared": True})
        with self.assertRaises(AccessError):
            dashboards.create({"name": "Theirs", "user_id": self.owner.id})

    def test_shared_dashboards(self):
        shared = self.dashboard.with_user(self.user)
        for attack in (
            lambda: shared.write({"name": "x"}),
            lambda: shared.unlink(),
            lambda: shared.write({"tile_ids": [Command.create({"kpi_id": self.figure.id})]}),
            lambda: shared.tile_ids.write({"width": 4}),
            lambda: shared.tile_ids.unlink(),
            lambda: shared.arrange_for_all([]),
            lambda: (
                self.env["collab.dashboard.tile"]
                .with_user(self.user)
                .create({"dashboard_id": shared.id, "kpi_id": self.figure.id})
            ),
        ):
            with self.assertRaises(AccessError):
                attack()
        self.dashboard.with_user(self.owner).name = "Ours"
        self.dashboard.is_shared = False
        with self.assertRaises(UserError):
            shared._show("month", 0, False)

    def test_arrangement(self):
        tiles = self.env["collab.dashboard.tile"].create(
            [{"dashboard_id": self.dashboard.id, "kpi_id": self.figure.id} for __ in range(2)]
        )
        first, (second, third) = self.dashboard.tile_ids - tiles, tiles
        mine = self.dashboard.with_user(self.user)
        mine.arrange([{"id": third.id, "width": 4}, {"id": first.id, "width": 1}])
        answer = mine._show("month", 0, False)
        self.assertEqual(
            [(one["id"], one["width"]) for one in answer["tiles"]], [(third.id, 4), (first.id, 1)]
        )
        self.assertTrue(answer["is_arranged"])
        whole = mine._show("month", 0, True)["tiles"]
        self.assertEqual([one["is_hidden"] for one in whole], [False, False, True])
        theirs = self.dashboard.with_user(self.owner)._show("month", 0, False)
        self.assertEqual([one["id"] for one in theirs["tiles"]], [first.id, second.id, third.id])
        mine.reset_arrangement()
        self.assertFalse(mine._show("month", 0, False)["is_arranged"])
        for nonsense in (None, [1], [{"id": 0, "width": 1}], [{"id": first.id, "width": 9}], [{}]):
            with self.assertRaises(UserError):
                mine.arrange(nonsense)

    def test_nonsense(self):
        shared = self.dashboard.with_user(self.user)
        for grain, back in (
            ("hour", 0),
            ("month", -1),
            ("month", "1"),
            ("month", True),
            ([], "x"),
            ("day", 999),
        ):
            with self.subTest(grain=grain, back=back), self.assertRaises(UserError):
                shared._show(grain, back, False)
