from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.collab_approval import summary

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestDrafts(ApprovalCase):
    """Policies as they are edited, copied and deleted."""

    def test_form_of_a_policy_that_is_not_saved(self):
        """Its steps know the model by the form, and by nothing else once they are saved."""
        policy = self._draft(self.ann)
        said = {"collab_policy_model": MODEL}
        self.assertEqual(self.env["collab.approval.step"].with_context(**said).new().model, MODEL)
        said = {"collab_policy_model": "res.partner"}
        self.assertEqual(policy.stage_ids.step_ids.with_context(**said).model, MODEL)

    def test_what_approvers_see_is_proposed(self):
        """For whom, whose, how much and when; nothing of it once somebody has chosen."""
        fields_ = self.env["ir.model.fields"]
        with Form(self.env["collab.approval.policy"].with_user(self.owner)) as form:
            form.name = "Proposed"
            form.model_id = self.env["ir.model"]._get(MODEL)
            shown = fields_.browse(form.summary_field_ids.ids)
            self.assertEqual(
                set(shown.mapped("name")), {"partner_id", "employee_id", "amount", "date"}
            )
            form.summary_field_ids.clear()
            form.field_id = self._field("urgent")
            self.assertFalse(form.summary_field_ids.ids)

    def test_what_is_proposed_may_be_read(self):
        """Neither what the log keeps, nor what is hidden, nor what activities bring along."""
        names = summary.proposed(self.env["hr.employee"].with_user(self.owner))
        fields_ = self.env["hr.employee"]._fields
        for name in names:
            self.assertFalse(fields_[name].groups, name)
        self.assertNotIn("create_uid", names)
        self.assertEqual(summary.proposed(self.env["hr.department"]), ["manager_id"])

    def test_deleting(self):
        policy = self._policy(self.ann)
        for context in ({}, {"_force_unlink": True}):
            with self.assertRaises(UserError):
                policy.with_context(**context).unlink()
        policy.action_retire()
        with self.assertRaises(UserError):
            policy.unlink()
        self._draft(self.ann).unlink()

    def test_draft_of_nothing(self):
        self.assertFalse(self.env["collab.approval.policy"].new().sentence)

    def test_copy_is_a_draft(self):
        copy = self._policy(self.ann).copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.stage_ids.step_ids.user_ids, self.ann)
        self.assertIn("copy", copy.name)


