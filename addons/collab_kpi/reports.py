"""How reports are made and issued (decision 0017).

Functions, not methods, as methods can be called from the code of server actions.
"""

import base64
import hashlib
import json

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError

from odoo.addons.collab_base.log import append
from odoo.addons.collab_guard.seal import unsealed

from .core.canonical import digest, text
from .core.periods import Calendar, shift
from .issuing import compared, snapshot, tiles_shown, wholes
from .showing import tiles_of
from .workbook import workbook

#: What whoever signs has to do
TO_SIGN = "collab_kpi.mail_activity_type_report"


def calendar_of(report):
    """Return how the company of a report divided time when it was made."""
    return Calendar(*report.content["calendar"])


def draft(plan, start):
    """Make a draft.

    :param plan: ``collab.kpi.report.plan``, of the superuser
    :param date start: first day of a period that is over
    :return: ``collab.kpi.report``
    """
    previous = _previous(plan, start)
    report = unsealed(plan.env["collab.kpi.report"]).create(
        {
            "plan_id": plan.id,
            "company_id": plan.company_id.id,
            "period": plan.period,
            "start": start,
            "until": shift(start, plan.period, 1),
            "previous_id": previous.id,
            **_said(plan, start, previous),
        }
    )
    _ask(report)
    return report


def _ask(report):
    """Ask for the signature, if somebody is to sign."""
    signer = report.plan_id.signer_id
    if signer:
        report.plan_id.with_context(lang=signer.lang).activity_schedule(
            TO_SIGN,
            summary=report.with_context(lang=signer.lang).name,
            user_id=signer.id,
            date_deadline=fields.Date.today(),
        )


def refresh(report):
    """Have a draft say what the figures are now."""
    previous = _previous(report.plan_id, report.start)
    said = _said(report.plan_id, report.start, previous)
    unsealed(report).write(said | {"previous_id": previous.id})


def _previous(plan, start):
    """Return the report of a plan that was issued on the last period before one, of the same kind."""
    return plan.report_ids.filtered(
        lambda one: one.state == "issued" and one.start < start and one.period == plan.period
    ).sorted("start")[-1:]


def _said(plan, start, previous):
    """Return what a report on a period says now."""
    # as nobody in particular: how somebody arranges the dashboard for themselves is theirs
    env = plan.env(user=SUPERUSER_ID, context={"allowed_company_ids": plan.company_id.ids})
    tiles, __ = tiles_of(plan.dashboard_id.with_env(env))
    if not tiles:
        raise UserError(env._("There is nothing on “%s” to report on.", plan.dashboard_id.name))
    said = snapshot(env, tiles, plan.period, start)
    content = json.loads(text(said | {"plan": _words(plan), "before": _before(previous)}))
    kpis = env["collab.kpi"].browse(map(int, content["kpis"]))
    return {
        "content": content,
        "digest": digest(content),
        "has_nobody": any(row[5] is None for row in content["values"]),
        "version_ids": [fields.Command.set(kpis.version_ids.ids)],
    }


def _words(plan):
    """Return what a plan is called and says, in every language that is installed."""
    langs = [code for code, __ in plan.env["res.lang"].get_installed()]
    said = {lang: plan.with_context(lang=lang) for lang in langs}
    return {lang: {"name": one.name, "note": one.note or ""} for lang, one in said.items()}


def _before(report):
    """Return what a report has said, to be compared with."""
    if not report:
        return None
    return {
        "period": report.content["period"],
        "digest": report.digest,
        "figures": wholes(report.env, report.content),
    }


def words_of(report):
    """Return what a report is called, and what it says at first, in the language of the environment."""
    words = report.content["plan"]
    return words.get(report.env.lang or "en_US") or words.get("en_US") or next(iter(words.values()))


def issue(report, user):
    """Issue a draft: make its files, and write down that it was.

    :param report: ``collab.kpi.report``, of the superuser
    :param user: who issues it
    """
    env = report.env
    if not report.try_lock_for_update():
        raise UserError(env._("“%s” is being issued by somebody else.", report.name))
    files = list(_files(report))
    unsealed(report).write(
        {"state": "issued", "issued_at": fields.Datetime.now(), "issued_by": user.id}
    )
    made = unsealed(env["collab.kpi.report.file"]).create(files)
    append(
        env["collab.kpi.report.log"],
        [
            {
                "plan_id": report.plan_id.id,
                "report_id": report.id,
                "start": report.start,
                "digest": report.digest,
                "files": {one.name: one.digest for one in made},
                "user_id": user.id,
                "date": report.issued_at,
            }
        ],
    )
    if not report.plan_id.report_ids.filtered(lambda one: one.state == "draft"):
        report.plan_id.activity_unlink([TO_SIGN])
    _send(report)


def _send(report):
    """Send a report to its subscribers, each in their language; those who may not see all of it are
    named to who is responsible."""
    plan, kept_from = report.plan_id, report.env["res.users"]
    for user in plan.subscriber_ids:
        reader = report.with_user(user).with_context(
            allowed_company_ids=report.company_id.ids, lang=user.lang
        )
        may = report.company_id in user.company_ids and reader.search([("id", "=", report.id)])
        if not may:
            kept_from |= user
            continue
        file = report.file_ids.filtered(
            lambda one, lang=user.lang or "en_US": (one.kind, one.lang) == ("pdf", lang)
        )
        plan.with_context(lang=user.lang).message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.name,
            body=reader.env._("The report has been issued. It is attached, and kept in Collab."),
            attachment_ids=_copy(file).ids,
            model="collab.kpi.report.plan",
            res_id=plan.id,
        )
    if kept_from:
        plan.with_context(lang=plan.owner_id.lang).message_notify(
            partner_ids=plan.owner_id.partner_id.ids,
            subject=report.with_context(lang=plan.owner_id.lang).name,
            body=plan.with_context(lang=plan.owner_id.lang).env._(
                "Not sent to those who may not see all of its figures: %s",
                ", ".join(kept_from.mapped("name")),
            ),
            model="collab.kpi.report.plan",
            res_id=plan.id,
        )


def _copy(file):
    """Return an attachment for a mail: read by whoever may read the file, and by nobody else."""
    return file.env["ir.attachment"].create(
        {"name": file.name, "raw": file._bytes(), "res_model": file._name, "res_id": file.id}
    )


def _files(report):
    """Return the values of the files of a report, in each language of those who are sent it."""
    plan = report.plan_id
    people = plan.subscriber_ids | plan.owner_id | plan.signer_id
    langs = {one.lang or "en_US" for one in people}
    for lang in sorted(langs):
        said = report.with_context(lang=lang)
        for kind, content in (("pdf", pdf(said)), ("xlsx", xlsx(said))):
            yield {
                "report_id": report.id,
                "name": f"{said.name}.{kind}".replace("/", "-"),
                "kind": kind,
                "lang": lang,
                "content": base64.b64encode(content),
                "digest": hashlib.sha256(content).hexdigest(),
            }


def xlsx(report):
    """Return a report as a workbook, in the language of the environment."""
    env, content = report.env, report.content
    tiles, before = tiles_shown(env, content), compared(env, content)
    return workbook(env, report.name, content["company"][1], tiles, before)


def pdf(report):
    """Return a report as PDF, in the language of the environment."""
    content, __ = (
        report.env["ir.actions.report"]
        .with_context(force_report_rendering=True)
        ._render_qweb_pdf("collab_kpi.action_report", report.ids)
    )
    return content
