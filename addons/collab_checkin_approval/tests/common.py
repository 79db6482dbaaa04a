from datetime import datetime

from odoo import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

from odoo.addons.collab_checkin.counting import horizon
from odoo.addons.collab_guard.tests.common import QueryCount, made_earlier

from ..weighing import weigh_requests, weigh_tasks

MODEL = "res.partner"


class DecisionsCase(QueryCount, TransactionCase):
    """Rina asks, and Ann decides: whether contacts are other addresses. It is noon of Wednesday,
    the 15th of July 2026, in UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(datetime(2026, 7, 15, 12))
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.rina, cls.ann = (
            new_test_user(
                cls.env, login, groups="base.group_user,base.group_partner_manager", tz="UTC"
            )
            for login in ("rina_prompt", "ann_prompt")
        )
        calendar = cls.env.company.resource_calendar_id
        calendar.tz = "UTC"
        cls.calendar = calendar
        cls.requests = cls.env["collab.approval.request"]
        cls.policy = cls._policy(cls.ann)

    @classmethod
    def _policy(cls, *people, **vals):
        field = cls.env["ir.model.fields"]._get(MODEL, "type")
        policy = cls.env["collab.approval.policy"].create(
            {
                "name": "Other addresses",
                "model_id": cls.env["ir.model"]._get_id(MODEL),
                "field_id": field.id,
                "value_id": field.selection_ids.filtered(lambda value: value.value == "other").id,
                "domain": "[('ref', '=', 'asked')]",
                "fallback_user_ids": [Command.set(cls.ann.ids)],
                "stage_ids": [
                    Command.create(
                        {
                            "name": f"Stage {number}",
                            "sequence": number,
                            "step_ids": [
                                Command.create(
                                    {
                                        "name": "Step",
                                        "source": "users",
                                        "user_ids": [Command.set(person.ids)],
                                    }
                                )
                            ],
                        }
                    )
                    for number, person in enumerate(people, 1)
                ],
                **vals,
            }
        )
        policy.action_publish()
        return policy

    def _contacts(self, number=1):
        contacts = self.env[MODEL].with_user(self.rina)
        return made_earlier(contacts.create([{"name": "Kiosk", "ref": "asked"}] * number))

    def _submit(self, contacts=None, user=None):
        contacts = contacts or self._contacts()
        return self.requests.with_user(user or self.rina).submit(MODEL, contacts.ids)

    def _approve(self, request, at=None, user=None):
        with freeze_time(at or "2026-07-15 12:00:00"):
            request.with_user(user or self.ann).action_approve()
            self._weigh()

    def _weigh(self):
        self.env.cr.flush()
        self.env.invalidate_all()
        for model, weigh in (
            ("collab.approval.task", weigh_tasks),
            ("collab.approval.request", weigh_requests),
        ):
            unweighed = [("decided_at", "!=", False), ("weighed", "=", False)]
            weigh(self.env[model].sudo().search(unweighed))

    def _prompt_for(self, request):
        return request.sudo().task_ids.prompt_for_id

    def _rule(self, name):
        rule = self.env.ref(f"collab_checkin_approval.point_rule_{name}").copy(
            {"since": "2026-07-01"}
        )
        rule.action_start()
        return rule

    def _points(self, rule, user):
        self.env.flush_all()
        rule._count(True, horizon(self.env))
        entries = self.env["collab.point.entry"].search(
            [("rule_id", "=", rule.id), ("user_id", "=", user.id)]
        )
        return sum(entries.mapped("points"))
