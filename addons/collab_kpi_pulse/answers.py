"""What people have answered to the question of a month, once it is over.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo.tools import SQL

from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.rows import facts_of_rows
from odoo.addons.collab_kpi.windows import NOBODY, today


def methods(env):
    """Return what can be counted of answers: key → :class:`.Method`."""
    # no records: what somebody has answered is told to nobody
    return {
        "collab_kpi_pulse.score": Method(
            env._("Answers to the monthly question"),
            _scores,
            ("collab.pulse",),
            {"department_id": "hr.department"},
            minimum=5,
        )
    }


def _scores(env, definition, window):
    """Return each answer of a month that is over, as a number from 1 to 5.

    Not of the running month: its figure moves with every answer, and tells the last one.
    """
    env["collab.pulse"].flush_model()
    over = [
        SQL("(%s::int, %s::date)", company_id, today(calendar).replace(day=1))
        for company_id, calendar in window.calendars.items()
        if company_id is not NOBODY
    ]
    rows = SQL(
        """
        SELECT pulse.id, pulse.user_id, pulse.company_id, pulse.department_id, pulse.month,
               pulse.score
          FROM collab_pulse pulse
          JOIN (VALUES %s) running (company_id, month) ON running.company_id = pulse.company_id
         WHERE pulse.score > 0 AND pulse.month < running.month
        """,
        SQL(", ").join(over),
    )
    amount = SQL("line.score::float8")
    columns = ("department_id",)
    return facts_of_rows(env, definition, window, rows, amount, "month", columns, is_timed=False)
