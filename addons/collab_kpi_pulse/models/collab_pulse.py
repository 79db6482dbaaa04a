from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_kpi.facts import departments
from odoo.addons.collab_kpi.windows import today

#: From not at all to very much
SCORES = range(1, 6)


class CollabPulse(models.Model):
    """What somebody has answered to the question of a month: theirs, and nobody else's.

    :meth:`answer` is the one way in, and takes neither a person nor a month.
    """

    _name = "collab.pulse"
    _description = "Answer to the Monthly Question"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _order = "month desc, id desc"
    _rec_name = "month"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    score = fields.Integer(readonly=True, help="0: they would rather not say.")
    # as they were then: otherwise somebody could be moved to see what a figure does
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")

    _once_a_month = models.UniqueIndex("(user_id, month)")
    _score_range = models.Constraint("CHECK(score BETWEEN 0 AND 5)", "A score is from 1 to 5.")

    # Not by a rule alone: administrators change rules.

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            domain = Domain(domain) & Domain("user_id", "=", self.env.uid)
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or self.env.su:
            return refused
        others = self.filtered(lambda one: one.sudo().user_id != self.env.user)
        return others and (others, lambda: AccessError(self.env._("Answers are told to nobody.")))

    @api.model
    @api.readonly
    def mine(self):
        """Return what the current user has answered this month.

        :return: dict: ``month``, its first day; ``score``, 0 if they would rather not say, or None
            if they have not said anything
        """
        self._check_internal()
        month = self._month()
        mine = self.sudo().search([("user_id", "=", self.env.uid), ("month", "=", month)])
        return {
            "month": fields.Date.to_string(month),
            "score": mine.score if mine else None,
        }

    @api.model
    def answer(self, score):
        """Answer this month's question as the current user; once more changes the answer.

        :param int score: from 1, not at all, to 5, very much; 0: they would rather not say
        :return: what :meth:`mine` returns
        """
        self._check_internal()
        if type(score) is not int or score not in (0, *SCORES):
            raise UserError(self.env._("Choose from 1 to 5."))
        # at once, as somebody may tap twice
        self.env.execute_query(
            SQL(
                """
                INSERT INTO collab_pulse
                       (user_id, month, score, company_id, department_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT person.id, %(month)s, %(score)s, person.company_id, of.department_id,
                       person.id, %(now)s, person.id, %(now)s
                  FROM res_users person
                  LEFT JOIN (%(departments)s) of ON of.user_id = person.id
                 WHERE person.id = %(uid)s
                ON CONFLICT (user_id, month)
                DO UPDATE SET score = EXCLUDED.score, write_date = EXCLUDED.write_date
                RETURNING id
                """,
                uid=self.env.uid,
                month=self._month(),
                score=score,
                departments=departments(self.sudo().env),
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model(flush=False)
        return self.mine()

    def _month(self):
        """Return the first day of the month it is where the current user works."""
        return today(self.env.user.company_id._collab_calendar()).replace(day=1)

    def _check_internal(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The question is for internal users."))
