import random
from datetime import datetime, time

from odoo import Command, api, models

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_kpi.reports import draft

from ..story.months import first_day
from ..story.orders import tell_orders
from ..story.papers import tell_documents
from ..story.work import tell_answers, tell_work

#: What indicators are to come to: code → kind, figure, and how much less is not that bad
AIMS = {"adoption": ("at_least", 80, 10), "approval_time": ("at_most", 16, 4)}


class CollabDemo(models.AbstractModel):
    """Tells how a company has come to work with all of this in more than a year, for indicators to
    have something to show. What people have to decide on now is left alone.

    The story itself is told by functions, as methods can be called from the code of server actions.
    """

    _inherit = "collab.demo"

    @api.model
    def _tell_company(self, user_ids, buyer_ids, author_id):
        """Tell what everybody has done in the last months.

        :param list user_ids: everybody; those of the first were quick to take to it
        :param list buyer_ids: those whose purchase orders were approved
        :param int author_id: who has written the documents
        """
        self._check_telling()
        users = self.env["res.users"].browse(user_ids)
        update_rows(users, {"create_date": datetime.combine(first_day(0), time(6))})
        chance = random.Random(13)
        active = tell_work(users, chance)
        tell_answers(users, active, chance)
        tell_orders(users.browse(buyer_ids), chance)
        tell_documents(users.browse(author_id), users, active, chance)

    @api.model
    def _tell_figures(self):
        """Set targets, count everything, and have a report be signed."""
        self._check_telling()
        self.env.flush_all()
        kpis = self.env["collab.kpi"].search([("state", "=", "on")])
        for code, (kind, value, warning) in AIMS.items():
            target = {"kind": kind, "value": value, "warning": warning, "since": first_day(0)}
            kpis.search([("code", "=", code)]).target_ids = [Command.create(target)]
        kpis._step({"open_from": False})
        kpis._count_now()
        plan = self.env.ref("collab_kpi.plan_efficiency")
        draft(plan, plan._last_start())
