from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.collab_approval.condition import terms
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

OWNER_WHO_READS = "collab_base.group_collab_process_owner,collab_base.group_collab_auditor"


@tagged("post_install", "-at_install")
class TestVersions(ApprovalCase):
    """What publishing makes, and what runs meanwhile."""

    def test_draft_is_not_in_force(self):
        policy = self._draft(self.ann)
        self.assertEqual(policy.state, "draft")
        document = self._document()
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_publishing_twice_the_same(self):
        policy = self._policy(self.ann)
        self.assertEqual((policy.state, policy.version_id.number), ("published", 1))
        self.assertFalse(policy.has_changes)
        policy.action_publish()
        self.assertEqual(policy.version_id.number, 1)
        policy.stage_ids.step_ids.user_ids = self.bob
        policy.invalidate_recordset(["has_changes"])
        self.assertTrue(policy.has_changes)
        policy.action_publish()
        self.assertEqual(policy.version_id.number, 2)
        self.assertEqual(policy.version_ids.filtered("in_force"), policy.version_id)

    def test_running_requests_keep_their_version(self):
        policy = self._policy(self.ann, self.bob)
        old = self._submit()
        policy.stage_ids[1].step_ids.user_ids = self.carl
        self._approve(old, self.ann)
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertEqual(self._names(self._submit().path()["stages"]), [[["Ann"]], [["Bob"]]])
        policy.action_publish()
        new = self._submit()
        self.assertEqual(self._names(new.path()["stages"]), [[["Ann"]], [["Carl"]]])
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertTrue(old.is_outdated)
        self.assertFalse(new.is_outdated)
        self._approve(old, self.bob)
        self.assertEqual(old.state, "approved")
        # what was approved under the old version may still be used
        self._document_of(old).action_done()

    def test_retired(self):
        policy = self._policy(self.ann)
        request = self._submit()
        policy.action_retire()
        self.assertEqual(policy.state, "retired")
        free = self._document()
        free.action_done()
        document = self._document_of(request)
        for attack in (
            lambda: document.write({"name": "x"}),
            lambda: document.line_ids.write({"price": 1}),
            lambda: document.unlink(),
        ):
            with self._tells(GuardError, "under review"):
                attack()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "approved")
        document.name = "free"
        document.action_done()

    def test_retired_and_published_again(self):
        policy = self._policy(self.ann)
        policy.action_retire()
        policy.action_publish()
        self.assertEqual((policy.state, policy.version_id.number), ("published", 2))
        with self.assertRaises(GuardError):
            self._document().action_done()

    def test_moved_to_the_new_version(self):
        policy = self._policy(self.ann, self.bob)
        request = self._submit()
        self._approve(request, self.ann)
        policy.stage_ids[0].step_ids.user_ids = self.carl
        policy.action_publish()
        for user in (self.rina, self.ann, self.portal, self.owner):
            with self.assertRaises(AccessError):
                request.with_user(user).action_move()
        for user in (self.rina, self.ann, self.portal):
            with self.assertRaises(AccessError):
                policy.with_user(user).action_move_requests()
        mover = self._user("mover", "collab_base.group_collab_admin")
        mine = policy.with_user(self.owner)  # who may not read the requests
        self.assertEqual((mine.request_count, mine.outdated_count), (1, 1))
        told = mine.action_move_requests()["params"]["message"]
        self.assertEqual(told, "Requests moved to the version in force: 1")
        self.env.invalidate_all()
        self.assertEqual((mine.request_count, mine.outdated_count), (1, 0))
        self.assertEqual(self._asked(request), ["Carl"])
        with self.assertRaises(UserError):
            self._approve(request, self.ann)
        self.assertIn("moved", self._events(request))
        with self._tells(UserError, "no newer version"):
            request.with_user(mover).action_move()
        self._approve(request, self.carl, self.bob)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.with_user(mover).action_move()

    def test_those_that_cannot_be_moved_stay(self):
        """The others are moved all the same by the policy; one by one, all or none."""
        policy = self._policy(self.ann)
        small, large, lonely = (self._submit(self._document(price)) for price in (10, 500, 900))
        policy.domain = "[('amount_company', '>', 100)]"
        condition = "[('amount_company', '>', 800)]"
        step = {"users": self.rina, "domain": condition, "name": "Herself"}
        policy.stage_ids = [
            Command.create({"name": "Last", "step_ids": [Command.create(self._step(step))]})
        ]
        policy.fallback_user_ids = self.rina
        policy.action_publish()
        mover = policy.with_user(self.owner)
        with self._tells(UserError, "Document stays under version 1: version 2 is not for it"):
            (small | large).with_user(self._user("mover", OWNER_WHO_READS)).action_move()
        self.assertEqual(large.version_id.number, 1)
        told = mover.action_move_requests()["params"]
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        numbers = "in force: 1. Those that stay where they are: 2."
        self.assertIn(numbers, told["message"])
        self.assertNotIn("Document", told["message"])  # which they may not read
        told = policy.action_move_requests()["params"]["message"]
        for part in (
            "in force: 0. Those that stay where they are: 2.",
            "Document stays under version 1: version 2 is not for it.",
            "for the step “Herself” of the policy “Policy” there is nobody to ask",
        ):
            self.assertIn(part, told)
        numbers = [request.version_id.number for request in (small, large, lonely)]
        self.assertEqual(numbers, [1, 2, 1])
        self.assertEqual([len(r.sudo().task_ids) for r in (small, large, lonely)], [1, 2, 1])
        self.assertEqual(self._events(lonely), ["submitted"])
        self._approve(large | lonely, self.ann)
        self.assertEqual((large | lonely).mapped("state"), ["approved"] * 2)

    def test_who_was_asked_before_it_was_moved(self):
        """What was decided then is void."""
        policy = self._policy({"users": self.ann | self.bob, "mode": "any"}, self.carl)
        request = self._submit()
        self._approve(request, self.bob)
        policy.stage_ids[0].step_ids.user_ids = self.dora
        policy.action_publish()
        policy.with_user(self.owner).action_move_requests()
        with self.assertRaises(UserError) as refusal:
            self._approve(request, self.ann)
        self.assertIn("it waits for Dora", str(refusal.exception))
        self.assertNotIn("Bob", str(refusal.exception))

    def test_form_of_a_policy_that_is_not_saved(self):
        """Its steps know the model by the form, and by nothing else once they are saved."""
        policy = self._draft(self.ann)
        said = {"collab_policy_model": MODEL}
        self.assertEqual(self.env["collab.approval.step"].with_context(**said).new().model, MODEL)
        said = {"collab_policy_model": "res.partner"}
        self.assertEqual(policy.stage_ids.step_ids.with_context(**said).model, MODEL)

    def test_deleting(self):
        policy = self._policy(self.ann)
        for context in ({}, {"_force_unlink": True}):
            with self.assertRaises(UserError):
                policy.with_context(**context).unlink()
        policy.action_retire()
        with self.assertRaises(UserError):
            policy.unlink()
        self._draft(self.ann).unlink()

    def test_condition_that_computes(self):
        """The error speaks of the condition, and not of Python."""
        draft = self._draft(self.ann)
        for domain in ("[('date', '<', context_today())]", "[('amount', '>', x)]"):
            with self._tells(ValidationError, "values are written out in it"):
                draft.domain = domain

    def test_what_a_version_says(self):
        policy = self._policy(self.ann, self.bob, domain="[('amount', '>', 5)]")
        version = policy.with_user(self.owner).version_id
        self.assertEqual(version.steps, "Stage 1: Step 1.1\nStage 2: Step 2.1")
        self.assertEqual((version.model, version.domain), (MODEL, "[['amount', '>', 5]]"))

    def test_draft_of_nothing(self):
        self.assertFalse(self.env["collab.approval.policy"].new().sentence)

    def test_bound_besides_what_changes_on_the_way(self):
        """It could never go through."""
        policy = self._draft(self.ann)
        for name in ("state", "standing"):
            policy.material_field_ids = self._field(name)
            with self._tells(UserError, "cannot rest on “", "changes with it"):
                policy.action_publish()
        policy.material_field_ids = self._field("title")
        policy.action_publish()

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


