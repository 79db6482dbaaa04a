"""Amounts in one currency, each at the rate of its day.

Functions, not methods, as methods can be called from the code of server actions.
"""

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal, localcontext

from odoo.tools import SQL

from .core.periods import midnight
from .windows import NOBODY

#: Digits of what amounts are multiplied by
PRECISION = 20


def converted(env, query, amount, currency, target, *, at, is_timed, company, window):
    """Return an amount in a currency, as an expression, and as another the currency that it is in
    where that has no rate, by which the amount is lost.

    Rates are those that Odoo takes: of the day, or the last before it, or the first there is; of
    the company (of its root) before those of all companies. Amounts are rounded one by one, as
    Odoo does. Unlike Odoo, a foreign currency without any rate is not taken to be worth the same.

    :param query: :class:`odoo.tools.Query`, to which a join is added
    :param SQL currency: id of the currency that the amount is in
    :param target: ``res.currency`` that all are to be in
    :param SQL at: when it was
    :param SQL company: of which company it is
    :param window: :class:`.windows.Window`
    """
    kind = SQL("timestamp[]") if is_timed else SQL("date[]")
    rows = [
        SQL(
            "(%s::int, %s::int, %s::%s, %s::numeric[])",
            currency_id,
            company_id,
            days,
            kind,
            factors,
        )
        for company_id in window.calendars
        for currency_id, days, factors in _factors(env, company_id, target, is_timed, window)
    ]
    if not rows:
        lost = SQL(
            "CASE WHEN %s <> %s AND %s <> 0 THEN %s END", currency, target.id, amount, currency
        )
        return amount, lost
    alias = query.make_alias(query.table, "factor")
    table = SQL(
        "(SELECT * FROM (VALUES %s) factor (currency_id, company_id, days, factors))",
        SQL(", ").join(rows),
    )
    factor = SQL.identifier(alias)
    query.add_join(
        "LEFT JOIN",
        alias,
        table,
        SQL(
            "%(factor)s.currency_id = %(currency)s"
            " AND %(factor)s.company_id IS NOT DISTINCT FROM %(company)s",
            factor=factor,
            currency=currency,
            company=company,
        ),
    )
    is_same = SQL("(%s IS NULL OR %s = %s)", currency, currency, target.id)
    exact = SQL(
        "CASE WHEN %(same)s THEN %(amount)s::numeric ELSE ROUND(%(amount)s::numeric"
        " * %(factor)s.factors[1 + width_bucket(%(at)s, %(factor)s.days)], %(digits)s) END",
        same=is_same,
        amount=amount,
        factor=factor,
        at=at,
        digits=target.decimal_places,
    )
    lost = SQL(
        "CASE WHEN NOT %s AND %s <> 0 AND %s.factors IS NULL THEN %s END",
        is_same,
        amount,
        factor,
        currency,
    )
    return exact, lost


def _factors(env, company_id, target, is_timed, window):
    """Return for each foreign currency from when on it is worth how much of the target: rows of its
    id, the moments when that changes, and the factors before, between and after them."""
    # what is of no company goes by the first one's
    company = (
        env["res.company"].browse(company_id)
        if company_id is not NOBODY
        else env["res.company"].search([], order="id", limit=1)
    )
    root = company.root_id
    rates = _rates(env, root)
    # what a company keeps its books in is worth itself
    rates.setdefault(root.currency_id.id, [(None, Decimal(1))])
    if target.id not in rates:
        return
    zone = window.calendars[company_id].zone
    for currency_id, steps in rates.items():
        if currency_id == target.id:
            continue
        days = sorted({day for day, __ in [*steps, *rates[target.id]] if day})
        with localcontext(prec=PRECISION):
            factors = [_at(rates[target.id], day) / _at(steps, day) for day in [None, *days]]
        yield currency_id, [midnight(day, zone) for day in days] if is_timed else days, factors


def _rates(env, root):
    """Return the rates of a company, currency id → list of (day, rate), by day."""
    env["res.currency.rate"].flush_model()
    own, common = defaultdict(list), defaultdict(list)
    for currency_id, company_id, day, rate in env.execute_query(
        SQL(
            "SELECT currency_id, company_id, name, rate FROM res_currency_rate"
            " WHERE (company_id IS NULL OR company_id = %s) AND rate > 0 ORDER BY name",
            root.id,
        )
    ):
        (own if company_id else common)[currency_id].append((day, Decimal(str(rate))))
    found = dict(common)
    for currency_id, steps in own.items():
        # before a company's own first rate, those of all companies hold; before these, its own again
        before = [step for step in common[currency_id] if step[0] < steps[0][0]]
        found[currency_id] = [(None, steps[0][1]), *before, *steps]
    return found


def _at(steps, day):
    """Return the rate of a day: the last until then, or the first there is."""
    dated = [step for step in steps if step[0]]
    index = bisect_right(dated, day, key=lambda step: step[0]) if day else 0
    return dated[index - 1][1] if index else steps[0][1]
