import contextlib
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.models import collab_approval_binding as binding_module
from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestBinding(ApprovalCase):
    """What is locked while a request runs, and what an approval rests on."""

    def test_locked_under_review(self):
        self._policy(self.ann, free_field_ids=[Command.set(self._field("color").ids)])
        request = self._submit()
        document = self._document_of(request)
        for vals in ({"name": "x"}, {"urgent": True}, {"user_id": self.bob.id}, {"state": "sent"}):
            with self.subTest(vals=vals), self._tells(GuardError, "Withdraw the request"):
                document.write(vals)
        with self._tells(GuardError, "under review", "Rina withdraws"):
            document.with_user(self.bob).name = "x"
        with self.assertRaises(GuardError):
            document.line_ids.received = 1
        document.write({"color": 3, "name": "Document"})
        document.message_post(body="x")
        document.activity_schedule("mail.mail_activity_data_todo", user_id=self.rina.id)

    def test_what_is_left_to_odoo(self):
        """A field that Odoo computes, set free, becomes what Odoo computes and nothing that
        somebody writes."""
        self._policy(
            self.ann,
            domain="[('is_slow', '=', True)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        document = self._document_of(request)
        for color in (2, 3):
            with self.subTest(state=request.state):
                with self.assertRaises(GuardError):
                    document.pace = 4
                self.bob.partner_id.color = color
                document.pace = color
            if request.state == "running":
                self._approve(request, self.ann)
        document.action_done()
        self.assertEqual(document.pace, 3)

    def test_what_a_condition_asks_for_is_never_free(self):
        self._policy(
            self.ann,
            domain="[('pace', '<', 5)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        self._approve(request, self.ann)
        self.bob.partner_id.color = 2
        with self.assertRaises(GuardError):
            self._document_of(request).pace = 2

    def test_bound_after_approval(self):
        self._policy(
            self.ann,
            domain="[('amount_company', '>', 100)]",
            material_field_ids=[Command.set(self._field("title").ids)],
        )
        request = self._submit()
        self._approve(request, self.ann)
        document = self._document_of(request)
        for vals in ({"title": "x"}, {"line_ids": [Command.create({"price": 1})]}):
            with self.subTest(vals=vals), self._tells(GuardError, "approved as it is"):
                document.write(vals)
        with self.assertRaises(GuardError):
            document.line_ids.price = 150
        document.write({"name": "x", "urgent": True})
        document.line_ids.received = 1
        document.action_done()
        with self.assertRaises(GuardError):
            document.line_ids.price = 300
        with self.assertRaises(GuardError):
            document.unlink()

    def test_condition_with_any(self):
        self._policy(self.ann, domain="[('line_ids', 'any', [('price', '>', 100)])]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200
        request = self._submit(self._document(200))
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            self._document_of(request).line_ids.price = 300

    def test_condition_on_a_path(self):
        self._policy(self.ann, domain="[('line_ids.price', '>', 100)]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200

    def test_condition_on_a_path_back(self):
        """From a line, a condition may ask for the document that it belongs to."""
        self._policy(self.ann, domain="[('line_ids.document_id.amount_company', '>', 100)]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200

    def test_changed_in_sql(self):
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        for state in ("running", "approved"):
            request = self._submit()
            document = self._document_of(request)
            if state == "approved":
                self._approve(request, self.ann)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE test_collab_document_line SET price = 500 WHERE document_id = %s",
                [document.id],
            )
            self.env.invalidate_all()
            if state == "running":
                self._approve(request, self.ann)
            with self._tells(GuardError, "not any more what was approved"):
                document.action_done()

    def test_languages(self):
        """An approval given in one language holds in another."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self._policy(self.ann, material_field_ids=[Command.set(self._field("title").ids)])
        document = self._document(title="Title")
        document.with_context(lang="zh_CN").title = "标题"
        request = self._submit(document.with_context(lang="zh_CN"))
        request = request.with_context(lang="zh_CN")
        request.with_user(self.ann).action_approve()
        document.with_context(lang="en_US").action_done()
        self.assertEqual(document.state, "done")

    def test_a_guarded_field_that_goes_away(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_gone",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "ttype": "boolean",
                "field_description": "Gone",
            }
        )
        first = self._policy(self.ann, field_id=field.id, value_id=False, name="Gone")
        self._policy(self.bob, sequence=30)
        document = self._document()
        request = self._submit(document)
        self.assertEqual(request.policy_id, first)
        with self._tells(GuardError, "has values that are guarded"):
            field.unlink()
        with patch.object(self.env.registry, "ready", False):  # as when its app is uninstalled
            field.unlink()
        self.env["collab.guard"]._changed()
        self.requests.with_user(self.rina).panel(MODEL, document.id)
        request.with_user(self.ann).path()
        request.with_user(self.rina).action_withdraw()
        document.name = "still works"
        with self.assertRaises(GuardError):
            document.action_done()

    def test_approved_under_an_old_version_that_bound_less(self):
        policy = self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        policy.material_field_ids = self._field("title")
        policy.action_publish()
        self._document_of(request).action_done()

    def test_an_approval_is_for_one_transition(self):
        """Whatever the policy guards by now."""
        policy = self._policy(self.ann, value_id=self._value("sent").id)
        request = self._submit()
        self._approve(request, self.ann)
        policy.value_id = self._value("done")
        policy.stage_ids.step_ids.user_ids = self.bob
        policy.action_publish()
        document = self._document_of(request)
        with self.assertRaises(GuardError):
            document.action_done()
        again = self._submit(document)
        self._approve(again, self.bob)
        document.action_done()
        self.assertTrue(again.used_at)
        self.assertFalse(request.used_at)

    def test_an_approval_is_of_one_policy(self):
        """What it was given for does not count where another one wants to be asked."""
        self._policy(self.bob, domain="[('amount_company', '>', 100)]", sequence=1)
        self._policy(self.ann, sequence=30)
        document = self._document(50)
        self._approve(self._submit(document), self.ann)
        document.line_ids.price = 200
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        again = self._submit(document)
        self._approve(again, self.bob)
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_companies_that_the_client_chooses(self):
        """Where a document has no company, the client's choice decides nothing."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('trust', '=', 'bad')]",
        ).action_publish()
        main = self.env.ref("base.user_root").company_id
        partner = self.env["res.partner"].create({"name": "Shared", "company_id": False})
        partner.with_company(main).trust = "bad"
        for companies in ([main.id, other.id], [other.id, main.id], [other.id]):
            with self.subTest(companies=companies), self.assertRaises(GuardError):
                partner.with_context(allowed_company_ids=companies).write({"employee": True})

    def test_archived_lines_count(self):
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('bank_ids.acc_number', 'like', 'X')]",
        ).action_publish()
        partner = self.env["res.partner"].create(
            {"name": "Bank", "bank_ids": [Command.create({"acc_number": "X1"})]}
        )
        partner.bank_ids.active = False
        self.env.invalidate_all()
        with self.assertRaises(GuardError):
            partner.employee = True

    def test_what_mixins_bring_is_bound_where_it_counts(self):
        """Campaign fields, say, are free unless a condition asks for them."""
        partner = self.env["res.partner"].create({"name": "Source"})
        self._policy(
            self.ann, [{"users": self.bob, "domain": f"[('source_id', '=', {partner.id})]"}]
        )
        document = self._document()
        request = self._submit(document)
        for __ in ("under review", "approved"):
            with self.assertRaises(GuardError):
                document.source_id = partner
            if request.state == "running":
                self._approve(request, self.ann)

    def test_who_names_the_approver_is_bound(self):
        self._policy({"source": "field", "field_id": self._field("user_id").id})
        document = self._document(user_id=self.ann.id)
        request = self._submit(document)
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            document.user_id = self.bob


@tagged("post_install", "-at_install")
class TestNotStored(ApprovalCase):
    """Policies that rest on what a document does not store: what it is made from is bound,
    or, where a document does not hold that either, they cannot be published."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anns, cls.bobs = cls.env["res.partner"].create(
            [{"name": user.name, "user_id": user.id} for user in (cls.ann, cls.bob)]
        )

    def _assert_bound(self, document, record, vals):
        """Check that an approved document is not changed by ``vals``, on it or its lines."""
        self._approve(self._submit(document), self.carl)
        with self._tells(GuardError, "approved as it is"):
            record.write(vals)

    def test_looked_up(self):
        """The link is the document's own."""
        self._policy(self.carl, domain=f"[('seller_id', '=', {self.ann.id})]")
        other = self._document(partner_id=self.bobs.id)
        other.action_done()
        with self.assertRaises(GuardError):
            other.partner_id = self.anns
        document = self._document(partner_id=self.anns.id)
        self._assert_bound(document, document, {"partner_id": self.bobs.id})

    def test_computed_from_lines(self):
        """Also where what it is computed from is computed itself, and can be written."""
        self._policy(self.carl, domain="[('largest', '>', 100)]")
        small = self._document(50)
        larger = {"line_ids": [Command.update(small.line_ids.id, {"subtotal": 300})]}
        with self.assertRaises(GuardError):
            small.write({"state": "done", **larger})
        small.action_done()
        for vals in ({"quantity": 3}, {"subtotal": 300}):
            with self.subTest(vals=vals), self.assertRaises(GuardError):
                small.line_ids.write(vals)
        large = self._document(200)
        self._assert_bound(large, large.line_ids, {"subtotal": 300})
        with self.assertRaises(GuardError):
            large.line_ids.quantity = 3
        large.action_done()

    def test_computed_on_lines(self):
        self._policy({"users": self.carl, "domain": "[('line_ids.subtotal', '>', 100)]"})
        document = self._document(200)
        self._assert_bound(document, document.line_ids, {"price": 300})

    def test_beneficiary(self):
        self._policy(self.carl, beneficiary_field_id=self._field("seller_id").id)
        document = self._document(partner_id=self.anns.id)
        self._assert_bound(document, document, {"partner_id": self.bobs.id})

    def test_computed_from_nothing_known(self):
        for path in ("answer", "line_ids.document_id.answer", "message_has_error_counter"):
            domain = f"[('{path}', '=', 42)]"
            for draft in (
                self._draft(self.ann, domain=domain),
                self._draft({"users": self.ann, "domain": domain}),
            ):
                with (
                    self.subTest(path=path),
                    self._tells(UserError, "Test Document", "does not know"),
                ):
                    draft.action_publish()


@tagged("post_install", "-at_install")
class TestInherited(ApprovalCase):
    """Documents that have fields of another by ``_inherits``, as product variants do."""

    @classmethod
    def _draft(cls, *stages, model="test.collab.edition", **vals):
        return super()._draft(
            *(stages or (cls.ann,)),
            model_id=cls.env["ir.model"]._get_id(model),
            field_id=cls._field("printed", model).id,
            value_id=False,
            **vals,
        )

    def test_belongs_to_another(self):
        author = self._field("author_id", "test.collab.edition")
        for draft in (
            self._draft(domain="[('price', '>', 100)]"),
            self._draft(domain="[('author_id.name', '=', 'Ann')]"),
            self._draft(domain="[('author_id', 'any', [('name', '=', 'Ann')])]"),
            self._draft(domain="[('value', '>', 100)]"),  # computed from it
            self._draft({"users": self.ann, "domain": "[('price', '>', 100)]"}),
            self._draft(beneficiary_field_id=author.id),
            self._draft(company_ids=[Command.set(self.env.company.ids)]),
        ):
            with (
                self.subTest(domain=draft.domain),
                self._tells(UserError, "of “Test Edition”", "put the policy on “Test Book”"),
            ):
                draft.action_publish()
        self._draft(domain="[('pages', '>', 100), ('book_id.price', '>', 1)]").action_publish()

    def test_belongs_to_the_document_of_the_line(self):
        """A line may inherit from the very document that it is a line of."""
        for domain in (
            "[('edition_ids.price', '>', 100)]",
            "[('edition_ids', 'any', [('value', '>', 100)])]",
        ):
            policy = self._draft(model="test.collab.book", domain=domain)
            policy.action_publish()
            edition = self.env["test.collab.edition"].create({"name": "Book", "price": 50})
            edition.book_id.printed = True
            for record in (edition, edition.book_id):
                with (
                    self.subTest(domain=domain, model=record._name),
                    self.assertRaises(GuardError),
                ):
                    record.price = 200
            policy.action_retire()


@tagged("post_install", "-at_install")
class TestFollowing(ApprovalCase):
    """Fields that a policy leaves to Odoo."""

    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('is_slow', '=', False)]"},
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        self.carl.partner_id.color = 1

    def _submitted(self, **vals):
        document = self._document(user_id=self.carl.id, **vals)
        return document, self._submit(document)

    def test_wants_more_under_review(self):
        document, request = self._submitted()
        self.assertEqual(self._names(request.path()["stages"]), [[["Ann"]]])
        self.carl.partner_id.color = 9
        with self._tells(GuardError, "“Pace” cannot be changed"):
            document.pace = 9
        document.sudo().pace = 9  # an application may, but it comes to nothing
        self._approve(request, self.ann)
        with self._tells(GuardError, "not any more what was approved"):
            document.action_done()
        with self._tells(GuardError, "not any more what was approved"):
            document.sudo().action_done()

    def test_swallowed(self):
        document, __ = self._submitted()
        self.carl.partner_id.color = 9
        with self.assertRaises(GuardError):
            with contextlib.suppress(GuardError):
                document.pace = 9
            self.env.cr.flush()

    def test_wants_more_afterwards(self):
        document, request = self._submitted()
        self._approve(request, self.ann)
        document.action_done()
        self.carl.partner_id.color = 9
        with self.assertRaises(GuardError):
            document.pace = 9
        self.assertEqual(document.pace, 1)
        document.sudo().pace = 9
        self.assertEqual((document.pace, document.state), (9, "done"))

    def test_out_and_back_wanting_more(self):
        """Applications do so as superuser, people do not."""
        for superuser in (True, False):
            self.carl.partner_id.color = 1
            document, request = self._submitted()
            self._approve(request, self.ann)
            document.action_done()
            as_committed(self.env)
            document.sudo().state = "sent"
            self.carl.partner_id.color = 9
            document.sudo().pace = 9
            if superuser:
                document.sudo().state = "done"
                continue
            with self.assertRaises(GuardError):
                document.state = "done"

    def test_wants_less(self):
        self.carl.partner_id.color = 9
        document, request = self._submitted()
        self._approve(request, self.ann, self.bob)
        self.carl.partner_id.color = 1
        document.pace = 1
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_computed_whoever_writes(self):
        """It is left to Odoo, not only while a request runs."""
        document = self._document(user_id=self.carl.id, pace=2)
        self.assertEqual(document.pace, 1)
        document.pace = 2
        self.assertEqual(document.pace, 1)
        document.sudo().pace = 2
        self.assertEqual(document.pace, 1)

    def test_what_was_entered_stays(self):
        """What was not what Odoo computes does not become that later."""
        document = self._document(user_id=self.carl.id)
        self.carl.partner_id.color = 2
        request = self._submit(document)
        self.carl.partner_id.color = 3
        with self.assertRaises(GuardError):
            document.pace = 3
        self.assertEqual(document.pace, 1)
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            document.pace = 3
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_cost(self):
        """Judging what is as it was computes nothing anew."""
        documents = self.documents.union(*(self._document(user_id=self.carl.id) for __ in range(9)))
        for part in (documents[:1], documents[1:]):
            self._approve(self._submit(part), self.ann)
        spec = self.env["collab.approval.spec"]._by_model()[MODEL][0][0]
        binding = self.env["collab.approval.binding"].sudo()
        binding._approved(spec, documents)
        with patch.object(binding_module, "computed", side_effect=AssertionError):
            one, eight = (
                self._count(lambda: binding._approved(spec, part.sudo()))  # noqa: B023
                for part in (documents[:1], documents[1:])
            )
        self.assertEqual(one, eight)

    def test_a_condition_that_does_not_work_any_more(self):
        """What cannot be judged is wanted; here it was not asked for."""
        document, request = self._submitted()
        self._approve(request, self.ann)
        with patch.object(binding_module, "filtered", side_effect=KeyError("is_slow")):
            with self._tells(GuardError, "not any more what was approved"):
                document.action_done()
        document.action_done()


