"""How an indicator is counted from where it is open (decision 0016).

Functions, not methods, as methods can be called from the code of server actions.
"""

from datetime import timedelta

from .core.periods import LONGER, start_of
from .counting import WHOLE, Figure, is_added, put_together
from .defining import definition_of
from .formulas import check, figures_of
from .storing import freeze, kept, store
from .windows import Window, calendars, today


def try_out(kpi):
    """Count an indicator of this very day, to see whether that is possible.

    :raise DefinitionError: where it is not; the text says why
    """
    if kpi.kind == "formula":
        check(kpi)
        return
    definition = definition_of(kpi)
    figures_of(kpi.env, definition, window_of(kpi.env, definition, since=None))


def window_of(env, definition, since, grain=None):
    """Return the periods from a day on until now.

    :param date since: the day; None for the running ones alone
    """
    zones = calendars(env, definition["company"])
    last = max(map(today, zones.values()))
    return Window(grain or definition["period"], since or last, zones, last)


def refresh(kpi, whole):
    """Count what is open of an indicator, keep it, and close what is over.

    :param kpi: ``collab.kpi``, locked, of the superuser
    :param bool whole: whether to count longer periods, too, that are not put together
    :return: dict of what to note: ``open_from``
    """
    env, version = kpi.env, kpi.version_id
    definition = version.definition
    since = kpi.open_from or kpi.since
    window = window_of(env, definition, since)
    figures = started(figures_of(env, definition, window), window)
    if not kpi.open_from:
        figures = _from_beginning(figures)
    changed = store(kpi, version, figures, grain=window.grain, first=_first(window))
    for grain in LONGER[window.grain]:
        changed |= _longer(kpi, version, window, grain, whole)
    return {"open_from": settle(kpi, window, whole)}


def _first(window):
    return min(window.starts(one)[0] for one in window.calendars)


def started(figures, window):
    """Leave out figures of periods that have not begun where their company is."""
    days = {company_id: today(calendar) for company_id, calendar in window.calendars.items()}
    return [figure for figure in figures if figure.start <= days[figure.company_id]]


def _from_beginning(figures):
    """Leave out what is before a company had anything to count: that is no zero, but nothing."""
    begins, last = {}, {}
    for figure in figures:
        if figure.breakdown is WHOLE:
            last[figure.company_id] = max(figure.start, last.get(figure.company_id, figure.start))
            if figure.weight:
                begin = begins.get(figure.company_id, figure.start)
                begins[figure.company_id] = min(figure.start, begin)
    return [
        figure
        for figure in figures
        if figure.start >= begins.get(figure.company_id, last[figure.company_id])
    ]


def _longer(kpi, version, window, grain, whole):
    """Count, or put together, the longer periods that are open."""
    definition = version.definition
    longer = Window(grain, window.first, window.calendars, window.last)
    first = _first(longer)
    if is_added(definition):
        short = [
            Figure(window.grain, start, company_id, by, part, value, total, weight, lack)
            for start, company_id, by, part, value, total, weight, lack in _indexed(
                definition, kept(kpi, window.grain, first)
            )
            if company_id in window.calendars
            and start >= start_of(longer.first, grain, window.calendars[company_id])
        ]
        figures = put_together(definition, short, grain, window.calendars)
    elif whole or _is_always_counted(definition):
        figures = started(figures_of(kpi.env, definition, longer), longer)
        if not kpi.open_from:
            figures = _from_beginning(figures)
    else:
        return False
    return store(kpi, version, figures, grain=grain, first=first)


def _is_always_counted(definition):
    """Return whether longer periods cost no query over the facts."""
    return definition["kind"] == "formula" or is_added(definition)


def _indexed(definition, rows):
    """Return kept figures with the number of their breakdown for its dimension; those of one that
    is no more are left out."""
    numbers = {one["dimension"]: index for index, one in enumerate(definition["breakdowns"])}
    numbers[None] = WHOLE
    for start, company_id, dimension_id, *rest in rows:
        if dimension_id in numbers:
            yield start, company_id, numbers[dimension_id], *rest


def settle(kpi, window, whole):
    """Freeze what is over for good.

    :return: from when on it is open
    """
    settled = {
        company_id: today(calendar) - timedelta(days=kpi.settling)
        for company_id, calendar in window.calendars.items()
    }
    for grain in (window.grain, *LONGER[window.grain]):
        if grain == window.grain or whole or _is_always_counted(kpi.version_id.definition):
            freeze(
                kpi,
                grain,
                {
                    company_id: start_of(day, grain, window.calendars[company_id])
                    for company_id, day in settled.items()
                },
            )
    return min(
        start_of(day, window.grain, window.calendars[company_id])
        for company_id, day in settled.items()
    )