@tagged("post_install", "-at_install")
class TestConditions(ApprovalCase):
    """What a condition may ask, and how it is judged."""

    def test_conditions_do_not_depend_on_who_calls(self):
        """The language, the companies and what else a client puts into the context decide
        neither whether an approval is needed nor who is asked."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('title', '=', 'dear')]"},
            domain="['|', ('title', '=', 'dear'), ('approver_ids', '=', False)]",
        )
        self.fay.active = False
        for vals in ({"title": "dear", "approver_ids": self.ann.ids}, {"approver_ids": []}):
            document = self._document(**vals)
            if vals.get("title"):
                document.with_context(lang="zh_CN").title = "贵"
            for context in (
                {"lang": "zh_CN"},
                {"active_test": False},
                {"allowed_company_ids": []},
                {"tz": "Pacific/Kiritimati"},
            ):
                with self.subTest(vals=vals, context=context), self.assertRaises(GuardError):
                    document.with_context(**context).action_done()
        chinese = self._document(title="dear")
        chinese.with_context(lang="zh_CN").title = "贵"
        [preview] = (
            self.requests.with_user(self.rina)
            .with_context(lang="zh_CN")
            .preview(MODEL, chinese.ids)
        )
        self.assertEqual(self._names(preview["stages"]), [[["Ann"]], [["Bob"]]])

    def test_conditions_that_do_not_work(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "nonsense",
            "[('state', '=')]",
            "__import__('os')",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft({"users": self.ann, "domain": domain})

    def test_conditions_without_a_document_at_hand(self):
        """Each term is tried for itself: the sample may have no lines, or there is none."""
        for domain in (
            "[('line_ids.price', '>', 'abc')]",
            "[('line_ids.price', '>', '10')]",
            "[('line_ids', 'any', [('price', '>', 'abc')])]",
            "['|', ('id', '=', False), ('line_ids.name', '<', 5)]",
            "[('line_ids.price', '=', 'abc')]",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)

    def test_conditions_that_can_only_be_judged(self):
        """Some fields cannot be searched, and what is searched may be a name."""
        for domain in (
            "[('largest', '>', 0)]",
            "[('activity_state', '=', 'overdue')]",
            "[('date.month_number', '=', 3)]",
            "[('id', '!=', 5), ('date', '>', 'today')]",
            "[('user_id', '=', 'Ann'), ('line_ids.name', 'ilike', '%a%b%')]",
            "[('line_ids.price', '>', 10), ('employee_id', 'child_of', 1)]",
        ):
            with self.subTest(domain=domain):
                self._policy(self.ann, domain=domain).action_retire()

    def test_conditions_that_cannot_be_stored(self):
        for sign in (r"\0", r"\ud800"):
            domain = f"[('name', 'like', '{sign}')]"
            with self.subTest(sign=sign), self._tells(ValidationError, "cannot be stored"):
                self._draft(self.ann, domain=domain)

    def test_patterns_that_take_long(self):
        long = r"%a%b\\%%c%d"  # one of them is no wildcard
        for operator in ("like", "not like", "ilike", "=like", "=ilike", "not =ilike"):
            for path in ("name", "line_ids.name"):
                with (
                    self.subTest(operator=operator, path=path),
                    self._tells(ValidationError, "takes too long"),
                ):
                    self._draft(self.ann, domain=f"[('{path}', '{operator}', '{long}')]")
        inner = f"[('line_ids', 'any', [('name', 'like', '{long}')])]"
        with self._tells(ValidationError, "takes too long"):
            self._draft({"users": self.ann, "domain": inner})
        self._draft(self.ann, domain=r"[('name', '=like', '%a\\%b%____%')]")

    def test_conditions_ask_nothing_of_the_system(self):
        """They are judged as superuser, so they would tell what record rules hide."""
        for domain in (
            "[('user_id.api_key_ids.name', '=like', 'topsecret-p%')]",
            "[('user_id', 'any', [('api_key_ids', '!=', False)])]",
            "[('user_id.partner_id.user_ids.api_key_ids.name', '=like', 't%')]",
            "[('user_id.group_ids.name', 'ilike', 'x')]",
            "[('company_id.user_ids.login', 'ilike', 'x')]",
            "[('currency_id.rate_ids.rate', '>', 1)]",
            "[('message_ids.body', 'ilike', 'x')]",
            "[('activity_ids', '!=', False)]",
        ):
            for where in ({"domain": domain}, {}):
                step = {"users": self.ann, "domain": domain} if not where else self.ann
                policy = self._draft(step, **where)
                with (
                    self.subTest(domain=domain, where=where),
                    self._tells(AccessError, "A condition cannot ask"),
                ):
                    policy.with_user(self.owner).action_publish()
        for domain in (
            "[('user_id.login', '=', 'x'), ('user_id.partner_id.name', '!=', 'x')]",
            "[('company_id.currency_id.name', '!=', 'EUR')]",
            "[('approver_ids.login', '=', 'x')]",
            "[('create_uid.company_id.parent_id', '=', False)]",
        ):
            with self.subTest(domain=domain):
                self._draft(self.ann, domain=domain).with_user(self.owner).action_publish()

    def test_operators_are_read_as_odoo_reads_them(self):
        domain = [("user_id", "ANY", [("partner_id", "Not Any", [("ref", "LIKE", "x")])])]
        self.assertEqual(
            list(terms(domain))[-1], ("user_id.partner_id.ref", "like", "x"), "in any case"
        )
