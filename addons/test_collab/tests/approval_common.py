import itertools
from contextlib import contextmanager

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.collab_guard.tests.common import QueryCount, made_earlier

MODEL = "test.collab.document"
URGENT_FAILS = "if record.urgent:\n    raise UserError('no <b>stock</b>')\nrecord.action_done()"


class ApprovalCase(QueryCount, TransactionCase):
    """People, and policies on documents that are made on the spot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.rina = cls._user("rina")  # asks
        cls.ann, cls.bob, cls.carl, cls.dora = (
            cls._user(name) for name in ("ann", "bob", "carl", "dora")
        )
        cls.fay = cls._user("fay")  # the fallback
        cls.owner = cls._user("owner", "collab_base.group_collab_process_owner")
        cls.auditor = cls._user("auditor", "collab_base.group_collab_auditor")
        cls.portal = new_test_user(cls.env, "appr_portal", groups="base.group_portal")
        cls.group = cls.env["res.groups"].create({"name": "The Group"})
        cls.requests = cls.env["collab.approval.request"]
        cls.documents = cls.env[MODEL]

    @classmethod
    def _user(cls, name, groups=""):
        return new_test_user(
            cls.env,
            f"appr_{name}",
            name=name.capitalize(),
            groups=",".join(filter(None, ["base.group_user", groups])),
            email=f"{name}@example.com",
        )

    @classmethod
    def _field(cls, name, model=MODEL):
        return cls.env["ir.model.fields"]._get(model, name)

    @classmethod
    def _value(cls, value, name="state"):
        return cls._field(name).selection_ids.filtered(lambda s: s.value == value)

    @classmethod
    def _draft(cls, *stages, **vals):
        """Return a policy that guards ``done``; a stage is a list of steps, a step a
        dict, a user or several, or a group."""
        return cls.env["collab.approval.policy"].create(
            {
                "name": "Policy",
                "model_id": cls.env["ir.model"]._get_id(MODEL),
                "field_id": cls._field("state").id,
                "value_id": cls._value("done").id,
                "fallback_user_ids": [Command.set(cls.fay.ids)],
                "repeat": "ask",
                "stage_ids": [
                    Command.create(
                        {
                            "name": f"Stage {number}",
                            "sequence": number,
                            "step_ids": [
                                Command.create({"name": f"Step {number}.{turn}", **cls._step(step)})
                                for turn, step in enumerate(steps, 1)
                            ],
                        }
                    )
                    for number, steps in enumerate(
                        (s if isinstance(s, list) else [s] for s in stages), 1
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def _step(cls, step):
        if isinstance(step, dict):
            people = step.get("users")
            step = {key: value for key, value in step.items() if key != "users"}
            return step | (
                {"source": "users", "user_ids": [Command.set(people.ids)]} if people else {}
            )
        if step._name == "res.groups":
            return {"source": "group", "group_id": step.id, "mode": "any"}
        return {"source": "users", "user_ids": [Command.set(step.ids)]}

    @classmethod
    def _policy(cls, *stages, **vals):
        policy = cls._draft(*(stages or (cls.ann,)), **vals)
        policy.action_publish()
        return policy

    @classmethod
    def _document(cls, *prices, **vals):
        document = cls.documents.with_user(cls.rina).create(
            {
                "name": "Document",
                "line_ids": [
                    Command.create({"name": "Line", "price": price}) for price in prices or (200,)
                ],
                **vals,
            }
        )
        return made_earlier(document)

    def _staff(self, *users, **vals):
        """Return employees, each the boss of the one before."""
        employees = self.env["hr.employee"].create(
            [
                {"name": user.name if user else "No user", "user_id": user.id if user else False}
                for user in users
            ]
        )
        for low, high in itertools.pairwise(employees):
            low.parent_id = high
        return employees

    def _submit(self, documents=None, user=None, **kwargs):
        documents = documents if documents is not None else self._document()
        return self.requests.with_user(user or self.rina).submit(MODEL, documents.ids, **kwargs)

    def _document_of(self, request):
        return self.documents.with_user(self.rina).browse(request.res_id)

    def _asked(self, request):
        """Return who is asked now, by name."""
        return sorted(t._asked_name() for t in request.sudo().task_ids if t.state == "pending")

    def _states(self, request):
        return [
            (t._asked_name(), t.state)
            for t in request.sudo().task_ids.sorted(lambda t: (t.stage, t.step, t.turn))
        ]

    def _approve(self, request, *users, comment=None):
        for user in users:
            request.with_user(user).action_approve(comment)

    def _events(self, request):
        return request.sudo().log_ids.sorted("chain_index").mapped("event")

    def _names(self, stages):
        """Return who is asked, by stage and step, of a preview or of a path."""
        return [
            [
                [person["name"] for person in step["people"]]
                for step in stage["steps"]
                if step["people"]
            ]
            for stage in stages
            if any(step["people"] for step in stage["steps"])
        ]

    def _panel(self, document, user=None):
        return self.requests.with_user(user or self.rina).panel(MODEL, document.id)

    @contextmanager
    def _tells(self, error, *parts):
        """Check that the block fails, at the latest at the commit, and what is said then."""
        with self.assertRaises(error) as refusal:
            yield
            self.env.cr.flush()
        for part in parts:
            self.assertIn(part, str(refusal.exception))
