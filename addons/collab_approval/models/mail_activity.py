from functools import partial

from odoo import api, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the app's own "please approve" activities from doubling a request.

        They are created without a message, and dropped at the end of the call if
        their document is under review then.
        """
        replaced = self.env["collab.approval.spec"]._replaced_activity_types()
        if not replaced or not _all_ask(vals_list, replaced):
            return super().create(vals_list)
        quiet = self.with_context(mail_activity_quick_update=True)
        activities = super(MailActivity, quiet).create(vals_list)
        self.env.cr.precommit.add(partial(activities.sudo()._drop_replaced))
        return activities.with_env(self.env)

    def _drop_replaced(self):
        binding = self.env["collab.approval.binding"]
        for res_model, activities in self.exists().grouped("res_model").items():
            rows = binding._open_requests(res_model, activities.mapped("res_id"), ("running",))
            running = {row[0] for row in rows}
            activities.filtered(lambda a: a.res_id in running).unlink()  # noqa: B023


def _all_ask(vals_list, types):
    """Whether all activities are to have one of ``types``; what is malformed is Odoo's."""
    return isinstance(vals_list, list | tuple) and all(
        isinstance(vals, dict)
        and isinstance(type_id := vals.get("activity_type_id"), int)
        and type_id in types
        for vals in vals_list
    )
