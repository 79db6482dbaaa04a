from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import ApprovalCase


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

    def _bare(self, *prices, **vals):
        """Return a document that was done before there was a policy."""
        document = self._document(*prices, **vals)
        document.action_done()
        as_committed(self.env)
        return document

    def _assert_bare(self, document):
        """Check that nothing that decides is changed on a document without its approval, and
        all else is."""
        line = document.line_ids[0]
        for attack in (
            lambda: line.write({"price": 9000}),
            lambda: line.write({"price": 1}),
            lambda: line.copy(),
            lambda: line.unlink(),
            lambda: document.write({"line_ids": [Command.create({"price": 1})]}),
            lambda: document.write({"line_ids": [Command.update(line.id, {"price": 9000})]}),
            lambda: document.web_save({"line_ids": [Command.clear()]}, {}),
        ):
            with self._tells(GuardError, "without the approval that it needs"):
                attack()
        document.urgent = not document.urgent
        line.received = 3
        as_committed(self.env)

    def test_done_before_the_policy(self):
        document = self._bare(2000)
        policy = self._policy(self.ann, domain="[('amount_company', '>', 1000)]")
        self._assert_bare(document)
        line = document.line_ids
        line.sudo().price = 6000  # the application
        as_committed(self.env)
        self.assertEqual(document.amount_company, 6000)
        line.price = 6000
        document.state = "draft"
        line.price = 7000
        self._approve(self._submit(document), self.ann)
        document.action_done()
        policy.action_retire()
        line.price = 8000

    def test_created_where_it_needs_an_approval(self):
        """That is said, and not that its lines are locked."""
        domain = "['|', ('urgent', '=', True), ('amount_company', '>', 1000)]"
        self._policy(self.ann, domain=domain)
        with self._tells(GuardError, "cannot be created as"):
            self._document(200, urgent=True, state="done")

    def test_done_before_a_stricter_version(self):
        policy = self._policy(self.ann, domain="[('amount_company', '>', 5000)]")
        document = self._bare(2000)
        document.line_ids.price = 3000
        as_committed(self.env)
        policy.domain = "[('amount_company', '>', 1000)]"
        policy.action_publish()
        self._assert_bare(document)

    def test_done_before_another_policy(self):
        """Also one that is asked first, and says nothing of what the other asks for."""
        self._policy(self.ann, domain="[('amount_company', '>', 5000)]")
        document = self._bare(2000)
        self._policy(self.bob, sequence=0)
        self._assert_bare(document)

    def test_approved_by_a_policy_that_is_gone(self):
        large = "[('amount_company', '>', 1000)]"
        policy = self._policy(self.ann, domain=large)
        document = self._document(2000)
        self._approve(self._submit(document), self.ann)
        document.action_done()
        as_committed(self.env)
        policy.action_retire()
        self._policy(self.bob, domain=large)
        self._assert_bare(document)

    def test_bare_as_another_record_has_changed(self):
        """For a moment, and by a policy that says nothing of amounts."""
        belgium, france = self.env.ref("base.be"), self.env.ref("base.fr")
        partner = self.env["res.partner"].create({"name": "P", "country_id": belgium.id})
        abroad = f"('partner_id.country_id', '!=', {belgium.id})"
        large = "('amount_company', '>', 1000)"
        for domains in (
            [f"[{abroad}]", f"[{large}]"],
            [f"['|', {large}, {abroad}]"],
            [f"['|', '!', ('amount_company', '<=', 1000), {abroad}]"],
        ):
            policies = [self._policy(self.ann, domain=domain) for domain in domains]
            document = self._bare(200, partner_id=partner.id)
            partner.country_id = france
            self._assert_bare(document)
            partner.country_id = belgium
            document.line_ids.price = 300
            with self._tells(GuardError, "“Done” already"):
                document.line_ids.price = 4000
            for policy in policies:
                policy.action_retire()

    def test_bare_for_one_value_and_small_for_another(self):
        """What it lacks for the one does not let it grow for the other."""
        document = self._bare(200, urgent=True)
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        self._policy(
            self.bob,
            field_id=self._field("urgent").id,
            value_id=False,
            domain="[('line_ids.received', '>', 5)]",
        )
        with self.assertRaises(GuardError):
            document.line_ids.received = 9
            as_committed(self.env)
        document.state = "draft"
        with self.assertRaises(GuardError):
            document.line_ids.received = 9
            as_committed(self.env)

    def test_bare_when_the_call_began(self):
        """What is said is not that it has been approved."""
        self._policy(self.ann, domain="[('partner_id.ref', '=', 'abroad')]")
        self._policy(self.ann, domain="[('amount_company', '>', 1000)]")
        partner = self.env["res.partner"].create({"name": "P"})
        document = self._bare(200, partner_id=partner.id)
        partner.ref = "abroad"
        with self._tells(GuardError, "without the approval that it needs"):
            document.line_ids.quantity = document.line_ids.quantity
            partner.ref = False
            document.line_ids.price = 4000

    def test_bare_as_it_goes_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids += other
        abroad = "[('partner_id.ref', '=', 'abroad')]"
        self._policy(self.ann, company_ids=[Command.set(self.env.company.ids)])
        self._policy(self.ann, domain=abroad, company_ids=[Command.set(other.ids)])
        partner = self.env["res.partner"].create({"name": "P"})
        document = self._bare(200, partner_id=partner.id, company_id=other.id)
        partner.ref = "abroad"
        with self._tells(GuardError, "without the approval that it needs"):
            document.company_id = self.env.company


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
