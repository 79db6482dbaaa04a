"""Final figures, counted anew.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.collab_guard.seal import unsealed

from .core.periods import LONGER
from .facts import DefinitionError
from .formulas import figures_of
from .refreshing import settle, started
from .storing import store
from .windows import Window, calendars, today


def recount(kpi, first, last, reason):
    """Count the figures of periods anew, also those that are final, and note what there was before.

    Longer periods are counted anew that have one of the days in them. What others are made of this
    indicator for is not: their final figures are counted anew by themselves.

    :param kpi: ``collab.kpi``, of the superuser, in the environment of who has it done
    :param date first: day in the first of the periods
    :param date last: day in the last
    :param str reason: why
    :return: ``collab.kpi.recount``
    """
    kpi.lock_for_update()
    env, version = kpi.env, kpi.version_id
    zones = calendars(env, version.definition["company"])
    last = min(last, max(map(today, zones.values())))
    first = max(first, kpi.since)
    before = _kept(kpi)
    for grain in (kpi.period, *LONGER[kpi.period]):
        window = Window(grain, first, zones, last)
        try:
            figures = started(figures_of(env, version.definition, window), window)
        except DefinitionError as error:
            raise UserError(str(error)) from error
        bounds = [window.starts(one) for one in zones]
        store(
            kpi,
            version,
            figures,
            grain=grain,
            first=min(starts[0] for starts in bounds),
            until=max(starts[-1] for starts in bounds),
            also_frozen=True,
        )
    settle(kpi, Window(kpi.period, first, zones, last), whole=True)
    after = _kept(kpi)
    changed = sorted(set(before) ^ set(after))
    return unsealed(env["collab.kpi.recount"]).create(
        {
            "kpi_id": kpi.id,
            "version_id": version.id,
            "first": first,
            "last": last,
            "reason": reason.strip(),
            "changed": len({row[:5] for row in changed}),
            "before": [list(row) for row in sorted(set(before) - set(after))],
        }
    )


def _kept(kpi):
    """Return all that is kept, as rows of texts."""
    return kpi.env.execute_query(
        SQL(
            "SELECT grain, start::text, COALESCE(company_id, 0)::text,"
            " COALESCE(dimension_id, 0)::text, COALESCE(res_id, 0)::text,"
            " COALESCE(value::text, ''), COALESCE(weight, 0)::text, COALESCE(lack, ''),"
            " version_id::text FROM collab_kpi_value WHERE kpi_id = %s",
            kpi.id,
        )
    )