@tagged("post_install", "-at_install")
class TestPublishing(ApprovalCase):
    """What may be published, and by whom."""

    def test_published_by_somebody_of_one_company(self):
        """Companies and people whom the publisher does not see stay in the policy."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        companies = self.env.company | other
        policy = self._policy(self.ann | stranger, company_ids=[Command.set(companies.ids)])
        self.env.flush_all()
        self.env.invalidate_all()
        mine = policy.with_user(self.owner).with_context(allowed_company_ids=self.env.company.ids)
        self.assertFalse(mine.has_changes)
        mine.repeat = "earlier"
        self.env.invalidate_all()
        mine.action_publish()
        snapshot = policy.sudo().version_id.snapshot
        self.assertEqual(snapshot["companies"], sorted(companies.ids))
        [[step]] = [stage["steps"] for stage in snapshot["stages"]]
        self.assertEqual(sorted(step["users"]), sorted((self.ann | stranger).ids))

    def test_incomplete_drafts(self):
        for part, make in (
            ("step", lambda: self._draft()),
            ("Fallback", lambda: self._draft(self.ann, fallback_user_ids=False)),
            ("value", lambda: self._draft(self.ann, value_id=False)),
            ("whom", lambda: self._draft({"source": "group"})),
            ("whom", lambda: self._draft({"source": "users"})),
            ("whom", lambda: self._draft({"source": "field"})),
        ):
            with self.subTest(part=part), self._tells(UserError, part):
                make().action_publish()

    def test_everything_that_is_missing_is_told_at_once(self):
        draft = self._draft({"source": "group"}, fallback_user_ids=False, value_id=False)
        with self._tells(UserError, "• Choose the value", "• Say whom", "(Fallback)"):
            draft.action_publish()

    def test_told_before_publishing_what_may_not_be_read(self):
        """As soon as the document is chosen, in the sentence that publishing has."""
        field = self.env["ir.model.fields"]._get("fetchmail.server", "state")
        with Form(self.env["collab.approval.policy"].with_user(self.owner)) as form:
            form.name = "Secret"
            form.model_id = field.model_id
            sentence = form.unreadable
            self.assertIn("You may not read", sentence)
            form.value_id = field.selection_ids[-1]
        policy = form.record
        policy.stage_ids = [
            Command.create({"name": "S", "step_ids": [Command.create({"name": "1"})]})
        ]
        self.assertEqual(policy.stage_ids.step_ids.unreadable, sentence)
        with self._tells(AccessError, sentence):
            policy.action_publish()
        self.assertFalse(self._draft(self.ann).with_user(self.owner).unreadable)

    def test_what_cannot_be_held(self):
        """Policies that could not keep what they ask for are not published."""
        partner = self.env["ir.model"]._get("res.partner")

        def on_partner(fname, **vals):
            return self._draft(
                self.ann,
                model_id=partner.id,
                field_id=self._field(fname, "res.partner").id,
                value_id=False,
                **vals,
            )

        for part, make in {
            "records of their own": lambda: on_partner(
                "employee", domain="[('child_ids', '!=', False)]"
            ),
            "changes with it": lambda: self._draft(self.ann, domain="[('state', '=', 'draft')]"),
            "the same for all companies": lambda: on_partner("trust"),
        }.items():
            with self.subTest(part=part), self._tells(UserError, part):
                make().action_publish()

    def test_what_a_process_owner_may_not_govern(self):
        """What the system stands on, and what the owner may not read."""
        field = self.env["ir.model.fields"]._get("res.users.log", "create_uid")
        policy = self._draft(
            self.ann,
            model_id=field.model_id.id,
            field_id=field.id,
            value_id=False,
            value_res_id=self.ann.id,
        )
        with self._tells(UserError, "belongs to the system"):
            policy.with_user(self.owner).action_publish()
        secrets = self.env["ir.model.fields"]._get("fetchmail.server", "state")
        policy = self._draft(
            self.ann,
            model_id=secrets.model_id.id,
            field_id=secrets.id,
            value_id=secrets.selection_ids[-1].id,
        )
        with self._tells(AccessError, "may not read"):
            policy.with_user(self.owner).action_publish()
        # nor does a draft tell, by what goes wrong with it
        self.env["ir.mail_server"].create({"name": "M", "smtp_host": "x", "smtp_pass": "Pw"})
        field = self.env["ir.model.fields"]._get("ir.mail_server", "smtp_authentication")
        policy = self._draft(
            self.ann,
            model_id=field.model_id.id,
            field_id=field.id,
            value_id=field.selection_ids[-1].id,
        )
        told = []
        for guess in ("P%", "Q%"):
            try:
                with self.env.cr.savepoint():
                    policy.with_user(
                        self.owner
                    ).domain = f"['&', ('smtp_pass', '=like', '{guess}'), ('name', '<', 5)]"
                told.append("nothing")
            except UserError as error:
                told.append(str(error))
        self.assertEqual(told[0], told[1])
        secret = self._field("employee_id")
        policy = self._draft(self.ann, domain="[('employee_id.private_street', '=', 'x')]")
        with self._tells(AccessError, "may not read"):
            policy.with_user(self.owner).action_publish()
        policy.domain = "[]"
        policy.with_user(self.owner).summary_field_ids = secret
        policy.with_user(self.owner).action_publish()

    def test_process_owner_without_settings(self):
        """Whoever owns processes makes a policy without being a system administrator."""
        owner = self.owner
        policy = self._draft(self.ann)
        mine = policy.with_user(owner)
        mine.write({"name": "Mine"})
        mine.action_publish()
        self.assertEqual(mine.state, "published")
        self.assertEqual(policy.version_id.published_by, owner)
        mine.web_read({"name": {}, "state": {}, "sentence": {}, "has_changes": {}})
        mine.copy()
        for user in (self.rina, self.auditor, self.portal):
            with self.assertRaises(AccessError):
                policy.with_user(user).action_publish()
            with self.assertRaises(AccessError):
                policy.with_user(user).action_retire()

    def test_bound_besides_what_changes_on_the_way(self):
        """It could never go through."""
        policy = self._draft(self.ann)
        for name in ("state", "standing"):
            policy.material_field_ids = self._field(name)
            with self._tells(UserError, "cannot rest on “", "changes with it"):
                policy.action_publish()
        policy.material_field_ids = self._field("title")
        policy.action_publish()
