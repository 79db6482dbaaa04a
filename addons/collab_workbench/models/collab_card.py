from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from odoo.addons.collab_base.core.card import Card

#: Rows of a card; what is beyond is counted and a click away.
ROWS = 6


class CollabCard(models.AbstractModel):
    """The cards over what Odoo itself keeps for everybody: meetings, to-dos."""

    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        return super()._collab_cards() + [
            Card(
                key="workbench.meetings",
                title=self.env._("Today"),
                sequence=40,
                component="collab_workbench.meetings",
                data=self._meetings_data,
                groups="base.group_user",
            ),
            Card(
                key="workbench.activities",
                title=self.env._("Activities due"),
                sequence=50,
                component="collab_workbench.activities",
                data=self._activities_data,
                groups="base.group_user",
            ),
            Card(
                key="workbench.todos",
                title=self.env._("To do"),
                sequence=60,
                component="collab_workbench.todos",
                data=self._todos_data,
                groups="base.group_user",
            ),
        ]

    # ------------------------------------------------------------------
    # Meetings
    # ------------------------------------------------------------------

    def _meetings_data(self):
        """Return the user's meetings of today that are not over yet."""
        domain = self._meetings_domain()
        events = self.env["calendar.event"].search_fetch(
            domain,
            ["name", "start", "stop", "allday", "location", "videocall_location"],
            order="allday desc, start, id",
            limit=ROWS,
        )
        if not events:
            return None
        return {
            "count": self._count(events, domain),
            "meetings": [
                {
                    "id": event.id,
                    "name": event.name,
                    "start": event.start,
                    "stop": event.stop,
                    "allday": event.allday,
                    "location": event.location or "",
                    "url": _web_link(event.videocall_location),
                }
                for event in events
            ],
        }

    def _meetings_domain(self):
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        midnight = self._to_utc(today + timedelta(days=1))
        declined = self.env["calendar.attendee"]._search(
            [
                ("partner_id", "=", self.env.user.partner_id.id),
                ("state", "!=", "declined"),
            ]
        )
        return [
            ("attendee_ids", "in", declined),
            "|",
            "&",
            "&",
            ("allday", "=", False),
            ("start", "<", midnight),
            ("stop", ">", now),
            "&",
            "&",
            ("allday", "=", True),
            ("start_date", "<=", today),
            ("stop_date", ">=", today),
        ]

    def _to_utc(self, day):
        """Return the beginning of `day` for the user, in naive UTC."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        start = zone.localize(datetime.combine(day, time.min))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------

    def _activities_data(self):
        """Return the user's activities that are due, the oldest first."""
        today = fields.Date.context_today(self)
        domain = [("user_id", "=", self.env.uid), ("date_deadline", "<=", today)]
        activities = self.env["mail.activity"].search_fetch(
            domain,
            ["summary", "activity_type_id", "res_name", "date_deadline", "icon"],
            order="date_deadline, id",
            limit=ROWS,
        )
        if not activities:
            return None
        return {
            "count": self._count(activities, domain),
            "activities": [
                {
                    "id": activity.id,
                    "name": activity.summary or activity.activity_type_id.name or "",
                    "record": activity.res_name or "",
                    "days": (today - activity.date_deadline).days,
                    "icon": activity.icon or "fa-clock-o",
                }
                for activity in activities
            ],
        }

    # ------------------------------------------------------------------
    # To-dos
    # ------------------------------------------------------------------

    def _todos_data(self):
        """Return the user's open tasks and to-dos, by deadline.

        Shown without any as well: that is where one is written down.
        """
        domain = [("user_ids", "in", self.env.uid), ("is_closed", "=", False)]
        tasks = self.env["project.task"].search_fetch(
            domain,
            ["name", "project_id", "date_deadline", "priority"],
            order="priority desc, date_deadline asc, sequence, id desc",
            limit=ROWS,
        )
        return {
            "count": self._count(tasks, domain),
            "todos": [
                {
                    "id": task.id,
                    "name": task.name,
                    # as Odoo names it, also to those who may not open the project
                    "project": task.project_id.sudo().display_name or "",
                    "deadline": task.date_deadline or None,
                    "priority": task.priority != "0",
                }
                for task in tasks
            ],
        }

    def _count(self, records, domain):
        """Return how many there are, asking only when some were left out."""
        if len(records) < ROWS:
            return len(records)
        return records.search_count(domain)


def _web_link(url):
    """Return ``url`` if a browser opens it as a page. Colleagues write it, and a page would
    run what begins with ``javascript:``."""
    return url if url and url.strip().lower().startswith(("http://", "https://")) else ""
