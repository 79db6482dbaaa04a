from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import Mode


class CollabApprovalStep(models.Model):
    """Whom to ask, when, and how they decide together."""

    _name = "collab.approval.step"
    _description = "Approval Step"
    _collab_kept = True  # see ir.model.fields in collab_guard
    _order = "sequence, id"

    stage_id = fields.Many2one(
        "collab.approval.stage", required=True, ondelete="cascade", index=True
    )
    policy_id = fields.Many2one(related="stage_id.policy_id")
    model = fields.Char(string="Document Model", compute="_compute_model")
    unreadable = fields.Char(compute="_compute_unreadable")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    domain = fields.Char(string="Only If", default="[]", required=True)

    source = fields.Selection(
        [
            ("users", "these people"),
            ("group", "anybody of a group"),
            ("field", "a person named on the document"),
            ("manager", "the managers above"),
        ],
        string="Ask",
        default="users",
        required=True,
    )
    user_ids = fields.Many2many("res.users", string="People", domain=[("share", "=", False)])
    group_id = fields.Many2one("res.groups", ondelete="restrict")
    field_id = fields.Many2one(
        "ir.model.fields",
        string="Person",
        ondelete="cascade",
        domain="[('model', '=', model), ('relation', 'in', ('res.users', 'hr.employee'))]",
    )
    level_first = fields.Integer(string="From Level", default=1)
    level_last = fields.Integer(string="To Level", default=1)
    asks = fields.Char(compute="_compute_asks")

    mode = fields.Selection(
        [
            (Mode.ALL.value, "all of them approve"),
            (Mode.ANY.value, "one of them decides"),
            (Mode.QUORUM.value, "a number of them approve"),
            (Mode.IN_TURN.value, "one after another approves"),
        ],
        string="Decision",
        default=Mode.ALL.value,
        required=True,
        help="One after another goes from the nearest manager up; people and the members"
        " of a field go by name. Use several stages for another order.",
    )
    quorum = fields.Integer(string="How Many", default=1)
    percent = fields.Boolean(string="In Percent")
    comment_required = fields.Boolean(string="Comment Needed")

    _quorum_positive = models.Constraint("CHECK(quorum > 0)", "A quorum is at least one.")
    _levels_in_order = models.Constraint(
        "CHECK(level_first > 0 AND level_last >= level_first)",
        "Levels count from 1, the direct manager, and the last is not before the first.",
    )

    @api.depends("stage_id.policy_id.model_id")
    @api.depends_context("collab_policy_model")
    def _compute_model(self):
        for step in self:
            # the form of a policy tells it as long as the policy is not saved; no check
            # rests on that
            said = self.env.context.get("collab_policy_model")
            step.model = step.stage_id.policy_id.model_id.model or (not step.id and said)

    @api.depends(
        "source",
        "user_ids",
        "group_id",
        "field_id",
        "level_first",
        "level_last",
        "stage_id.policy_id.beneficiary_field_id",
    )
    @api.depends_context("uid", "lang")
    def _compute_asks(self):
        asks = self.env["collab.approval.wording"]._asks(self)
        for step in self:
            step.asks = asks[step]

    @api.depends("model")
    @api.depends_context("collab_policy_model", "uid", "lang")
    def _compute_unreadable(self):
        publisher = self.env["collab.approval.publisher"]
        for step in self:
            step.unreadable = publisher._unreadable_sentence(step.model)

    @api.constrains("domain")
    def _check_domain(self):
        for step in self:
            step.policy_id._parse_domain(step.domain, step.name)

    @api.constrains("field_id", "stage_id")
    def _check_field(self):
        for step in self:
            if step.field_id and step.field_id.model != step.model:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a field of the document.", step.field_id.field_description
                    )
                )

    def _asks_anybody(self):
        """Whether the step says whom it asks."""
        self.ensure_one()
        given = {"users": self.user_ids, "group": self.group_id, "field": self.field_id}
        return bool(given.get(self.source, True))

    def _snapshot(self):
        """Return the step as JSON, see ``collab.approval.policy._snapshot``."""
        self.ensure_one()
        return {
            "key": str(self.id or self._origin.id),
            "name": self.name,
            "domain": self.policy_id._parse_domain(self.domain, self.name),
            "source": self.source,
            "users": self.user_ids.sorted(lambda user: (user.name, user.id)).ids,
            "group": self.group_id.id or None,
            "field": self.field_id.name or None,
            "levels": [self.level_first, self.level_last],
            "mode": self.mode,
            "quorum": self.quorum,
            "percent": self.percent,
            "comment": self.comment_required,
        }
