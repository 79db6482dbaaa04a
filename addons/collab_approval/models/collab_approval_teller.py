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

#: Documents listed in one message, and named before its news; the rest is a number
LINES, NAMES = 10, 3


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
            if words := self._end_words(ended.env, state, failed, len(ended)):
                self._message(
                    user,
                    ended,
                    self._headline(ended, ended.res_name, words[0])
                    if len(ended) == 1
                    else ended.env._("%s of your requests have ended", len(ended)),
                    " ".join(words),
                    failures,
                )
        update_rows(requests, {"told": True})

    @api.model
    def _end_words(self, env, state, failed, count):
        """Return sentences that tell a requester of an end, the news first, in the language
        of ``env``."""
        ends = {
            "withdrawn": (
                env._("Your request is withdrawn."),
                env._("Your requests are withdrawn."),
            ),
            "approved": (
                env._("Your request is approved."),
                env._("Your requests are approved."),
            ),
            "rejected": (
                env._("Your request is rejected."),
                env._("Your requests are rejected."),
            ),
        }
        failed_ends = {
            "approved": (
                env._("Your request is approved, but the follow-up failed."),
                env._("Your requests are approved, but their follow-up failed."),
            ),
            "rejected": (
                env._("Your request is rejected, but the follow-up failed."),
                env._("Your requests are rejected, but their follow-up failed."),
            ),
        }
        news = (failed_ends if failed else ends).get(state)
        if not news:
            return []
        return [news[count > 1], *([self._way_on(env, state)] if failed else [])]

    @api.model
    def _way_on(self, env, state):
        """Return the sentence that says what can be done after a follow-up that failed."""
        if state == "rejected":
            return env._("The document can still be moved on by hand.")
        return env._(
            "The document can still be moved on by hand. Or withdraw the request, change the"
            " document and submit it again."
        )

    @api.model
    def _message(self, user, requests, subject, words, failures=None):
        """Send a user one message about ``requests``, by inbox or e-mail as the
        user prefers. Somebody who cannot be written to does not stop the others.

        :param dict failures: see :meth:`.CollabApprovalRequest._failures`
        """
        one = len(requests) == 1
        try:
            with self.env.cr.savepoint():
                requests.env["mail.thread"].message_notify(
                    partner_ids=user.partner_id.ids,
                    author_id=self._author(requests).partner_id.id if one else None,
                    subject=subject,
                    body=self._body(requests, words, failures or {}),
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
    def _body(self, requests, words, failures):
        """Return the text of a message. Previews show it in one line, without its tags: what
        it is about comes first, and signs part what follows."""
        if len(requests) == 1:
            about = self._link(requests)
            rest = [Markup("<p>%s</p>") % one for one in self._details(requests, failures)]
        else:
            about = self._names(requests)
            rest = [Markup("<ul><li>%s</li></ul>") % self._lines(requests, failures)]
        return Markup(" ").join(
            [Markup("<p>%s</p>") % self._headline(requests, about, words), *rest]
        )

    @api.model
    def _headline(self, requests, about, words):
        return requests.env._("%(about)s: %(news)s", about=about, news=words)

    @api.model
    def _names(self, requests):
        return ", ".join([*requests[:NAMES].mapped("res_name"), *self._more(requests, NAMES)])

    @api.model
    def _more(self, requests, limit):
        count = len(requests) - limit
        return [requests.env._("and %s more", count)] if count > 0 else []

    @api.model
    def _lines(self, requests, failures):
        lines = [
            Markup(" – ").join([self._link(request), *self._details(request, failures)])
            for request in requests[:LINES]
        ]
        return Markup(";</li> <li>").join([*lines, *self._more(requests, LINES)])

    @api.model
    def _link(self, request):
        return Markup("<a href='%s'>%s</a> (%s)") % (
            f"/odoo/action-collab_approval.action_collab_approval_request_all/{request.id}",
            request.res_name,
            request.model_name,
        )

    @api.model
    def _details(self, request, failures):
        """Return what a message says of one request: to those who are asked what the requester
        said, and to the requester who has ended it, what they said, and what failed."""
        who, said = self._end(request)
        result = []
        if said := ": ".join(filter(None, (who.name, said))):
            result.append(Markup("<i>%s</i>") % said)
        if failure := failures.get(request.id):
            result.append(request.env._("Follow-up failed: %s", failure))
        return result
