from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from odoo.addons.collab_base.bulk import update_rows

#: What is made when it is published
MADE = frozenset({"project_template_id", "task_template_id"})


class CollabPractice(models.Model):
    """A practice may name a project or a task that shows how it is done. When it is published, that
    becomes a template, as Odoo has them, for others to begin with."""

    _inherit = "collab.practice"

    project_id = fields.Many2one(
        "project.project",
        string="Example Project",
        domain=[("is_template", "=", False)],
        ondelete="set null",
        help="It becomes a template when the practice is published.",
    )
    task_id = fields.Many2one(
        "project.task",
        string="Example Task",
        domain=[("project_id", "!=", False), ("is_template", "=", False)],
        ondelete="set null",
        help="It becomes a template when the practice is published.",
    )
    project_template_id = fields.Many2one(
        "project.project", readonly=True, copy=False, ondelete="set null"
    )
    task_template_id = fields.Many2one(
        "project.task", readonly=True, copy=False, ondelete="set null"
    )
    can_use_project = fields.Boolean(compute="_compute_can_use")
    can_use_task = fields.Boolean(compute="_compute_can_use")

    @api.depends("published_at", "project_template_id", "task_template_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_use(self):
        projects = self.project_template_id.sudo(False)
        tasks = self.task_template_id.sudo(False)
        # who may not make any need not be offered one
        projects = projects.has_access("create") and projects._filtered_access("read")
        tasks = tasks.has_access("create") and tasks._filtered_access("read")
        for practice in self:
            project, task = practice.project_template_id, practice.task_template_id
            published = bool(practice.published_at)
            practice.can_use_project = (
                published and project and project in (projects or project[:0])
            )
            practice.can_use_task = published and task and task in (tasks or task[:0])

    # ------------------------------------------------------------------
    # Nominating
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        return super().default_get([name for name in fields if name not in MADE])

    @api.model_create_multi
    def create(self, vals_list):
        practices = super().create(
            [{n: value for n, value in vals.items() if n not in MADE} for vals in vals_list]
        )
        practices._check_examples()
        return practices

    def write(self, vals):
        if not MADE.isdisjoint(vals):
            raise UserError(self.env._("Templates are made when a practice is published."))
        result = super().write(vals)
        if not {"project_id", "task_id"}.isdisjoint(vals):
            self._check_examples()
        return result

    def _check_examples(self):
        # what one may not read one does not have copied by somebody who may
        own = self.with_env(self.env(su=False))
        own.project_id.check_access("read")
        own.task_id.check_access("read")

    # ------------------------------------------------------------------
    # Publishing
    # ------------------------------------------------------------------

    def publish(self):
        """Make templates of the examples, too, if the publisher may copy them."""
        result = super().publish()
        for example, made in (
            ("project_id", "project_template_id"),
            ("task_id", "task_template_id"),
        ):
            original = self[example].with_env(self._own_env())
            if (
                original
                and not self[made]
                and original.has_access("read")
                and original.has_access("create")
            ):
                template = self._template_of(original)
                update_rows(self.sudo(), {made: template.id})
        return result

    def _template_of(self, original):
        values = {"name": self.title, "partner_id": False, "is_template": True}
        if original._name == "project.task":
            # whoever begins with it does it, and not who has done it here
            return original.copy(values | {"user_ids": [fields.Command.clear()]})
        template = original.copy(values)
        template._toggle_template_mode(True)
        return template

    # ------------------------------------------------------------------
    # Using
    # ------------------------------------------------------------------

    def action_use_project(self):
        """Open Odoo's creation of a project from the template."""
        template = self._usable("project_template_id")
        wizards = self.env["project.template.create.wizard"].with_context(
            template_id=template.id, template_name=template.name
        )
        return wizards.action_open_template_view()

    def action_use_task(self):
        """Make a task from the template, as Odoo does, and open it."""
        template = self._usable("task_template_id")
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.task",
            "res_id": template.action_create_from_template(),
            "view_mode": "form",
        }

    def _usable(self, name):
        self.ensure_one()
        practice = self.with_env(self._own_env())
        practice.check_access("read")
        template = practice[name]
        if not practice.published_at or not template:
            raise UserError(self.env._("It has no template."))
        template.check_access("read")
        template.check_access("create")
        return template

    def _own_env(self):
        # what the client says beside has no part in what is made
        return self.env(su=False, context=clean_context(self.env.context))
