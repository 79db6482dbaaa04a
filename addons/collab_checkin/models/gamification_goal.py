import logging
from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.collab_base.parts import in_parts
from odoo.addons.collab_base.work import work_query

from .gamification_goal_definition import OURS

_logger = logging.getLogger(__name__)

#: Before all work: goals of no dates count all
EVER = date(2000, 1, 1)
#: Goals counted at once
BATCH = 5_000


class GamificationGoal(models.Model):
    _inherit = "gamification.goal"

    # ------------------------------------------------------------------
    # Nobody says how far they are
    # ------------------------------------------------------------------

    def write(self, vals):
        # afterwards too, as a goal of another kind could be made one of these
        self._check_counted()
        done = super().write(vals)
        self._check_counted()
        return done

    def _check_counted(self):
        """People may write on their goals. How far they are with those that Collab counts is not
        for them to say, for badges depend on it."""
        if self.env.su or self.env["gamification.challenge"].has_access("write"):
            return
        goals = self.sudo()
        # Odoo goes by the challenge that is stored, which need not be that of the line any more
        moved = goals.filtered(lambda goal: goal.challenge_id != goal.line_id.challenge_id)
        definitions = (
            goals.definition_id
            | goals.line_id.definition_id
            | moved.challenge_id.line_ids.definition_id
        )
        if definitions.filtered(lambda one: one.computation_mode in OURS):
            raise AccessError(self.env._("How far you are with this goal is counted for you."))

    # ------------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------------

    def update_goal(self):
        ours = self.filtered(lambda goal: goal.definition_id.computation_mode in OURS)
        ours._collab_count()
        return super(GamificationGoal, self - ours).update_goal()

    def _collab_count(self):
        """Count how far people are: those with the same goal and dates in one query.

        Unlike goals of Odoo's, one is not reached any more when its work is undone.
        """
        # what counts does not depend on who asks
        goals = self.sudo().filtered(
            lambda goal: goal.state in ("inprogress", "reached") and not goal.closed
        )
        changes = defaultdict(goals.browse)
        for (definition, first, last), same in goals.grouped(
            lambda goal: (goal.definition_id, goal.start_date, goal.end_date)
        ).items():
            values = same._collab_values(definition, first, last)
            for goal in same:
                vals = goal._collab_at(values.get(goal.user_id.id, 0))
                if any(goal[name] != value for name, value in vals.items()):
                    changes[tuple(vals.items())] |= goal
        for vals, same in changes.items():
            same.write(dict(vals))

    def _collab_values(self, definition, first, last):
        """Return how far the people are whose goals these are: user id → number."""
        users = self.user_id.ids
        if definition.computation_mode == "collab_streak":
            return dict(
                self.env.execute_query(
                    SQL(
                        "SELECT user_id, longest FROM collab_participant WHERE user_id = ANY(%s)",
                        users,
                    )
                )
            )
        # a week of Odoo's has eight days, the last of which is of the next
        is_week = first and last and last - first == timedelta(days=7)
        until = last and (last if is_week else last + timedelta(days=1))
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT user_id, COUNT(*) FROM (%s) work"
                    " WHERE user_id = ANY(%s) AND %s GROUP BY user_id",
                    work_query(definition.collab_source_id, first or EVER, until),
                    users,
                    SQL("by_other") if definition.collab_by_other else SQL("TRUE"),
                )
            )
        )

    def _collab_at(self, value):
        """Return what is written on a goal that is as far as that."""
        if self.definition_condition == "higher":
            is_reached = value >= self.target_goal
        else:
            is_reached = value <= self.target_goal
        if is_reached:
            return {"current": value, "state": "reached"}
        if self.end_date and self.end_date < fields.Date.today():
            return {"current": value, "state": "failed", "closed": True}
        return {"current": value, "state": "inprogress"}

    @api.model
    def _collab_cron(self):
        """Count the running goals of Collab, and give what they are rewarded with.

        Odoo does so once a day, and for those who were there lately.
        """
        yesterday = fields.Date.today() - timedelta(days=1)
        goals = self.search(
            [
                ("definition_id.computation_mode", "in", OURS),
                ("challenge_id.state", "=", "inprogress"),
                ("closed", "=", False),
                ("state", "in", ("inprogress", "reached")),
                "|",
                ("end_date", "=", False),
                ("end_date", ">=", yesterday),
            ],
            order="definition_id, start_date, end_date, id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(goals))
        for start in range(0, len(goals), BATCH):
            batch = goals[start : start + BATCH]
            in_parts(batch, lambda some: some._collab_count_and_reward(), _failed)
            if not cron._commit_progress(len(batch)):
                break

    def _collab_count_and_reward(self):
        before = self.filtered(lambda goal: goal.state == "reached")
        self._collab_count()
        reached = self.filtered(lambda goal: goal.state == "reached") - before
        reached.challenge_id._check_challenge_reward()


def _failed(goal):
    _logger.exception("The goal %s could not be counted", goal.id)
