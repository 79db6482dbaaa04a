from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.collab_checkin.accounts import locked

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestLeaderboard(PointsCase):
    """The top, and nobody else's place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Board"})
        cls.board = cls.env["collab.leaderboard"]
        cls.rule = cls._rule(cls)
        cls.people = cls._people("anna", "bert", "carl")
        cls.anna, cls.bert, cls.carl = cls.people

    @classmethod
    def _people(cls, *logins, groups="base.group_user"):
        return cls.env["res.users"].concat(
            *(
                new_test_user(
                    cls.env,
                    f"{login}_board",
                    name=login.capitalize(),
                    groups=groups,
                    tz="Asia/Shanghai",
                    company_id=cls.company.id,
                    company_ids=[(6, 0, cls.company.ids)],
                )
                for login in logins
            )
        )

    def _receive(self, user, points, day="2026-07-15", hour=12, kind="work"):
        """Have somebody receive points at an hour of a day in Shanghai."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO collab_point_entry (kind, rule_id, name, user_id, period, points,"
                ' create_date) VALUES (%s, %s, \'{"en_US": "Jobs"}\', %s, %s, %s, %s)',
                *(kind, self.rule.id, user.id, day, points, self._utc(day, hour)),
            )
        )

    def _top(self, user=None, **how):
        return self.board.with_user(user or self.anna).with_company(self.company).top(**how)

    def _rows(self, **how):
        return [(row["name"], row["points"], row["place"]) for row in self._top(**how)["rows"]]

    def test_order(self):
        self._receive(self.anna, 5)
        self._receive(self.bert, 7)
        self._receive(self.bert, 3)
        self._receive(self.carl, 5, hour=11)
        self.assertEqual(self._rows(), [("Bert", 10, 1), ("Carl", 5, 2), ("Anna", 5, 2)])

    def test_no_negative_ones(self):
        self._receive(self.anna, 5)
        self._receive(self.bert, -3)
        self._receive(self.carl, 3)
        self._receive(self.carl, -3)
        self.assertEqual(self._rows(), [("Anna", 5, 1)])
        self.assertEqual(self._top(self.bert)["points"], -3)

    def test_what_is_spent_counts_no_less(self):
        self._receive(self.anna, 5)
        self._receive(self.anna, -4, kind="reward")
        self.assertEqual(self._rows(), [("Anna", 5, 1)])

    def test_spans(self):
        for points, day, hour in (
            (1, "2026-07-12", 23.9),  # Sunday
            (2, "2026-07-13", 0),
            (4, "2026-07-01", 0),
            (8, "2026-06-30", 23.9),
            (16, "2026-03-31", 23.9),
        ):
            self._receive(self.anna, points, day, hour)
        self.assertEqual(self._rows(span="week"), [("Anna", 2, 1)])
        self.assertEqual(self._rows(span="week", back=1), [("Anna", 1, 1)])
        self.assertEqual(self._rows(span="month"), [("Anna", 7, 1)])
        self.assertEqual(self._rows(span="month", back=1), [("Anna", 8, 1)])
        self.assertEqual(self._rows(span="quarter"), [("Anna", 7, 1)])
        self.assertEqual(self._rows(span="quarter", back=1), [("Anna", 8, 1)])
        self.assertEqual(self._rows(span="quarter", back=2), [("Anna", 16, 1)])
        answer = self._top(span="quarter", back=1)
        self.assertEqual((answer["first"], answer["last"]), ("2026-04-01", "2026-06-30"))
        # of the reader's zone
        self.bert.tz = "UTC"
        self.assertEqual(self._top(self.bert)["rows"], [])

    def test_top_only(self):
        others = self._people(*(f"other{number}" for number in range(12)))
        for number, user in enumerate(others):
            self._receive(user, 20 - number)
        self._receive(self.anna, 4)
        answer = self._top()
        self.assertEqual(len(answer["rows"]), 10)
        self.assertEqual(answer["rows"][-1]["points"], 11)
        self.assertEqual((answer["points"], answer["more"]), (4, 8))
        self.assertEqual(self._top(others[0])["more"], 0)
        self.assertNotIn("Anna", str(answer["rows"]))
        self._receive(self.anna, 8)
        answer = self._top()
        self.assertIn("Anna", [row["name"] for row in answer["rows"]])
        self.assertEqual(answer["more"], 0)

    def test_tenth_of_as_many_points(self):
        """Who had them first is on the board."""
        self._receive(self.anna, 5, hour=13)
        for user in self._people(*(f"other{number}" for number in range(10))):
            self._receive(user, 5)
        answer = self._top()
        self.assertEqual(len(answer["rows"]), 10)
        self.assertNotIn("Anna", [row["name"] for row in answer["rows"]])
        self.assertEqual(answer["more"], 1)

    def test_more_where_there_is_room(self):
        self._receive(self.bert, 5)
        self.assertEqual(self._top()["more"], 1)
        self._receive(self.anna, -2)
        self.assertEqual(self._top()["more"], 3)

    def test_of_a_company_that_is_not_looked_at(self):
        """Nobody is told that they are about to be on a board that they cannot be on."""
        other = self.env["res.company"].create({"name": "Other"})
        self.anna.company_ids += other
        answer = self.board.with_user(self.anna).with_company(other).top()
        self.assertEqual((answer["points"], answer["more"]), (0, 0))

    def test_who_is_on_it(self):
        portal = self._people("portal", groups="base.group_portal")
        gone = self._people("gone")
        gone.active = False
        stranger = new_test_user(self.env, "stranger_board", groups="base.group_user")
        for user in (self.anna, portal, gone, stranger):
            self._receive(user, 5)
        self.assertEqual(self._rows(), [("Anna", 5, 1)])
        forged = self.board.with_user(self.anna).with_context(
            allowed_company_ids=stranger.company_id.ids
        )
        with self.assertRaises(AccessError):
            forged.top()

    def test_leaving(self):
        """Who leaves is on no board, for nobody, whoever they are."""
        self._receive(self.anna, 5)
        self._receive(self.bert, 7)
        self.board.with_user(self.bert).leave()
        self.assertEqual(self._rows(), [("Anna", 5, 1)])
        admin = new_test_user(
            self.env,
            "admin_board",
            groups="base.group_system,collab_base.group_collab_admin",
            company_ids=[(6, 0, (self.company + self.env.company).ids)],
        )
        self.assertNotIn("Bert", str(self._top(admin)))
        self.assertNotIn("Bert", str(self._top(self.env.user)))
        answer = self._top(self.bert)
        self.assertTrue(answer["is_off"])
        self.assertEqual((answer["points"], answer["more"]), (0, 0))
        self.assertNotIn("Bert", str(answer["rows"]))
        self.board.with_user(self.bert).join()
        self.assertEqual(self._rows()[0], ("Bert", 7, 1))

    def test_only_oneself(self):
        """Nobody leaves or joins for somebody else."""
        admin = new_test_user(self.env, "boss_board", groups="base.group_system")
        account = locked(self.env, [self.bert.id])
        for user in (self.anna, admin):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                account.with_user(user).write({"is_off_boards": True})
            for forged in ({"user_id": self.bert.id}, {"uid": self.bert.id}):
                with self.assertRaises(TypeError):
                    self.board.with_user(user).leave(**forged)
            self.board.with_user(user).with_context(uid=self.bert.id).leave()
            self.assertFalse(account.is_off_boards)
        portal = self._people("portal", groups="base.group_portal")
        for method in ("top", "leave", "join"):
            with self.assertRaises(AccessError):
                getattr(self.board.with_user(portal), method)()

    def test_nonsense(self):
        for how in (
            {"span": "year"},
            {"span": "week'; DROP TABLE res_users; --"},
            {"span": ["week"]},
            {"back": -1},
            {"back": 13},
            {"back": "1"},
            {"back": True},
            {"kind": "teams"},
            {"kind": "_rows"},
            {"kind": None},
        ):
            with self.assertRaises(UserError):
                self._top(**how)

    def test_queries(self):
        for count in (2, 40):
            for user in self._people(*(f"many{count}_{number}" for number in range(count))):
                self._receive(user, 3)
            self.env.flush_all()
            self._top()
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                self._top()
