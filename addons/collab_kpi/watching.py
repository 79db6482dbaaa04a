"""How figures stand to their targets, and who is told.

Functions, not methods, as methods can be called from the code of server actions.
"""

from markupsafe import escape

from odoo import fields

from odoo.addons.collab_guard.seal import unsealed

from .aims import aim_text
from .core.status import Watch, assess, watch
from .known import known
from .labels import Labels
from .looks import writer
from .reading import Sight
from .windows import NOBODY, calendars, running, today

ACTIVITY = "collab_kpi.mail_activity_type_target"


def watch_targets(kpi):
    """Look how an indicator stands to its targets, note it, and tell who is responsible of what has
    been off target for as long as is borne.

    :param kpi: ``collab.kpi`` that has just been counted, of the superuser
    """
    if not kpi.target_ids:
        return
    env = kpi.env
    zones = calendars(env, kpi.version_id.definition["company"])
    statuses = {
        (one.target_id, one.company_id.id or NOBODY): one for one in kpi.target_ids.status_ids
    }
    figures = _figures(kpi, zones)
    aims = {(one.grain, one.since, one.company_id): one for one in known(env, kpi.ids)[kpi.id].aims}
    for target, company_id, start, figure in _looks(kpi, zones, figures):
        aim = aims[target.grain, target.since, target.company_id.id or NOBODY]
        kept = statuses.get((target, company_id))
        before = Watch(kept.bad_since or None, kept.is_alert) if kept else Watch()
        status = assess(aim.target, figure, (kept and kept.status) or None)
        state, deed = watch(before, status, today(zones[company_id]), target.grace)
        seen = {"start": start, "figure": figure, "status": status}
        seen |= {"bad_since": state.since, "is_alert": state.raised}
        kept = _note(target, company_id, kept, seen)
        if deed == "raise" and not _raise(kpi, aim, kept):
            # whoever is responsible may see it later, or be somebody else
            unsealed(kept).write({"is_alert": False})
        elif deed == "clear":
            _clear(kpi, kept)


def _figures(kpi, zones):
    """Return the figures of the periods that run, and of those before them: kind of the period, first
    day, company → figure."""
    first = min(
        running(target.grain, calendar, 1)
        for target in kpi.target_ids
        for calendar in zones.values()
    )
    values = kpi.env["collab.kpi.value"].search_fetch(
        [
            ("kpi_id", "=", kpi.id),
            ("grain", "in", list(set(kpi.target_ids.mapped("grain")))),
            ("start", ">=", first),
            ("dimension_id", "=", False),
        ],
        ["grain", "start", "company_id", "value", "lack", "weight"],
    )
    additive = kpi.version_id.definition.get("aggregate") in ("count", "sum")
    return {
        (one.grain, one.start, one.company_id.id or NOBODY): one.value
        for one in values
        if not one.lack and (one.weight or additive or one.value)
    }


def _looks(kpi, zones, figures):
    """Return what is to be looked at: target, company, first day of the period, figure. Of several
    targets for the same periods, the latest counts, and that of the company before that of all."""
    for company_id, calendar in zones.items():
        for grain in dict.fromkeys(kpi.target_ids.mapped("grain")):
            for target in kpi.target_ids.sorted(
                lambda one: (one.since, bool(one.company_id), one.id), reverse=True
            ):
                start = running(grain, calendar, 0 if target.is_running else 1)
                is_for = target.company_id.id in (False, company_id)
                if target.grain == grain and is_for and target.since <= start:
                    if (grain, start, company_id) in figures:
                        yield target, company_id, start, figures[grain, start, company_id]
                    break


def _note(target, company_id, kept, seen):
    """Keep how a figure stands to a target.

    :param kept: ``collab.kpi.status`` of it, if there is one
    """
    if kept:
        unsealed(kept).write(seen)
        return kept
    keys = {"target_id": target.id, "company_id": company_id}
    return unsealed(target.env["collab.kpi.status"]).create(seen | keys)


def _raise(kpi, aim, status):
    """Give who is responsible something to do, if they may see what it is about; return whether."""
    owner = kpi.owner_id
    company = status.company_id
    if not owner.active or (company and company not in owner.company_ids):
        return False
    reader = kpi.with_user(owner).with_context(
        allowed_company_ids=(company or owner.company_id).ids, lang=owner.lang
    )
    env = reader.env
    kpis = known(env, kpi.ids)
    if not Sight(env, kpis).sees(kpi.id, company.id or NOBODY):
        return False
    what = kpis[kpi.id]
    text = writer(env, what.look)
    calendar = (company or owner.company_id)._collab_calendar()
    summary = env._(
        "%(kpi)s: %(figure)s, %(target)s",
        kpi=what.name,
        figure=text(status.figure),
        target=aim_text(env, aim, text),
    )
    period = Labels(env, aim.grain, calendar).long(status.start)
    kpi.with_context(lang=owner.lang).activity_schedule(
        ACTIVITY,
        summary=summary,
        note=escape(f"{period} · {company.name}" if company else period),
        user_id=owner.id,
        date_deadline=fields.Date.today(),
    )
    return True


def _clear(kpi, status):
    """Take back what was to be done: it is on target again, or nearly."""
    # one indicator can be off target in several companies
    others = kpi.target_ids.status_ids.filtered(lambda one: one.is_alert and one != status)
    if not others:
        kpi.activity_unlink([ACTIVITY])
