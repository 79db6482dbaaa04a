from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import date_utils

from odoo.addons.collab_base.bulk import update_rows

#: Who has asked whom, and who has said that it is done, by their places; how many weeks ago, and on
#: which day; after how many days it was done, or None; and what
TASKS = (
    (0, 1, 0, 9, 1, 3, "Answer template for late pallets"),
    (0, 2, 0, 9, 2, 5, "Labels with the order number in large print"),
    (1, 3, 0, 8, 0, 2, "List of what may go back to stock"),
    (1, 4, 0, 8, 1, 6, "Mark the three boxes on the floor"),
    (1, 2, 0, 8, 1, 3, "Scanner for the returns table"),
    (0, 3, 0, 7, 3, 4, "Photographs of damaged parcels go into the ticket"),
    (2, 5, 3, 6, 0, 4, "Ask the carrier for collection at six"),
    (2, 4, 3, 6, 2, 5, "Second ramp for returns on Mondays"),
    (2, 1, 3, 6, 3, 6, "Letter to customers who return twice a month"),
    (0, 4, 0, 5, 0, 2, "Count the returns of the month"),
    (3, 2, 0, 4, 1, 3, "Spare rolls for the label printer"),
    (3, 1, 0, 4, 2, 7, "Table of reasons for returns"),
    (3, 5, 0, 4, 4, 6, "Walk through the hall with the new colleague"),
    (0, 5, 0, 3, 2, 5, "Agree on one form with the Lyon shop"),
    (1, 2, 0, 2, 0, 3, "Reasons for returns in the monthly report"),
    (0, 1, 0, 1, 1, None, "Answers in French for the Lyon shop"),
    (1, 3, 0, 1, 3, None, "Try the table in hall 2"),
    (0, 2, 0, 0, 0, None, "Labels for the third box"),
)


class CollabDemo(models.AbstractModel):
    _inherit = "collab.demo"

    @api.model
    def _tell_recognition(self, user_ids):
        result = super()._tell_recognition(user_ids)
        self._tell_tasks(self.env["res.users"].browse(user_ids))
        return result

    @api.model
    def _tell_tasks(self, users):
        """Have people give tasks to each other: rules for them are there to be tried."""
        quiet = {"mail_auto_subscribe_no_notify": True, "tracking_disable": True}
        project = (
            self.env["project.project"].with_context(**quiet).create({"name": "Faster Returns"})
        )
        this = date_utils.start_of(fields.Date.today(), "week")
        for by, person, closer, weeks, weekday, days, name in TASKS:
            asked = datetime.combine(this - timedelta(weeks=weeks, days=-weekday), time(9))
            task = (
                project.task_ids.with_user(users[by])
                .sudo()
                .create(
                    {
                        "name": name,
                        "project_id": project.id,
                        "user_ids": [Command.set(users[person].ids)],
                    }
                )
            )
            when = {"create_date": asked}
            if days is not None:
                task.with_user(users[closer]).sudo().state = "1_done"
                when["collab_closed_at"] = asked + timedelta(days=days, hours=5)
            task.flush_recordset()
            update_rows(task, when)
