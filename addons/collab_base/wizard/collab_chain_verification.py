from odoo import Command, api, fields, models


class CollabChainVerification(models.TransientModel):
    """One verification of the audit log, with its result on a page."""

    _name = "collab.chain.verification"
    _description = "Audit Log Verification Result"
    _inherit = ["collab.text.mixin"]

    state = fields.Selection(
        [("sound", "Nothing found"), ("broken", "Tampered with")], readonly=True
    )
    log_count = fields.Integer(string="Logs", readonly=True)
    row_count = fields.Integer(string="Rows Read", readonly=True)
    anchor_id = fields.Many2one(
        "collab.chain.anchor", string="Newest Anchor", readonly=True, ondelete="cascade"
    )
    anchor_date = fields.Datetime(related="anchor_id.create_date", string="Anchored on")
    anchor_hash = fields.Char(related="anchor_id.hash", string="Hash of the Anchor")
    line_ids = fields.One2many(
        "collab.chain.verification.line",
        "verification_id",
        string="Findings",
        readonly=True,
    )

    @api.depends("create_date")
    def _compute_display_name(self):
        self.display_name = self.env._("Verification of the audit log")

    @api.model
    def _action_verify(self):
        """Verify all logs and return the action that shows what was found."""
        verification = self.create(self._prepare_verification_vals())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Audit Log Verification"),
            "res_model": self._name,
            "res_id": verification.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_verify_again(self):
        return self._action_verify()

    def _prepare_verification_vals(self):
        anchors = self.env["collab.chain.anchor"]
        names = anchors._chain_model_names()
        # as superuser: an auditor need not read every log to know it is sound
        findings = self.env["collab.chain.verifier"].sudo()._verify()
        altered = [f.row_id for f in findings if f.model == anchors._name and f.row_id]
        return {
            "state": "broken" if findings else "sound",
            "log_count": len(names),
            "row_count": sum(self.env[name].sudo().search_count([]) for name in names),
            "anchor_id": anchors.search([("id", "not in", altered)], limit=1).id,
            "line_ids": [
                Command.create(
                    {
                        "kind": finding.kind,
                        "message": finding.message,
                        "res_model": finding.model,
                        "row_id": finding.row_id,
                    }
                )
                for finding in findings
            ],
        }
