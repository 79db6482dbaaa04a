from collections import defaultdict
from datetime import date, datetime, timedelta

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_kpi.formulas import figures_of
from odoo.addons.collab_kpi.tests.shipped import slow_start
from odoo.addons.collab_kpi.windows import Window, calendars

from .kpi import NOW, KpiCase

EVENTS = st.lists(
    st.tuples(
        st.datetimes(datetime(2026, 1, 1), NOW).map(lambda one: one.replace(microsecond=0)),
        st.integers(0, 8),  # who
        st.sampled_from(["comment", "notification", "user_notification", "email", "auto_comment"]),
    ),
    max_size=20,
)
SETTINGS = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@tagged("post_install", "-at_install")
class TestKpiAdoption(KpiCase):
    """How many people use the system, set against a slow count of each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only people of the test
        cls.env.cr.execute(
            "UPDATE res_users SET share = TRUE, notification_type = 'email' WHERE id <> 1"
        )
        cls.env.invalidate_all()
        cls.department = cls.env["hr.department"].create({"name": "Sales"})
        cls.people = cls.env["res.users"]
        cls.parts = {}
        for number in range(9):
            company = cls.west if number > 5 else cls.here
            user = new_test_user(
                cls.env, f"kpi {number}", company_id=company.id, company_ids=[(6, 0, company.ids)]
            )
            cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": company.id,
                    "department_id": number % 2 and cls.department.id,
                }
            )
            cls.parts[user.id] = cls.department.id if number % 2 else 0
            cls.people |= user
        born = [f"2025-{month:02}-01" for month in range(1, 9)] + ["2026-03-15"]
        for user, day in zip(cls.people, born, strict=True):
            cls.env.cr.execute(
                "UPDATE res_users SET create_date = %s WHERE id = %s", [day, user.id]
            )
        cls.people[2].active = False
        cls.env.invalidate_all()
        cls.partner = cls.env["res.partner"].create({"name": "Somebody"})

    def events(self, table, events):
        for moment, who, kind in events:
            if table == "message":
                self.env.cr.execute(
                    "INSERT INTO mail_message (create_uid, date, message_type, model, res_id)"
                    " VALUES (%s, %s, %s, 'res.partner', %s)",
                    [self.people[who].id, moment, kind, self.partner.id],
                )
            else:
                self.env.cr.execute(
                    "INSERT INTO res_users_log (create_uid, create_date) VALUES (%s, %s)",
                    [self.people[who].id, moment],
                )

    def start(self, moment, user, grain):
        zone = pytz.timezone(user.company_id.resource_calendar_id.tz)
        return slow_start(pytz.utc.localize(moment).astimezone(zone).date(), grain, 0, 1)

    def slow(self, events, grain, kind):
        """Return company, start, part → list of what each person has done."""
        done = defaultdict(list)
        for moment, who, __ in events:
            user = self.people[who]
            done[user, self.start(moment, user, grain)].append(moment)
        found = defaultdict(list)
        starts = {slow_start(date(2026, 1, 1) + timedelta(days=n), grain, 0, 1) for n in range(140)}
        for user in self.people.with_context(active_test=False):
            zone = pytz.timezone(user.company_id.resource_calendar_id.tz)
            for start in starts:
                end = start + timedelta(days={"week": 7, "month": 31}[grain])
                end = slow_start(end, grain, 0, 1)
                until = zone.localize(datetime.combine(end, datetime.min.time()))
                moments = done[user, start]
                if pytz.utc.localize(user.create_date) >= until or not (user.active or moments):
                    continue
                value = {
                    "collab_kpi.adoption": 100 if moments else 0,
                    "collab_kpi.active": 1 if moments else None,
                    "collab_kpi.logins": len({one.date() for one in moments}),
                }[kind]
                part = self.parts[user.id]
                for key in ((None, 0), (0, part)):
                    found[(start, user.company_id.id, *key)].append(value)
        return found

    @given(EVENTS, st.sampled_from(["week", "month"]), st.sampled_from([0, 3]))
    @SETTINGS
    def test_figures(self, events, grain, minimum):
        with self.env.cr.savepoint() as point:
            self.events("message", events)
            self.events("login", events)
            actions = [one for one in events if one[2] in ("comment", "notification")]
            for kind, aggregate, counted in (
                ("collab_kpi.adoption", "avg", actions),
                ("collab_kpi.active", "sum", actions),
                ("collab_kpi.logins", "avg", events),
            ):
                definition = {
                    "kind": "method",
                    "method": kind,
                    "period": grain,
                    "aggregate": aggregate,
                    "company": None,
                    "breakdowns": [
                        {"path": "department", "model": "hr.department", "dimension": 1}
                    ],
                }
                if minimum:
                    definition |= {"minimum": minimum, "person": None}
                window = Window(grain, date(2026, 1, 1), calendars(self.env), NOW.date())
                found = {
                    figure.key[1:]: figure.value
                    for figure in figures_of(self.env, definition, window)
                    if figure.weight or figure.value
                }
                for key, values in self.slow(counted, grain, kind).items():
                    known = [one for one in values if one is not None]
                    if key[2] is None and len(values) >= minimum and known:
                        expected = sum(known) / (len(known) if aggregate == "avg" else 1)
                        self.assertAlmostEqual(found[key], expected, msg=str((kind, key)))
                    elif key in found and key[2] is not None:
                        expected = sum(known) / (len(known) if aggregate == "avg" else 1)
                        self.assertAlmostEqual(found[key], expected, msg=str((kind, key)))
                        self.assertGreaterEqual(len(values), minimum)
            point.rollback()

    def test_one_log_in_a_day_is_kept(self):
        self.env.cr.execute("DELETE FROM res_users_log")
        moments = ["2026-05-18 08:00:00", "2026-05-18 12:00:00", "2026-05-19 08:00:00"]
        self.events("login", [(moment, 0, "") for moment in moments])
        self.events("login", [(moments[0], 1, "")])
        self.env["res.users.log"]._gc_user_logs()
        self.env.cr.execute("SELECT create_uid, create_date::text FROM res_users_log ORDER BY 1, 2")
        self.assertEqual(
            self.env.cr.fetchall(),
            [
                (self.people[0].id, moments[1]),
                (self.people[0].id, moments[2]),
                (self.people[1].id, moments[0]),
            ],
        )

    def test_who_it_was_is_told_to_nobody(self):
        self.events("message", [(datetime(2026, 5, 18), 0, "comment")])
        kpi = self.env.ref("collab_kpi.kpi_adoption")
        kpi.active = True
        kpi._step({"open_from": False})
        kpi.action_count()
        self.assertFalse(kpi.trouble)
        with self.assertRaisesRegex(UserError, "not of records"):
            kpi.with_context(allowed_company_ids=self.here.ids).action_drill("month", "2026-05-01")

    def test_it_is_there_from_the_start(self):
        for name in ("kpi_adoption", "kpi_active_users", "kpi_login_days"):
            kpi = self.env.ref(f"collab_kpi.{name}")
            self.assertEqual((kpi.state, kpi.trouble, kpi.version_id.number), ("on", False, 1))