@tagged("post_install", "-at_install")
class TestComputed(ApprovalCase):
    """What Odoo computes of documents."""

    def test_who_can_withdraw_is_told_so(self):
        self._policy(self.ann, domain="[('amount', '>', 100)]")
        document = self._document(200)
        self._approve(self._submit(document), self.ann)
        for user, said in (
            (self.rina, "Withdraw the approval first"),
            (self.owner, "Rina can withdraw the approval"),
        ):
            with self._tells(GuardError, said):
                document.with_user(user).line_ids.price = 1

    def test_number_that_a_client_sends_along(self):
        """Forms do that where they let people enter it; it is what Odoo computes, or refused."""
        self._policy(self.ann, domain="[('amount', '>', 1000)]")
        document = self._document(200)
        line = Command.update(document.line_ids.id, {"price": 0.1 + 0.2})
        document.write({"amount": 0.3, "line_ids": [line]})
        self.assertEqual(document.amount, 0.3)
        line = Command.update(document.line_ids.id, {"price": 5000})
        with self._tells(GuardError, "“Amount” of Document is computed by Odoo"):
            document.write({"amount": 1, "line_ids": [line]})

    def test_number_that_an_automation_writes_as_it_is_computed(self):
        self._policy(self.ann, domain="[('amount', '>', 1000)]")
        document = self._document(200)
        compute = self.registry[MODEL]._compute_amount

        def automated(records):
            compute(records)
            records.sudo().write({"amount": 1})

        with patch.object(self.registry[MODEL], "_compute_amount", automated):
            with self._tells(GuardError, "“Amount” of Document is computed by Odoo"):
                document.line_ids.price = 5000
                self.env.flush_all()

    def test_the_state_under_another_name(self):
        """Applications act on it, as they post expenses by their computed state."""
        self._policy(self.ann)
        document = self._document()
        with self._tells(GuardError, "“Standing” of Document is computed by Odoo"):
            document.standing = "over"
        document.sudo().standing = "over"
        self.assertEqual(document.standing, "open")
        self.env.flush_all()
        document.invalidate_recordset()
        self.assertEqual(document.standing, "open")

    def test_what_decides(self):
        self._policy(self.ann, domain="[('is_slow', '=', True)]")
        document = self._document(user_id=self.carl.id)
        with self.assertRaises(GuardError):
            document.is_slow = False
        document.sudo().is_slow = False
        self.assertTrue(document.is_slow)
        with self.assertRaises(GuardError):
            document.action_done()

    def test_translations(self):
        """They are written in SQL, and a field may be empty before."""
        self._policy(self.ann, material_field_ids=[Command.set(self._field("title").ids)])
        document = self._document()
        request = self._submit(document)
        for __ in ("under review", "approved"):
            with self.assertRaises(GuardError):
                document.update_field_translations("title", {"en_US": "Changed"})
            self.assertFalse(document.title)
            self._approve(request.filtered(lambda r: r.state == "running"), self.ann)

    def test_same_values_change_nothing(self):
        """Odoo would compute anew what is made of them."""
        self.carl.partner_id.color = 1
        self._policy(self.ann, domain="[('is_slow', '=', True)]")
        document = self._document(user_id=self.carl.id)
        request = self._submit(document)
        self.carl.partner_id.color = 2
        same = {"user_id": self.carl.id, "name": "Document"}
        document.write(same)
        self.assertEqual(document.pace, 1)
        self._approve(request, self.ann)
        document.write(same)
        document.write(same | {"standing": "open", "is_slow": True})
        self.assertEqual(document.pace, 1)
        other = self._document(user_id=self.carl.id)
        self.carl.partner_id.color = 3
        (document | other).write(same)
        self.assertEqual((document.pace, other.pace), (1, 3))
        document.action_done()
