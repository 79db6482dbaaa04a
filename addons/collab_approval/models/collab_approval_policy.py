import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.collab_guard.seal import unsealed

from .. import condition, summary
from ..core import Repeat

#: Requests that could not be moved, of which the reason is told
REASONS = 5


class CollabApprovalPolicy(models.Model):
    """What needs whose approval: the draft that a person edits.

    Nothing of it is in force until it is published; then a version holds a copy,
    and requests follow the version, never the draft.
    """

    _name = "collab.approval.policy"
    _description = "Approval Policy"
    _inherit = ["mail.thread"]
    _collab_kept = True  # see ir.model.fields in collab_guard
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where several policies fit a document, the first one counts."
    )
    company_ids = fields.Many2many(
        "res.company", string="Companies", help="Leave empty for all companies."
    )

    # what is guarded
    model_id = fields.Many2one(
        "ir.model",
        string="Document",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char(related="model_id.model", string="Document Model")
    unreadable = fields.Char(compute="_compute_unreadable")
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('selection', 'boolean', 'many2one'))]",
        help="The approval is needed before this field gets the value beside.",
    )
    field_type = fields.Selection(related="field_id.ttype", string="Field Type")
    field_relation = fields.Char(related="field_id.relation", string="Related Document")
    value_id = fields.Many2one(
        "ir.model.fields.selection",
        ondelete="cascade",
        domain="[('field_id', '=', field_id)]",
    )
    value_res_id = fields.Many2oneReference(string="Record", model_field="field_relation")
    domain = fields.Char(string="For", default="[]", required=True)

    # who asks
    auto_field_id = fields.Many2one(
        "ir.model.fields",
        string="Submit When",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True), ('ttype', '=', 'selection')]",
        help="Documents are submitted by themselves when this field gets the value"
        " beside. Leave empty to have people submit them.",
    )
    auto_value_id = fields.Many2one(
        "ir.model.fields.selection",
        string="Becomes",
        ondelete="set null",
        domain="[('field_id', '=', auto_field_id)]",
    )
    beneficiary_field_id = fields.Many2one(
        "ir.model.fields",
        string="On Behalf Of",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'many2one'),"
        " ('relation', 'in', ('res.users', 'hr.employee'))]",
        help="Whose case it is: managers are those of this person, who may not approve"
        " it either. Leave empty if that is whoever submits it.",
    )

    # who decides
    stage_ids = fields.One2many("collab.approval.stage", "policy_id", string="Stages", copy=True)
    fallback_user_ids = fields.Many2many(
        "res.users",
        "collab_approval_policy_fallback_rel",
        string="Fallback",
        domain=[("share", "=", False)],
        help="Asked when nobody else can be, so that nothing passes unseen.",
    )
    allow_self_approval = fields.Boolean(help="Let people approve their own documents.")
    repeat = fields.Selection(
        [
            (Repeat.ASK.value, "is asked each time"),
            (Repeat.CONSECUTIVE.value, "is not asked again in the next stage"),
            (Repeat.EARLIER.value, "is not asked again at all"),
        ],
        string="Who Has Approved Before",
        default=Repeat.CONSECUTIVE.value,
        required=True,
    )

    # what is locked
    free_field_ids = fields.Many2many(
        "ir.model.fields",
        "collab_approval_policy_free_rel",
        string="Stay Editable",
        domain="[('model', 'in', document_models), ('store', '=', True)]",
        help="Fields that may be changed while a document is under review. One that Odoo"
        " computes, and on which the conditions rest, is left to Odoo: it is computed anew"
        " whoever writes it, and may change like that also once it is approved.",
    )
    material_field_ids = fields.Many2many(
        "ir.model.fields",
        "collab_approval_policy_material_rel",
        string="Also Locked",
        domain="[('model', 'in', document_models), ('store', '=', True)]",
        help="What the conditions rest on cannot be changed once it is approved;"
        " neither can these.",
    )
    document_models = fields.Json(compute="_compute_document_models")
    summary_field_ids = fields.Many2many(
        "ir.model.fields",
        "collab_approval_policy_summary_rel",
        string="Show to Approvers",
        domain="[('model_id', '=', model_id)]",
    )

    # what follows
    approved_action_id = fields.Many2one(
        "ir.actions.server",
        string="When Approved",
        ondelete="restrict",
        domain="[('model_id', '=', model_id)]",
        groups="base.group_system",
        copy=False,
        help="Runs on the document, in superuser mode and in the name of the last approver.",
    )
    rejected_action_id = fields.Many2one(
        "ir.actions.server",
        string="When Rejected",
        ondelete="restrict",
        domain="[('model_id', '=', model_id)]",
        groups="base.group_system",
        copy=False,
        help="Runs on the document, in superuser mode and in the name of who rejected it.",
    )
    replaced_activity_type_ids = fields.Many2many(
        "mail.activity.type",
        string="Replaces Activities",
        help="Activities of the application that ask for the same decision.",
    )

    version_ids = fields.One2many("collab.approval.policy.version", "policy_id", readonly=True)
    version_id = fields.Many2one(
        "collab.approval.policy.version", string="In Force", compute="_compute_version"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        compute="_compute_version",
        search="_search_state",
    )
    sentence = fields.Char(string="In Words", compute="_compute_sentence")
    has_changes = fields.Boolean(compute="_compute_has_changes")
    request_count = fields.Integer(compute="_compute_request_count")
    outdated_count = fields.Integer(compute="_compute_request_count")

    # -- computes ---------------------------------------------------------------

    @api.depends("version_ids.in_force")
    def _compute_version(self):
        for policy in self:
            versions = policy.sudo().version_ids
            policy.version_id = versions.filtered("in_force")
            policy.state = "published" if policy.version_id else "retired" if versions else "draft"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = {
            "published": Domain("version_ids.in_force", "=", True),
            "draft": Domain("version_ids", "=", False),
        }
        parts["retired"] = ~parts["published"] & ~parts["draft"]
        return Domain.OR(parts[state] for state in value if state in parts)

    @api.depends("model_id")
    def _compute_document_models(self):
        specs = self.env["collab.approval.spec"]
        for policy in self:
            model = self.env.get(policy.model)
            policy.document_models = (
                [policy.model, *specs._line_models(model)] if model is not None else []
            )

    @api.depends("model_id")
    @api.depends_context("uid", "lang")
    def _compute_unreadable(self):
        publisher = self.env["collab.approval.publisher"]
        for policy in self:
            policy.unreadable = publisher._unreadable_sentence(policy.model)

    @api.depends(
        "model_id",
        "field_id",
        "value_id",
        "value_res_id",
        "domain",
        "stage_ids.step_ids.name",
        "stage_ids.step_ids.domain",
    )
    @api.depends_context("uid", "lang")
    def _compute_sentence(self):
        sentences = self.env["collab.approval.wording"]._sentences(self.filtered("field_id"))
        for policy in self:
            policy.sentence = sentences.get(policy)

    def _value_name(self):
        """Return the guarded value as people call it."""
        self.ensure_one()
        if self.field_id.ttype == "selection":
            return self.value_id.name or "…"
        if self.field_id.ttype == "many2one":
            value = self.env[self.field_relation].browse(self.value_res_id or []).exists()
            return value.display_name or "…"
        return ""

    def _compute_has_changes(self):
        for policy in self:
            try:
                policy.has_changes = bool(
                    policy.version_id and policy.version_id.sudo().snapshot != policy._snapshot()
                )
            except (UserError, ValueError, SyntaxError):
                policy.has_changes = True

    def _compute_request_count(self):
        # numbers only: an owner of the process need not be allowed to read the requests
        requests = self.env["collab.approval.request"].sudo()
        companies = ("company_id", "in", [*self.env.companies.ids, False])
        counts = dict(
            requests._read_group(
                [("policy_id", "in", self.ids), ("state", "=", "running"), companies],
                ["policy_id"],
                ["__count"],
            )
        )
        outdated = self.sudo()._outdated_requests().grouped("policy_id")
        for policy in self:
            policy.request_count = counts.get(policy.sudo(), 0)
            policy.outdated_count = len(outdated.get(policy.sudo(), ()))

    # -- consistency ------------------------------------------------------------

    @api.onchange("model_id")
    def _onchange_model_id(self):
        for policy in self:
            if policy.field_id.model_id != policy.model_id:
                policy.field_id = self.env["ir.model.fields"].search(
                    [
                        ("model_id", "=", policy.model_id.id),
                        ("name", "=", "state"),
                        ("ttype", "=", "selection"),
                    ]
                )
                policy.domain = "[]"
                policy.auto_field_id = policy.beneficiary_field_id = False
                policy.free_field_ids = policy.material_field_ids = False
                # whoever decides should not decide blind; what is proposed can be removed
                policy.summary_field_ids = policy._proposed_summary()

    def _proposed_summary(self):
        """Return the fields to show to approvers, as long as nobody has chosen any."""
        self.ensure_one()
        fields_ = self.env["ir.model.fields"]
        if (model := self.env.get(self.model)) is None:
            return fields_
        ids = fields_._get_ids(self.model)
        return fields_.browse(ids[name] for name in summary.proposed(model))

    @api.onchange("field_id")
    def _onchange_field_id(self):
        for policy in self:
            if policy.value_id.field_id != policy.field_id:
                policy.value_id = policy.value_res_id = False

    @api.onchange("auto_field_id")
    def _onchange_auto_field_id(self):
        for policy in self:
            if policy.auto_value_id.field_id != policy.auto_field_id:
                policy.auto_value_id = False

    @api.constrains("domain", "model_id")
    def _check_domain(self):
        for policy in self:
            policy._parse_domain(policy.domain, self.env._("the policy's documents"))

    @api.constrains("field_id", "model_id", "auto_field_id", "beneficiary_field_id")
    def _check_fields(self):
        for policy in self:
            for field in (policy.field_id, policy.auto_field_id, policy.beneficiary_field_id):
                if field and field.model_id != policy.model_id:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is not a field of “%(model)s”.",
                            field=field.field_description,
                            model=policy.model_id.name,
                        )
                    )

    @api.constrains("active")
    def _check_archived(self):
        for policy in self:
            if not policy.active and policy.version_id:
                raise ValidationError(
                    self.env._("“%s” is in force. Retire it before you archive it.", policy.name)
                )

    def write(self, vals):
        result = super().write(vals)
        if "sequence" in vals:
            # the order of policies counts at once, as where it is changed, in the
            # list, there is nothing to publish
            self.flush_recordset(["sequence"])
            self.env["collab.guard"]._changed()
        return result

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%s (copy)", policy.name))
            for policy, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # at uninstall too: its flag may come in the context of a client. A real one runs
    # while the registry loads.
    @api.ondelete(at_uninstall=True)
    def _unlink_except_published(self):
        versions = self.sudo().version_ids
        if versions and not self.pool.ready:
            unsealed(versions).write({"in_force": False})
            self.env["collab.guard"]._changed()
        elif versions:
            raise UserError(
                self.env._(
                    "A policy that has been published is part of the record of what it"
                    " decided, so it cannot be deleted. Retire it instead."
                )
            )

    # -- publishing -----------------------------------------------------------

    def action_publish(self):
        """Put the draft in force as a new version. Requests that run keep theirs."""
        self.check_access("write")
        publisher = self.env["collab.approval.publisher"]
        for policy in self:
            publisher._check_complete(policy.sudo())
            snapshot = policy._snapshot()
            publisher._check(snapshot)
            if policy.version_id and policy.version_id.sudo().snapshot == snapshot:
                continue
            was_in_force = bool(policy.version_id)
            _replace_version(policy, snapshot)
            if not was_in_force:
                self.env["collab.approval.gate"]._end_unseen(policy)
            policy.message_post(body=self.env._("Version %s published.", policy.version_id.number))

    def action_retire(self):
        """End the policy: its documents need no approval any more."""
        self.check_access("write")
        for policy in self.filtered("version_id"):
            number = policy.version_id.number
            _replace_version(policy, None)
            policy.message_post(body=self.env._("Version %s retired.", number))

    def action_move_requests(self):
        """Let the requests that still run under older versions go on under the newest one,
        those that can; tell of the others."""
        self.check_access("write")
        requests = self.sudo()._outdated_requests()
        stay = self.env["collab.approval.engine"]._move(requests)
        # names and people only of what the user may read
        readable = self.env["collab.approval.request"].browse(stay)._filtered_access("read")
        moved = len(requests) - len(stay)
        message = self.env._("Requests moved to the version in force: %s", moved)
        if stay:
            message = self.env._(
                "Requests moved to the version in force: %(moved)s. Those that stay where they"
                " are: %(stay)s. %(reasons)s",
                moved=moved,
                stay=len(stay),
                reasons=" ".join(stay[request.id] for request in readable[:REASONS]),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if stay else "success",
                "sticky": bool(stay),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _outdated_requests(self):
        """Return the running requests of older versions, in the user's companies."""
        return self.env["collab.approval.request"].search(
            [
                ("policy_id", "in", self.ids),
                ("state", "=", "running"),
                ("version_id.in_force", "=", False),
                ("policy_id.version_ids.in_force", "=", True),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ]
        )

    def _guarded_value(self):
        """Return the guarded value as it is in the cache of the field."""
        self.ensure_one()
        if self.field_id.ttype == "selection":
            return self.value_id.value or None
        if self.field_id.ttype == "many2one":
            return self.value_res_id or None
        return True

    def _beginnings(self):
        """Return where documents begin, see ``collab.approval.spec``: the guarded field's
        default, and the value of that field that submits them by itself."""
        model = self.env[self.model]
        field = model._fields[self.field_id.name]
        default = field.default(model) if field.default else None
        starts = [field.convert_to_cache(default, model, validate=False)]
        if self.auto_field_id == self.field_id:
            starts.append(self.auto_value_id.value)
        return self.env["collab.approval.spec"]._beginnings(field, starts)

    def _parse_domain(self, domain, where):
        """Return a domain typed by a person as a list that works on the documents."""
        # as the user, whom it must not tell what it is tried on; constraints run with su
        model = self.env(su=False)[self.sudo().model]
        try:
            parsed = condition.read(self.env, domain)
            condition.try_out(model, parsed)
        except psycopg2.OperationalError:
            raise  # a conflict with another transaction: Odoo tries again
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The condition of %(where)s does not work on “%(model)s”: %(error)s",
                    where=where,
                    model=self.model_id.name,
                    error=error,
                )
            ) from error
        return [list(term) if isinstance(term, tuple) else term for term in parsed]

    def _snapshot(self):
        """Return everything the engine needs, as JSON.

        This is the whole contract between a policy and the engine: what is not in
        here has no effect on documents.
        """
        self.ensure_one()
        # all of it, also what whoever publishes may not see, as people of other companies
        source = self.sudo().with_context(lang=None)
        return {
            "name": source.name,
            "model": source.model,
            "field": source.field_id.name,
            "value": source._guarded_value(),
            "beginnings": source._beginnings(),
            "domain": self._parse_domain(source.domain, self.env._("the policy's documents")),
            "companies": sorted(source.company_ids.ids),
            "auto": [source.auto_field_id.name, source.auto_value_id.value]
            if source.auto_field_id
            else None,
            "beneficiary": source.beneficiary_field_id.name or None,
            "self_approval": source.allow_self_approval,
            "repeat": source.repeat,
            "fallback": sorted(source.fallback_user_ids.ids),
            "free": sorted([field.model, field.name] for field in source.free_field_ids),
            "material": sorted([field.model, field.name] for field in source.material_field_ids),
            # who and whom first, then how much
            "summary": source.summary_field_ids.sorted(
                lambda field: ({"many2one": 0, "monetary": 1}.get(field.ttype, 2), field.id)
            ).mapped("name"),
            # a process owner may publish, but not choose, what runs in superuser mode
            "approved_action": source.approved_action_id.id or None,
            "rejected_action": source.rejected_action_id.id or None,
            "replaces": sorted(source.replaced_activity_type_ids.ids),
            "stages": [
                {
                    "id": stage.id or stage._origin.id,
                    "name": stage.name,
                    "steps": [step._snapshot() for step in stage.step_ids],
                }
                for stage in source.stage_ids
                if stage.step_ids
            ],
        }

    def action_view_requests(self):
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "collab_approval.action_collab_approval_request_all"
        ) | {"domain": [("policy_id", "=", self.id)], "context": {"search_default_running": 1}}


def _replace_version(policy, snapshot):
    """Put a snapshot in force as a new version, or none. No method, see ``seal``."""
    policy.ensure_one()
    versions = policy.env["collab.approval.policy.version"].sudo()
    unsealed(policy.sudo().version_id).write({"in_force": False})
    policy.env.flush_all()  # one in force at a time, also for the index
    if snapshot is not None:
        number = max(policy.sudo().version_ids.mapped("number"), default=0) + 1
        unsealed(versions).create(
            [
                {
                    "policy_id": policy.id,
                    "number": number,
                    "snapshot": snapshot,
                    "in_force": True,
                    "published_by": policy.env.uid,
                }
            ]
        )
    policy.env.flush_all()
    policy.invalidate_recordset(["version_ids", "version_id", "state"])
    policy.env["collab.guard"]._changed()
