# pylint: disable=translation-required,except-pass

from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

EVIL = "<img src=x onerror=alert(1)>"
URGENT_FAILS = "if record.urgent:\n    raise UserError('no <b>stock</b>')\nrecord.action_done()"


@tagged("post_install", "-at_install")
class TestCost(ApprovalCase):
    """Numbers of queries, at two sizes: they do not grow with the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._policy(
            cls.ann,
            {"users": cls.bob | cls.carl, "mode": "all"},
            cls.dora,
            domain="[('amount_company', '>', 100)]",
        )

    def _documents(self, size):
        documents = self.documents.union(*(self._document() for __ in range(size)))
        self.env.flush_all()
        return documents

    def _counts(self, size):
        documents = self._documents(size)
        counts = {}
        requests = self.requests.with_user(self.rina)
        counts["preview"] = self._count(lambda: requests.preview(MODEL, documents.ids))
        counts["submit"] = self._count(lambda: requests.submit(MODEL, documents.ids))
        self.env.cr.flush()
        found = requests.search([("res_model", "=", MODEL), ("res_id", "in", documents.ids)])
        counts["decide"] = self._count(lambda: found.with_user(self.ann).action_approve())
        counts["decide one of two"] = self._count(
            lambda: found.with_user(self.bob).action_approve()
        )
        counts["list"] = self._count(
            lambda: found.with_user(self.rina).read(
                ["res_name", "waiting_for", "summary", "about", "my_turn", "can_withdraw"]
            )
        )
        presenter = self.env["collab.approval.presenter"].with_user(self.carl)
        counts["card"] = self._count(lambda: presenter._card_rows(found.with_user(self.carl)))
        counts["count"] = self._count(
            lambda: self.env["collab.approval.task"].with_user(self.carl)._count_mine()
        )
        counts["panel"] = self._count(lambda: requests.panel(MODEL, documents[0].id))
        self._approve(found, self.carl)
        counts["end"] = self._count(lambda: found.with_user(self.dora).action_approve())
        counts["guarded write"] = self._count(lambda: documents.write({"state": "done"}))
        again = self._documents(size)
        counts["refused write"] = self._count(lambda: self._refused(again))
        request = requests.submit(MODEL, again.ids)
        counts["withdraw"] = self._count(lambda: request.action_withdraw())
        return counts

    def _refused(self, documents):
        try:
            documents.write({"state": "done"})
        except GuardError:
            pass

    def test_flat(self):
        self._counts(1)
        one, twenty = self._counts(1), self._counts(20)
        grown = {key: (one[key], twenty[key]) for key in one if twenty[key] > one[key]}
        self.assertFalse(grown)
        over = {key: (count, LIMITS[key]) for key, count in one.items() if count > LIMITS[key]}
        self.assertFalse(over)

    def test_moving(self):
        self._moving(1)
        self.assertLessEqual(self._moving(20), self._moving(1))

    def _moving(self, size):
        policy = self._submit(self._documents(size)).sudo().policy_id
        policy.name += "+"
        policy.action_publish()
        mover = policy.with_user(self.owner)
        mover._outdated_requests()  # what publishing has cleared is in the caches again
        count = self._count(mover.action_move_requests)
        self.assertFalse(policy._outdated_requests())
        return count


#: Queries of each kind of call, for one record and for twenty
LIMITS = {
    "preview": 18,
    "submit": 15,
    "decide": 5,
    "decide one of two": 4,
    "list": 10,
    "card": 13,
    "count": 1,
    "panel": 28,
    "end": 5,
    # one of them for the selection that is computed from the guarded field, and two to read
    # anew what is judged
    "guarded write": 15,
    "refused write": 8,
    "withdraw": 9,
}
