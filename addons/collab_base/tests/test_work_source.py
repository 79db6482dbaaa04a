from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestWorkSource(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner, cls.auditor, cls.user = (
            new_test_user(cls.env, login, groups=f"base.group_user,{group}")
            for login, group in (
                ("source_owner", "collab_base.group_collab_process_owner"),
                ("source_auditor", "collab_base.group_collab_auditor"),
                ("source_user", "base.group_user"),
            )
        )
        cls.sources = cls.env["collab.work.source"].with_user(cls.owner)

    def _field(self, name, model="mail.activity"):
        return self.env["ir.model.fields"]._get(model, name)

    def _vals(self, **vals):
        return {
            "name": "Activities",
            "model_id": self.env["ir.model"]._get_id("mail.activity"),
            "date_field_id": self._field("date_deadline").id,
            "person_field_id": self._field("user_id").id,
            **vals,
        }

    def test_create(self):
        source = self.sources.create(self._vals(domain="[('date_deadline', '>=', 'today -7d')]"))
        self.assertEqual(source.model, "mail.activity")

    def test_form(self):
        """A process owner sets one up in the form; changing the model starts anew."""
        with Form(self.sources) as form:
            form.name = "Activities"
            form.model_id = self.env["ir.model"]._get("mail.activity")
            form.date_field_id = self._field("date_deadline")
            form.person_field_id = self._field("user_id")
            form.model_id = self.env["ir.model"]._get("hr.employee")
            self.assertFalse(form.date_field_id)
            self.assertFalse(form.person_field_id)
            form.date_field_id = self._field("create_date", "hr.employee")
            form.person_field_id = self._field("parent_id", "hr.employee")

    def test_fields_are_checked(self):
        for vals in (
            {"date_field_id": self._field("summary").id},
            {"date_field_id": self._field("create_date", "res.partner").id},
            {"person_field_id": self._field("activity_type_id").id},
            {"person_field_id": self._field("user_id", "res.partner").id},
            {"person_field_id": self._field("date_deadline").id},
            {"date_field_id": self._field("date_done").id}
            if not self._field("date_done").store
            else {"date_field_id": self._field("name", "res.partner").id},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.sources.create(self._vals(**vals))

    def test_model_is_checked(self):
        for model in ("mail.thread", "base.module.upgrade"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.sources.create(self._vals(model_id=self.env["ir.model"]._get_id(model)))

    def test_domain_is_checked(self):
        for domain in (
            "[('nowhere', '=', 1)]",
            "[('user_id', '=', uid)]",
            "[(",
            "{}",
            "[1]",
            "[('id', '=', 'x')]",
            r"[('summary', '=', '\0')]",
            r"[('summary', 'in', ['\ud800'])]",
            "__import__('os').getcwd()",
        ):
            with self.assertRaises(ValidationError, msg=domain):
                with self.env.cr.savepoint():
                    self.sources.create(self._vals(domain=domain))

    def test_texts_are_checked(self):
        source = self.sources.create(self._vals())
        for name in ("a\0b", "a\ud800b"):
            with self.assertRaisesRegex(UserError, "cannot be stored"):
                self.sources.create(self._vals(note=name))
            with self.assertRaisesRegex(UserError, "cannot be stored"):
                source.name = name
            with self.assertRaisesRegex(UserError, "cannot be stored"):
                self.sources.with_context(default_note=name).create(self._vals())

    def test_access(self):
        source = self.sources.create(self._vals())
        self.assertEqual(source.with_user(self.auditor).name, "Activities")
        with self.assertRaises(AccessError):
            source.with_user(self.auditor).name = "x"
        with self.assertRaises(AccessError):
            source.with_user(self.user).read(["name"])

    def test_company(self):
        company = self.env["res.company"].create({"name": "Another"})
        source = self.env["collab.work.source"].create(
            self._vals(
                company_id=company.id,
                model_id=self.env["ir.model"]._get_id("hr.employee"),
                date_field_id=self._field("create_date", "hr.employee").id,
                person_field_id=self._field("user_id", "hr.employee").id,
            )
        )
        self.assertFalse(self.sources.search([("id", "=", source.id)]))
        self.owner.company_ids += company
        found = self.sources.with_context(
            allowed_company_ids=[self.owner.company_id.id, company.id]
        ).search([("id", "=", source.id)])
        self.assertEqual(found, source)

    def test_what_is_hidden(self):
        """It is read as superuser: by what counts, one could find out what it says."""
        self.assertTrue(self.env["hr.employee"]._fields["pin"].groups)
        employees = self._vals(
            model_id=self.env["ir.model"]._get_id("hr.employee"),
            date_field_id=self._field("create_date", "hr.employee").id,
            person_field_id=self._field("user_id", "hr.employee").id,
        )
        parameters = self._vals(
            model_id=self.env["ir.model"]._get_id("ir.config_parameter"),
            date_field_id=self._field("create_date", "ir.config_parameter").id,
            person_field_id=self._field("create_uid", "ir.config_parameter").id,
            domain="[]",
        )
        source = self.sources.create(employees | {"domain": "[('user_id.share', '=', False)]"})
        for vals in (
            employees | {"domain": "[('pin', '=like', '1%')]"},
            employees | {"domain": "['!', ('parent_id.pin', '=like', '1%')]"},
            employees | {"domain": "[('parent_id', 'any', [('pin', '=like', '1%')])]"},
            employees | {"domain": "[('user_id.group_ids.name', '=', 'x')]"},
            parameters,
            parameters | {"domain": "[('value', '=like', 'a%')]"},
        ):
            for attempt in (self.sources.create, source.write):
                with self.subTest(vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt(vals)
        self.env["collab.work.source"].create(parameters)
