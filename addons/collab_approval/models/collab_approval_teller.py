import logging
from collections import defaultdict

import psycopg2
from markupsafe import Markup

from odoo import api, models

from odoo.addons.collab_base.bulk import update_rows

from .collab_approval_engine import DECISIVE

_logger = logging.getLogger(__name__)

#: Tasks, or requests, told of in one batch of the cron
BATCH = 500

#: Documents named in one message; the rest is a number
LINES = 10


class CollabApprovalTeller(models.AbstractModel):
    """Writes to people, see ``docs/decisions/0004``: a cron that looks every minute."""

    _name = "collab.approval.teller"
    _description = "Approval Messages"

    @api.model
    def _cron_tell(self):
        """Write to those who are asked, and to requesters whose request has ended.

        What came together makes one message. Each batch is committed by itself;
        somebody who cannot be written to does not keep the others waiting.
        """
        cron = self.env["ir.cron"]
        while batch := self._untold():
            self._tell(batch)
            if not cron._commit_progress(len(batch), remaining=len(self._untold(1))):
                return
        requests = self.env["collab.approval.request"]
        while ended := requests.search([("told", "=", False)], limit=BATCH):
            self._tell_ends(ended)
            if not cron._commit_progress(len(ended)):
                return

    @api.model
    def _untold(self, limit=BATCH):
        domain = [("state", "=", "pending"), ("told", "=", False)]
        return self.env["collab.approval.task"].search(domain, limit=limit, order="id")

    @api.model
    def _tell(self, tasks):
        by_user = defaultdict(tasks.browse)
        for task in tasks:
            for user in task._people() - task.barred_user_id - task.barred_owner_id:
                by_user[user] |= task
        for user, asked in by_user.items():
            requests = asked.request_id.with_context(lang=user.lang)
            self._message(
                user,
                requests,
                requests.env._("To decide: %s", requests[0].res_name)
                if len(requests) == 1
                else requests.env._("%s documents wait for your decision", len(requests)),
                requests.env._("Your decision is needed."),
            )
        update_rows(tasks, {"told": True})

    @api.model
    def _tell_ends(self, requests):
        failures = requests._failures(requests._documents_by_id())
        groups = requests.grouped(lambda r: (r.requester_id, r.state, r.id in failures))
        for (user, state, failed), ended in groups.items():
            ended = ended.with_context(lang=user.lang)
            if words := self._end_words(ended.env, state, failed):
                self._message(
                    user,
                    ended,
                    f"{ended[0].res_name}: {words[0]}"
                    if len(ended) == 1
                    else ended.env._("%s of your requests have ended", len(ended)),
                    " ".join(words),
                    failures,
                )
        update_rows(requests, {"told": True})

    @api.model
    def _end_words(self, env, state, failed):
        """Return sentences that tell a requester of an end, the news first, in the language
        of ``env``."""
        if state == "withdrawn":
            return [env._("Your request is withdrawn.")]
        if state not in ("approved", "rejected"):
            return []
        if not failed:
            return [
                env._("Your request is approved.")
                if state == "approved"
                else env._("Your request is rejected.")
            ]
        if state == "rejected":
            return [
                env._("Your request is rejected, but the follow-up failed."),
                env._("The document can still be moved on by hand."),
            ]
        return [
            env._("Your request is approved, but the follow-up failed."),
            env._(
                "The document can still be moved on by hand. Or withdraw the request, change the"
                " document and submit it again."
            ),
        ]

    @api.model
    def _message(self, user, requests, subject, words, failures=None):
        """Send a user one message about ``requests``, by inbox or e-mail as the
        user prefers. Somebody who cannot be written to does not stop the others.

        :param dict failures: see :meth:`.CollabApprovalRequest._failures`
        """
        failures = failures or {}
        lines = Markup().join(
            self._line(request, failures.get(request.id)) for request in requests[:LINES]
        )
        if len(requests) > LINES:
            lines += Markup("<li>%s</li>") % requests.env._("and %s more", len(requests) - LINES)
        one = len(requests) == 1
        try:
            with self.env.cr.savepoint():
                requests.env["mail.thread"].message_notify(
                    partner_ids=user.partner_id.ids,
                    author_id=self._author(requests).partner_id.id if one else None,
                    subject=subject,
                    body=Markup("<p>%s</p><ul>%s</ul>") % (words, lines),
                    model=requests._name if one else None,
                    res_id=requests.id if one else None,
                    force_send=False,
                )
        except psycopg2.OperationalError:
            raise  # the cron runs again
        except Exception:
            _logger.exception("%s could not be told of %s", user.login, subject)

    @api.model
    def _author(self, request):
        """Return whose news a message about one request is."""
        return self._end(request)[0] or request.requester_id

    @api.model
    def _end(self, request):
        """Return who has ended a request, and what they said: nobody, and the requester's
        note, while it runs."""
        if request.state == "running":
            return request.requester_id.browse(), request.note
        rows = request.log_ids.sorted("chain_index")
        row = rows.filtered(lambda row: row.event in DECISIVE)[-1:]
        return row.user_id, row.comment

    @api.model
    def _line(self, request, failure):
        """Return what a message says of one request: to those who are asked what the requester
        said, and to the requester who has ended it, and what they said."""
        who, said = self._end(request)
        said = ": ".join(filter(None, (who.name, said)))
        return Markup("<li><a href='%s'>%s</a> (%s)%s%s</li>") % (
            f"/odoo/action-collab_approval.action_collab_approval_request_all/{request.id}",
            request.res_name,
            request.model_name,
            Markup("<br/><i>%s</i>") % said if said else "",
            Markup("<br/>%s") % request.env._("Follow-up failed: %s", failure) if failure else "",
        )
