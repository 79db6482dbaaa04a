"""Where a target starts from: what an indicator came to in the year before.

Functions, not methods, as methods can be called from the code of server actions.
"""

from contextlib import suppress
from statistics import fmean

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .core.periods import shift
from .known import known
from .looks import writer
from .reading import Sight
from .windows import today

BEFORE = relativedelta(years=1)


def baselines(targets):
    """Return what indicators came to on average, period by period, in the year before their targets
    hold: target → text, for those of which the current user may see figures.

    Of a target of no company, it is that of the company in which the user is.
    """
    asked = {target: target.company_id.id or target.env.company.id for target in targets}
    kpi_ids = {target: target.kpi_id._origin.id for target in targets}
    env = targets.env
    asked = {
        one: company
        for one, company in asked.items()
        if kpi_ids[one] and one.since and company in env.companies.ids
    }
    kpis = known(env, set(kpi_ids.values()) - {False}) if asked else {}
    sight = Sight(env, kpis)
    values = _values(env, asked, kpi_ids)
    found = {}
    for target, company_id in asked.items():
        kpi = kpis.get(kpi_ids[target])
        # of records that are of no company, there is one figure for all
        for of in (company_id, None):
            before = values.get((target, of))
            if kpi and before and sight.sees(kpi.id, of):
                with suppress(OverflowError):  # nobody could read it
                    found[target] = writer(env, kpi.look)(fmean(before))
                break
    return found


def _values(env, asked, kpi_ids):
    """Return the figures of the periods that are over, by target and company."""
    if not asked:
        return {}
    env["collab.kpi.value"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT kpi_id, grain, start, company_id, value
              FROM collab_kpi_value
             WHERE kpi_id = ANY(%s) AND dimension_id IS NULL AND value IS NOT NULL
               AND start >= %s AND start < %s
               AND COALESCE(company_id, 0) = ANY(%s)
             ORDER BY start
            """,
            list({kpi_ids[one] for one in asked}),
            min(one.since for one in asked) - BEFORE,
            max(one.since for one in asked),
            [0, *asked.values()],
        )
    )
    found = {}
    for target, chosen in asked.items():
        day = today(env["res.company"].browse(chosen)._collab_calendar())
        for kpi_id, grain, start, company_id, value in rows:
            if (
                (kpi_id, grain) == (kpi_ids[target], target.grain)
                and company_id in (chosen, None)
                and target.since - BEFORE <= start < target.since
                and shift(start, grain, 1) <= day
            ):
                found.setdefault((target, company_id), []).append(value)
    return found
