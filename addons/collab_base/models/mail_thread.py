from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..own import is_own, noting

#: Keys of the context by which a client could keep Odoo from noting changes
UNTRACKED = frozenset({"mail_create_nolog", "mail_notrack", "tracking_disable"})


class MailThread(models.AbstractModel):
    """The mail gateway is for what brings the mail.

    It makes records and changes them as superuser, with what its caller says, and its methods
    can be called by RPC.
    """

    _inherit = "mail.thread"

    @api.model_create_multi
    def create(self, vals_list):
        return super(MailThread, self._collab_tracked()).create(vals_list)

    def write(self, vals):
        return super(MailThread, self._collab_tracked()).write(vals)

    def _collab_tracked(self):
        """Return the records such that what becomes of them is noted, whoever asks that it be
        not."""
        asked = not self.env.su and any(map(self.env.context.get, UNTRACKED))
        if not (asked and is_own(self._name)):
            return self
        return self.with_context(**dict.fromkeys(UNTRACKED, False))

    @api.model
    def message_process(self, model, message, custom_values=None, **options):
        self._check_gateway()
        return super().message_process(model, message, custom_values=custom_values, **options)

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        self._check_gateway()
        return super().message_route(message, message_dict, model, thread_id, custom_values)

    @api.model
    def _check_gateway(self):
        """Raise an error unless it is the cron that fetches mail, or the administrator as whom a
        mail server delivers it."""
        if not (self.env.su or self.env.user._is_system()):
            raise AccessError(self.env._("Only an administrator can bring e-mail into Odoo."))

    def message_notify(self, *, model=False, res_id=False, **options):
        # unlike a message it is sent about any record that is named
        records = self.env[model].browse(res_id) if model in self.env else self
        if is_own(records._name):
            records.check_access("read")
        return super().message_notify(model=model, res_id=res_id, **options)

    def message_get_followers(self, *args, **kwargs):
        if is_own(self._name):
            self.check_access("read")
        return super().message_get_followers(*args, **kwargs)

    def _message_track(self, fields_iter, initial_values_dict):
        with noting():
            return super()._message_track(fields_iter, initial_values_dict)

    def _message_update_content(self, message, /, *, body, **options):
        """Odoo comes here as superuser, for its administrators and for whoever has the link of a
        rating, which may name any message."""
        said = message.sudo()
        if is_own(said.model):
            if (said.model, said.res_id) != (self._name, self.id):
                raise said._collab_not_yours()
            said._collab_check_no_record()
            rewritten = body != "" or options.get("attachment_ids") or options.get("partner_ids")
            if rewritten or not said._collab_clears():
                said._collab_check_author()
        if options.get("attachment_ids") == []:
            # all go with it: what others have sent stays, and is of this message no more
            said.attachment_ids -= said._collab_files_of_others()
        return super()._message_update_content(message, body=body, **options)

    def _message_log_batch(self, *args, **options):
        # as superuser, for whoever has a wizard that names the records
        if is_own(self._name) and not (self.env.su or noting):
            (self - self._collab_just_made()).check_access("read")
        return super()._message_log_batch(*args, **options)

    def _collab_just_made(self):
        """Return those that the current user has made in this transaction: Odoo notes it before
        there are rights to read them."""
        now = self.env.cr.now().replace(microsecond=0)
        return (
            self.sudo()
            .filtered(lambda one: one.create_uid == self.env.user and one.create_date >= now)
            .sudo(False)
        )

    def rating_apply(self, *args, **kwargs):
        if is_own(self._name):
            # by the link of a rating, which needs no log-in, one would write into a conversation
            raise AccessError(self.env._("This is not rated."))
        return super().rating_apply(*args, **kwargs)

    def _message_compute_author(self, author_id=None, email_from=None):
        """In conversations of Collab people speak for themselves: Odoo takes any author that the
        caller names."""
        speaks_for_all = self.env["mail.message"]._collab_speaks_for_all()
        if is_own(self._name) and not speaks_for_all:
            return super()._message_compute_author()
        return super()._message_compute_author(author_id, email_from)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        if is_own(self._name):
            # the gateway calls this as superuser, with the defaults of an alias
            raise UserError(
                self.env._(
                    "%s: none is made by e-mail.", self.env["ir.model"]._get(self._name).name
                )
            )
        return super().message_new(msg_dict, custom_values)
