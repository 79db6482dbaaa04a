from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPracticeTemplates(TransactionCase):
    """Others begin with what a published practice names, by the rights that they have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        owner = "base.group_user,collab_base.group_collab_process_owner"
        cls.boss = cls._user("boss_template", f"{owner},project.group_project_manager")
        cls.clerk = cls._user("clerk_template", owner)
        cls.mei = cls._user("mei_template", "base.group_user,project.group_project_user")
        cls.tom = cls._user("tom_template", "base.group_user,project.group_project_manager")
        cls.ann = cls._user("ann_template", "base.group_user")
        cls.project = cls.env["project.project"].create(
            {"name": "Stock count", "privacy_visibility": "employees"}
        )
        cls.task = cls.env["project.task"].create(
            {"name": "Hall 2", "project_id": cls.project.id, "user_ids": [(4, cls.tom.id)]}
        )
        cls.secret = cls.env["project.project"].create(
            {"name": "Secret", "privacy_visibility": "followers"}
        )
        cls.award = (
            cls.env["collab.award"]
            .with_user(cls.boss)
            .create({"name": "Award", "closes_on": fields.Date.today() + timedelta(days=9)})
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(cls.env, login, groups=groups)

    def _nominate(self, **values):
        vals = {
            "award_id": self.award.id,
            "person_id": self.ann.id,
            "title": "Count twice",
            "story": "<p>x</p>",
        }
        return self.env["collab.practice"].with_user(self.mei).create(vals | values)

    def _publish(self, practice, user=None):
        self.award.close()
        practice = practice.with_user(user or self.boss)
        practice.publish()
        return practice.sudo()

    def test_project(self):
        practice = self._publish(self._nominate(project_id=self.project.id))
        template = practice.project_template_id
        self.assertTrue(template.is_template)
        self.assertEqual((template.name, template.task_ids.name), ("Count twice", "Hall 2"))
        self.assertFalse(self.project.is_template)
        self.assertTrue(self.project.active)
        action = practice.with_user(self.tom).action_use_project()
        self.assertEqual(action["res_model"], "project.template.create.wizard")
        self.assertEqual(action["context"]["template_id"], template.id)
        # who may not make projects is not offered one
        self.assertTrue(practice.with_user(self.tom).can_use_project)
        self.assertFalse(practice.with_user(self.ann).can_use_project)
        with self.assertRaises(AccessError):
            practice.with_user(self.ann).action_use_project()

    def test_task(self):
        practice = self._publish(self._nominate(task_id=self.task.id))
        template = practice.task_template_id
        self.assertTrue(template.is_template)
        self.assertFalse(template.user_ids)
        self.assertFalse(self.task.is_template)
        own = practice.with_user(self.mei)
        self.assertTrue(own.can_use_task)
        made = self.env["project.task"].browse(own.action_use_task()["res_id"])
        self.assertEqual(
            (made.name, made.is_template, made.project_id.id),
            ("Count twice", False, self.project.id),
        )
        self.assertEqual(made.create_uid, self.mei)

    def test_again(self):
        practice = self._publish(self._nominate(project_id=self.project.id))
        template = practice.project_template_id
        practice.with_user(self.boss).unpublish()
        self.assertFalse(practice.with_user(self.tom).can_use_project)
        practice.with_user(self.boss).publish()
        self.assertEqual(practice.project_template_id, template)

    def test_by_the_rights_of_the_publisher(self):
        practice = self._publish(self._nominate(project_id=self.project.id), self.clerk)
        self.assertTrue(practice.published_at)
        self.assertFalse(practice.project_template_id)
        with self.assertRaises(UserError):
            practice.with_user(self.tom).action_use_project()

    def test_what_one_may_read(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._nominate(project_id=self.secret.id)
        practice = self._nominate()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            practice.write({"project_id": self.secret.id})

    def test_templates_are_not_written(self):
        forged = self._nominate(
            project_template_id=self.secret.id, task_template_id=self.task.id
        ).sudo()
        self.assertFalse(forged.project_template_id or forged.task_template_id)
        for own in (forged.with_user(self.mei), forged.with_user(self.boss), forged):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                own.write({"project_template_id": self.secret.id})
