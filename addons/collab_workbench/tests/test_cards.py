from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..models.collab_card import ROWS


@tagged("post_install", "-at_install")
class TestCards(TransactionCase):
    """The cards over meetings, activities and to-dos, for a plain internal user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "bench_user", groups="base.group_user", tz="Asia/Shanghai"
        )
        cls.other = new_test_user(cls.env, "bench_other", groups="base.group_user")
        # Odoo welcomes new users with a to-do
        cls.env["project.task"].search([("user_ids", "in", cls.user.id)]).unlink()

    def _data(self, name):
        cards = self.env["collab.card"].with_user(self.user)
        [card] = cards.with_context(tz=self.user.tz).load([f"workbench.{name}"])
        self.assertNotIn("error", card)
        return card["data"]

    # 2026-03-04 06:30 in Shanghai
    @freeze_time("2026-03-03 22:30:00")
    def test_meetings(self):
        """The day is the user's own; over, declined and others' ones are left out."""
        morning = datetime(2026, 3, 3, 16)  # midnight in Shanghai

        def meeting(name, hour, partners=None, **vals):
            partners = partners or self.user.partner_id
            return {
                "name": name,
                "start": morning + timedelta(hours=hour),
                "stop": morning + timedelta(hours=hour + 1),
                "partner_ids": [Command.set(partners.ids)],
                **vals,
            }

        events = self.env["calendar.event"].create(
            [
                meeting("over", 2),
                meeting("now", 6),
                meeting("late", 23),
                meeting("tomorrow", 24),
                meeting("declined", 9),
                meeting("others", 9, self.other.partner_id),
                meeting(
                    "holiday",
                    0,
                    allday=True,
                    start="2026-03-04",
                    stop="2026-03-04",
                ),
            ]
        )
        events[4].attendee_ids.state = "declined"
        data = self._data("meetings")
        self.assertEqual(
            [meeting["name"] for meeting in data["meetings"]], ["holiday", "now", "late"]
        )
        self.assertEqual(data["count"], 3)

    def test_only_web_links_are_offered(self):
        """What a colleague has written as the place of a call is not run by a click."""
        links = {
            "https://meet.example.com/a": "https://meet.example.com/a",
            "HTTP://meet.example.com": "HTTP://meet.example.com",
            "javascript:alert(1)//https://meet.example.com": "",
            " JavaScript:alert(1)": "",
            "data:text/html,<script>alert(1)</script>": "",
            "//meet.example.com": "",
            "room 7": "",
        }
        events = self.env["calendar.event"]
        for link, offered in links.items():
            with self.subTest(link=link):
                # Odoo makes a web link of what is written, and not of a default
                event = events.with_context(default_videocall_location=link).create(
                    {
                        "name": "Call",
                        "start": datetime.now(),
                        "stop": datetime.now() + timedelta(minutes=5),
                        "partner_ids": [Command.set(self.user.partner_id.ids)],
                    }
                )
                self.assertEqual(event.videocall_location, link)
                [meeting] = self._data("meetings")["meetings"]
                self.assertEqual(meeting["url"], offered)
                event.unlink()

    def test_no_meetings(self):
        self.assertIsNone(self._data("meetings"))

    @freeze_time("2026-03-04 12:00:00")
    def test_activities(self):
        self.assertIsNone(self._data("activities"))
        self.env["mail.activity"].create(
            [
                {
                    "summary": f"{user.login} {deadline}",
                    "user_id": user.id,
                    "date_deadline": deadline,
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.user.partner_id.id,
                }
                for user in (self.user, self.other)
                for deadline in ("2026-03-05", "2026-03-04", "2026-03-02")
            ]
        )
        data = self._data("activities")
        self.assertEqual(data["count"], 2)
        self.assertEqual(
            [(a["name"], a["days"]) for a in data["activities"]],
            [("bench_user 2026-03-02", 2), ("bench_user 2026-03-04", 0)],
        )

    def test_todos(self):
        self.assertEqual(self._data("todos"), {"count": 0, "todos": []})
        tasks = self.env["project.task"].with_user(self.user)
        tasks.create(
            [{"name": str(i), "user_ids": [Command.link(self.user.id)]} for i in range(ROWS + 2)]
        )
        tasks.create({"name": "urgent", "priority": "1"})
        tasks.create({"name": "done", "state": "1_done"})
        data = self._data("todos")
        self.assertEqual(data["count"], ROWS + 3)
        self.assertEqual(len(data["todos"]), ROWS)
        self.assertEqual(data["todos"][0]["name"], "urgent")

    def test_todo_of_a_project_that_is_not_for_the_user(self):
        project = self.env["project.project"].create(
            {"name": "Closed", "privacy_visibility": "followers"}
        )
        self.assertFalse(project.with_user(self.user).has_access("read"))
        vals = {"name": "Theirs", "project_id": project.id}
        self.env["project.task"].create({**vals, "user_ids": [Command.set(self.user.ids)]})
        [todo] = self._data("todos")["todos"]
        self.assertEqual((todo["name"], todo["project"]), ("Theirs", "Closed"))

    def test_query_count(self):
        """What the cards cost does not grow with what there is."""
        tasks = self.env["project.task"].with_user(self.user)
        vals = {"name": "x", "user_ids": [Command.link(self.user.id)]}
        tasks.create([dict(vals) for _ in range(ROWS)])
        counts = []
        for _ in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            self._data("todos")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._data("todos")
            counts.append(self.env.cr.sql_log_count - before)
            tasks.create([dict(vals) for _ in range(50)])
        self.assertEqual(*counts)
