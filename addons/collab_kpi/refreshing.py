"""How an indicator is counted from where it is open (decision 0016).

Functions, not methods, as methods can be called from the code of server actions.
"""

from datetime import timedelta

from .core.periods import LONGER, start_of
from .counting import WHOLE, Figure, is_added, put_together
from .defining import definition_of
from .formulas import check, figures_of
from .storing import forget, freeze, kept, store
from .windows import Window, calendars, today

#: Days before this one that are counted each time
LATELY = timedelta(days=1)


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
    :param bool whole: whether to count all of the days that are open, and longer periods that are
        not put together
    :return: whether anything has changed, and a dict of what to note
    """
    version = kpi.version_id
    window = window_of(kpi.env, version.definition, kpi.open_from or kpi.since)
    done = {}
    if not kpi.open_from:
        figures = _from_beginning(_counted(kpi, window))
    elif _is_by_days(version.definition):
        figures = _of_days(kpi, window, whole or _needs_all_days(kpi, window))
        done["days_version_id"] = version.id
    else:
        figures = _counted(kpi, window)
    changed = store(kpi, version, figures, grain=window.grain, first=_first(window))
    for grain in LONGER[window.grain]:
        changed |= _longer(kpi, window, grain, whole)
    return changed, done | {"open_from": settle(kpi, window, whole)}


def _counted(kpi, window):
    return started(figures_of(kpi.env, kpi.version_id.definition, window), window)


def _is_by_days(definition):
    """Return whether the periods that are open are put together of their days, so that only the last
    of them have to be counted most of the time."""
    return definition["period"] != "day" and is_added(definition)


def _needs_all_days(kpi, window):
    """Return whether to count all of the days that are open: as some have not been by this version,
    or since; or as a period is about to be closed, which is for good."""
    days = map(today, window.calendars.values())
    since = kpi.counted_at and kpi.counted_at.date()
    return (
        kpi.days_version_id != kpi.version_id
        or not since
        or since < min(days) - LATELY
        or _open_from(kpi, window) > kpi.open_from
    )


def _of_days(kpi, window, whole):
    """Return the figures of the periods that are open, after their last days have been counted; what
    changes in earlier ones is found when all are."""
    first = window.first
    if not whole:
        first = max(first, min(map(today, window.calendars.values())) - LATELY)
    days = Window("day", first, window.calendars, window.last)
    store(kpi, kpi.version_id, _counted(kpi, days), grain="day", first=first)
    return _put_together(kpi, "day", window)


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
            if figure.weight or figure.lack == "few":
                begin = begins.get(figure.company_id, figure.start)
                begins[figure.company_id] = min(figure.start, begin)
    return [
        figure
        for figure in figures
        if figure.start >= begins.get(figure.company_id, last[figure.company_id])
    ]


def _longer(kpi, window, grain, whole):
    """Count, or put together, the longer periods that are open."""
    version = kpi.version_id
    longer = Window(grain, window.first, window.calendars, window.last)
    if is_added(version.definition):
        figures = _put_together(kpi, window.grain, longer)
    elif whole or _is_always_counted(version.definition):
        figures = _counted(kpi, longer)
        if not kpi.open_from:
            figures = _from_beginning(figures)
    else:
        return False
    return store(kpi, version, figures, grain=grain, first=_first(longer))


def _put_together(kpi, short, window):
    """Return the figures of the periods of a window, made of the shorter ones that are kept.

    :param str short: kind of the shorter ones
    """
    definition = kpi.version_id.definition
    begins = {company_id: window.starts(company_id)[0] for company_id in window.calendars}
    figures = [
        Figure(short, start, company_id, by, part, value, total, weight, lack)
        for start, company_id, by, part, value, total, weight, lack in _indexed(
            definition, kept(kpi, short, min(begins.values()))
        )
        if company_id in begins and start >= begins[company_id]
    ]
    return put_together(definition, figures, window.grain, window.calendars)


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
    settled = _settled(kpi, window)
    open_from = _open_from(kpi, window)
    if not whole and open_from == kpi.open_from:
        return open_from
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
    if _is_by_days(kpi.version_id.definition):
        forget(kpi, "day", open_from)
    return open_from


def _settled(kpi, window):
    """Return until when all is in that there will be: company id, or None → day."""
    return {
        company_id: today(calendar) - timedelta(days=kpi.settling)
        for company_id, calendar in window.calendars.items()
    }


def _open_from(kpi, window):
    """Return the first day of the first period that is not over for good, of any company."""
    return min(
        start_of(day, window.grain, window.calendars[company_id])
        for company_id, day in _settled(kpi, window).items()
    )
