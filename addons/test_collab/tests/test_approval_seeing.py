# pylint: disable=translation-required,except-pass
import json

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

EVIL = "<img src=x onerror=alert(1)>"


@tagged("post_install", "-at_install")
class TestSeeing(ApprovalCase):
    """Who sees what: the activity menu, the cards, the record rules."""

    def _group_of(self, user):
        groups = self.env["res.users"].with_user(user)._get_activity_groups()
        return next((g for g in groups if g["model"] == "collab.approval.request"), None)

    def test_activity_menu(self):
        self._policy(self.ann)
        self.assertFalse(self._group_of(self.ann))
        requests = self._submit(self._document() | self._document())
        group = self._group_of(self.ann)
        self.assertEqual(group["total_count"], 2)
        found = self.requests.with_user(self.ann).search(group["domain"])
        self.assertEqual(sorted(found.ids), sorted(requests.ids))
        self.assertFalse(self._group_of(self.rina))
        self._approve(requests, self.ann)
        self.assertFalse(self._group_of(self.ann))

    def test_record_rules(self):
        self.group.user_ids = self.bob
        self._policy(
            [self.ann, self.group], self.dora, beneficiary_field_id=self._field("user_id").id
        )
        ours = self._submit(self._document(user_id=self.carl.id))
        for user, sees in (
            (self.rina, True),  # submitted
            (self.carl, True),  # whose case it is
            (self.ann, True),  # asked
            (self.bob, True),  # member of a group that is asked
            (self.dora, True),  # asked later
            (self.auditor, True),
            (self.fay, False),  # a stranger
            (self.owner, False),
        ):
            with self.subTest(user=user.name):
                for records in (ours, ours.sudo().task_ids, ours.sudo().log_ids):
                    mine = records.with_user(user).sudo(False)
                    # of the tasks, who is asked reads the own ones
                    found = mine.search([("id", "in", records.ids)])
                    self.assertEqual(bool(found), sees, records._name)
                    if sees:
                        found.read()
                    else:
                        with self.assertRaises(AccessError):
                            mine.read(["id", "create_date"])
                if not sees:
                    with self.assertRaises(AccessError):
                        ours.with_user(user).path()
        for records in (ours, ours.sudo().task_ids, ours.sudo().log_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.portal).sudo(False).read(["id"])
        with self.assertRaises(AccessError):
            self.requests.with_user(self.portal).panel(MODEL, ours.res_id)
        with self.assertRaises(AccessError):
            self.requests.with_user(self.portal).preview(MODEL, [self._document().id])

    def test_documents_are_offered_to_those_who_may_read_them(self):
        self._policy(self.ann | self.bob)
        requests = self._submit(self._document(name="Open") | self._document(name="Secret"))
        secret = self._document_of(requests.filtered(lambda r: r.res_name == "Secret"))
        self.env["ir.rule"].create(
            {
                "name": "Not for Ann",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "domain_force": f"[('id', '!=', {secret.id})] if user.id == {self.ann.id} else []",
            }
        )
        for user, names in ((self.ann, ["Open"]), (self.bob, ["Open", "Secret"])):
            mine = requests.with_user(user)
            rows = self.env["collab.card"].with_user(user)._data_approval_todo()["rows"]
            for offered in (
                mine.filtered("can_open").mapped("res_name"),
                [row["name"] for row in rows if row["can_open"]],
            ):
                self.assertEqual(sorted(offered), names)

    def test_nothing_to_open(self):
        """A document that is gone, or whose application is."""
        self._policy(self.ann)
        request = self._submit().with_user(self.ann)
        self.assertTrue(request.can_open)
        self.env.cr.execute(
            "UPDATE collab_approval_request SET res_id = 0 WHERE id = %s", [request.id]
        )
        self.env.invalidate_all()
        self.assertFalse(request.can_open)
        self.env.cr.execute(
            "UPDATE collab_approval_request SET res_model = 'no.such' WHERE id = %s", [request.id]
        )
        self.env.invalidate_all()
        self.assertFalse(request.can_open)

    def test_about(self):
        names = ("name", "title", "urgent")
        self._policy(
            self.ann,
            summary_field_ids=[Command.set([self._field(name).id for name in names])],
        )
        request = self._submit(self._document(name="Bench", urgent=True)).with_user(self.ann)
        self.assertEqual(request.about, " · ".join(f"{k}: {v}" for k, v in request.summary if v))
        self.assertIn("Name: Bench · ", request.about)
        self.assertNotIn("Title", request.about, "there is none")

    def test_lists_show_what_varies(self):
        for name, hidden in (("todo", {"waiting_for", "state"}), ("mine", {"requester_id"})):
            action = self.env.ref(f"collab_approval.action_collab_approval_request_{name}")
            context = safe_eval(action.context)
            arch = etree.fromstring(self.requests.get_view(view_type="list")["arch"])
            found = {
                field.get("name")
                for field in arch.iter("field")
                if safe_eval(field.get("column_invisible", "False"), {"context": context})
            }
            self.assertEqual(found, hidden)

    def test_dialogs_show_nothing_made_up(self):
        """What a client puts into a dialog's requests is not looked up as superuser."""
        secret = self.env["res.partner"].create({"name": "Secret", "comment": "top secret"})
        self._policy(self.ann)
        foreign = self._submit()
        spec = {
            "request_ids": {
                "fields": {
                    "summary": {},
                    "about": {},
                    "can_open": {},
                    "waiting_for": {},
                    "can_withdraw": {},
                },
                "limit": 10,
            }
        }
        snapshot = {"summary": ["name", "comment"]}
        made_up = {
            "res_model": "res.partner",
            "res_id": secret.id,
            "version_id": {"snapshot": snapshot},
            "requester_id": self.bob.id,
            "state": "running",
            "task_ids": [[4, foreign.sudo().task_ids.id]],
        }
        decide = self.env["collab.approval.decide"].with_user(self.bob)
        for command in ([0, "v", made_up], [1, foreign.id, made_up], [4, foreign.id]):
            with self.subTest(command=command):
                try:
                    answer = json.dumps(
                        decide.onchange({"request_ids": [command]}, ["request_ids"], spec),
                        default=str,
                    )
                except AccessError:
                    continue
                self.assertNotIn("ecret", answer)
                self.assertNotIn("Ann", answer)
                self.assertNotIn('"can_withdraw": true', answer)

    def test_versions_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        policy = self._policy(self.ann, company_ids=[Command.set(other.ids)])
        step = policy.stage_ids.step_ids
        for record in (policy, policy.version_id, policy.stage_ids, step):
            self.assertFalse(record.with_user(self.rina).sudo(False)._filtered_access("read"))

    def test_versions_are_readable_policies_editable_by_owners_only(self):
        policy = self._policy(self.ann)
        policy.with_user(self.rina).read(["name", "state"])
        for user in (self.rina, self.auditor):
            for record in (policy, policy.stage_ids, policy.stage_ids.step_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"name": "x"})
        with self.assertRaises(AccessError):
            policy.with_user(self.portal).read(["name"])

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "appr_other",
            groups="base.group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        both = self.auditor
        both.company_ids |= other
        self.group.user_ids = self.ann | stranger
        self._policy(self.group)
        ours = self._submit()
        theirs = self._submit(self._document(company_id=other.id))
        self.assertEqual(theirs.sudo().company_id, other)
        self.assertFalse(ours.with_user(stranger).search([("id", "=", ours.id)]))
        with self.assertRaises(UserError):
            self._approve(ours, stranger)
        self._approve(theirs, stranger)
        self.assertEqual(theirs.sudo().state, "approved")
        requests = self.requests.with_user(both)
        for company_ids, seen in (
            (self.env.company.ids, ours),
            (other.ids, theirs),
            ([self.env.company.id, other.id], ours | theirs),
        ):
            found = requests.with_context(allowed_company_ids=company_ids).search(
                [("id", "in", (ours | theirs).ids)]
            )
            self.assertEqual(found, seen.sorted("id", reverse=True))

    def test_policy_of_some_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other
        self._policy(self.ann, company_ids=[Command.set(other.ids)])
        here = self._document()
        here.action_done()
        there = self._document(company_id=other.id)
        with self.assertRaises(GuardError):
            there.action_done()
        with self.assertRaises(GuardError):
            here.company_id = other
        request = self._submit(there.with_context(allowed_company_ids=other.ids))
        with self.assertRaises(GuardError):
            there.company_id = self.env.company
        self.ann.company_ids |= other
        request.with_user(self.ann).with_context(allowed_company_ids=other.ids).action_approve()
        with self.assertRaises(GuardError):
            there.company_id = self.env.company
        there.action_done()

    def test_count_and_list_agree_in_every_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.ann.company_ids |= other
        self._policy(self.ann)
        self._submit(self._document(company_id=other.id))
        for ids in (self.env.company.ids, other.ids):
            env = self.env(user=self.ann, context={"allowed_company_ids": ids})
            self.assertEqual(
                env["collab.approval.task"]._count_mine(),
                env["collab.approval.request"].search_count([("my_turn", "=", True)]),
            )

    def test_amounts_in_company_currency(self):
        euro = (
            self.env.ref("base.EUR")
            if self.env.company.currency_id.name != "EUR"
            else self.env.ref("base.USD")
        )
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5},
                {"currency_id": euro.id, "name": "2021-01-01", "rate": 2},
            ]
        )
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        with self.assertRaises(GuardError):
            self._document(60, currency_id=euro.id, date="2020-06-01").action_done()
        document = self._document(60, currency_id=euro.id, date="2021-06-01")
        document.action_done()
        with self.assertRaises(GuardError):
            document.date = "2020-06-01"
        with self.assertRaises(GuardError):
            self._document(101).action_done()

    def test_answers_are_json(self):
        self._policy(
            self.ann,
            summary_field_ids=[
                Command.set(
                    [
                        self._field(n).id
                        for n in (
                            "amount",
                            "state",
                            "date",
                            "urgent",
                            "user_id",
                            "title",
                            "color",
                            "approver_ids",
                        )
                    ]
                )
            ],
        )
        for name in (EVIL, "采购订单 №1 “引号” 😀", "a" * 500):
            document = self._document(name=name, title=name)
            [preview] = self.requests.with_user(self.rina).preview(MODEL, document.ids)
            self.assertEqual(json.loads(json.dumps(preview))["name"], name)
            request = self._submit(document, note=name)
            cards = self.env["collab.card"]
            for answer in (
                self.requests.with_user(self.ann).panel(MODEL, document.id),
                request.with_user(self.ann).path(),
                cards.with_user(self.ann)._data_approval_todo(),
                cards.with_user(self.rina)._data_approval_mine(),
                request.with_user(self.ann).read(["summary", "waiting_for", "my_turn"]),
            ):
                # as it was typed: escaping is the client's, and doing it twice would show
                self.assertIn(json.dumps(name)[1:-1], json.dumps(answer, default=str))
            self._approve(request, self.ann, comment=name)
            self.assertIn(json.dumps(name), json.dumps(request.with_user(self.rina).path()))

    def test_names_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["collab_approval"], ["zh_CN"])
        policy = self._policy(self.ann)
        policy.with_context(lang="zh_CN").name = "采购审批"
        policy.stage_ids.with_context(lang="zh_CN").name = "经理"
        policy.stage_ids.step_ids.with_context(lang="zh_CN").name = "采购员的经理"
        document = self._document()
        chinese = self.requests.with_user(self.rina).with_context(lang="zh_CN")
        [preview] = chinese.preview(MODEL, document.ids)
        self.assertEqual(preview["policy"], "采购审批")
        self.assertEqual(preview["stages"][0]["name"], "经理")
        self.assertEqual(preview["stages"][0]["steps"][0]["name"], "采购员的经理")
        request = self._submit(document)
        panel = chinese.panel(MODEL, document.id)["request"]
        self.assertEqual(panel["policy"], "采购审批")
        self.assertNotEqual(panel["state_label"], "Under Review")
        # renamed in the draft: what is in force keeps its name
        policy.name = "Other"
        self.assertEqual(
            request.with_user(self.rina).with_context(lang="en_US").path()["policy"],
            "Policy",
        )
        with self._tells(GuardError, "审"):
            document.with_context(lang="zh_CN").action_done()

    def test_what_an_approved_document_can_become(self):
        self._policy(self.ann)
        document = self._document()

        def told():
            return self.requests.with_user(self.rina).panel(MODEL, document.id).get("next")

        self.assertFalse(told())
        request = self._submit(document)
        self.assertFalse(told())
        self._approve(request, self.ann)
        self.assertEqual(told(), "Document can become “Done” now.")
        document.action_done()
        self.assertFalse(told())
        document.sudo().state = "closed"
        self.assertFalse(told())

    def test_cards(self):
        self._policy(self.ann)
        requests = self._submit(
            self.documents.union(*(self._document(name=f"D{n}") for n in range(23)))
        )
        card = self.env["collab.card"].with_user(self.ann)._data_approval_todo()
        self.assertEqual([row["summary"] for row in card["rows"]], [[]] * len(card["rows"]))
        self.assertEqual(card["count"], 23)
        self.assertEqual(card["rows"][0]["name"], requests[0].res_name)
        self.assertEqual(len(card["rows"]), 20)
        mine = self.env["collab.card"].with_user(self.rina)._data_approval_mine()
        self.assertEqual(mine["count"], 23)
        self.assertEqual(
            self.env["collab.card"].with_user(self.bob)._data_approval_todo()["count"], 0
        )

    def test_wizards_with_what_cannot_be_stored(self):
        """They say so in a sentence, wherever the text comes from."""
        attempts = {
            "collab.approval.submit": {"res_model": MODEL, "res_ids": ["a\0b"]},
            "collab.approval.decide": {"decision": "approve", "comment": "a\ud800b"},
            "collab.chain.verification": {"anchor_hash": "\0"},
            "collab.chain.verification.line": {"kind": "altered", "message": "a\0b"},
        }
        for model, vals in attempts.items():
            wizards = self.env[model]
            defaults = {f"default_{name}": value for name, value in vals.items()}
            for attempt in (
                lambda: wizards.create(vals),  # noqa: B023
                lambda: wizards.new().write(vals),  # noqa: B023
                lambda: wizards.with_context(**defaults).create({}),  # noqa: B023
            ):
                with self.subTest(model=model), self._tells(UserError, "cannot be stored"):
                    attempt()
        submit = self.env["collab.approval.submit"].with_user(self.rina)
        with self._tells(UserError, "cannot be stored"):
            submit.create({"res_model": MODEL, "res_ids": {"a": "\0"}})
        with self._tells(UserError, "cannot be stored"):
            submit.with_context(active_model=MODEL, active_ids="a\0b").create({})

    def test_wizards(self):
        """The dialogs of the client, with what RPC could put into them."""
        self._policy(self.ann)
        document = self._document()
        wizard = (
            self.env["collab.approval.submit"]
            .with_user(self.rina)
            .with_context(active_model=MODEL, active_ids=document.ids)
            .create({"note": "please"})
        )
        self.assertEqual(wizard.preview[0]["policy"], "Policy")
        wizard.action_submit()
        request = self.requests.search([("res_id", "=", document.id), ("res_model", "=", MODEL)])
        self.assertEqual(request.note, "please")
        decide = self.env["collab.approval.decide"]
        for user in (self.rina, self.bob):
            with self.assertRaises(UserError):
                decide.with_user(user).create(
                    {"request_ids": [Command.set(request.ids)], "decision": "approve"}
                ).action_decide()
        with self.assertRaises(AccessError):
            decide.with_user(self.portal).create(
                {"request_ids": [Command.set(request.ids)], "decision": "approve"}
            )
        decide.with_user(self.ann).create(
            {"request_ids": [Command.set(request.ids)], "decision": "approve", "comment": "ok"}
        ).action_decide()
        self.assertEqual(request.state, "approved")
