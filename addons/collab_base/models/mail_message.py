from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..own import hidden, is_own, noting

#: What says who speaks, and how: not even their own do people change afterwards
SPEAKER = frozenset({"author_id", "author_guest_id", "email_from", "message_type", "date"})
#: What Odoo sends answers by, to where they belong
ANSWERED = frozenset({"message_id", "reply_to", "reply_to_force_new"})
#: What anybody does with a message, without changing what was said
MARKS = frozenset({"notification_ids", "pinned_at", "reaction_ids", "starred_partner_ids"})


class MailMessage(models.Model):
    """In conversations of Collab people speak for themselves, and what was changed stays noted.

    Odoo lets whoever may change a record rewrite what others have said about it.
    """

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        # defaults come from the context, and from people
        usual = self.default_get(["model", "message_type", "parent_id", "res_id"])
        vals_list = [self._collab_spoken(usual | vals, vals) for vals in vals_list]
        return super().create(vals_list)

    def _collab_spoken(self, known, vals):
        """Return the values of a new message, in a conversation of Collab as the current user says
        it, here and now.

        :param known: them with what is usual
        """
        if not self.env.su:
            self._collab_check_notes(known)
            self._collab_named(known.get("parent_id"))._collab_check_heard()
        if not is_own(known.get("model")) or self.env.user._is_system():
            return vals
        if self.env.su:
            # it did not come by e-mail, whatever a route of Odoo is told
            is_mail = known.get("message_type") == "email"
            return vals | ({"message_type": "comment"} if is_mail else {})
        if not noting and known["model"] in self.env:
            # who follows, or answers what they were told of, is not asked by Odoo
            record_id = known.get("res_id") or ()
            self.env[known["model"]].browse(record_id).check_access("read")
        author = self.env.user.partner_id
        spoken = {
            "author_id": author.id,
            "author_guest_id": False,
            "email_from": author.email_formatted,
            "date": fields.Datetime.now(),
        }
        if known.get("message_type") == "email":  # it did not come by e-mail
            spoken["message_type"] = "comment"
        return {name: vals[name] for name in vals.keys() - ANSWERED} | spoken

    def _collab_check_notes(self, vals):
        """Raise an error if the notes of changes of a new message are not Odoo's, which carries
        out their commands as superuser, on the notes of any message."""
        commands = vals.get("tracking_value_ids") or ()
        if commands and is_own(vals.get("model")) and not noting:
            raise self._collab_on_record()
        if any(len(command) != 3 or command[0] != 0 for command in commands):
            raise self._collab_on_record()

    def write(self, vals):
        if self.env.su or MARKS.issuperset(vals):
            return super().write(vals)
        self._collab_own()._collab_check_said(vals)
        self._collab_named(vals.get("parent_id"))._collab_check_heard()
        result = super().write(vals)
        if not {"model", "res_id"}.isdisjoint(vals) and self._collab_own():
            raise self._collab_not_yours()  # nothing comes into a conversation of Collab so
        return result

    def fetch(self, field_names=None):
        # as superuser, of whatever one gets to by another record; Odoo's administrators get to
        # all of them by their mails, of which one must not keep the others from them
        if self._collab_speaks_for_all():
            return super().fetch(field_names)
        names = field_names and list(dict.fromkeys((*field_names, "model", "res_id")))
        super().fetch(names)
        there = self._fields["model"]._get_cache(self.env)
        self.browse(filter(there.__contains__, self._ids))._collab_check_heard()

    def unlink(self):
        if not self.env.su:
            own = self._collab_own()
            own._collab_check_no_record()
            if not self._collab_clears():
                own._collab_check_author()
        return super().unlink()

    def export_data(self, fields_to_export):
        # it reads what it exports as superuser
        self.check_access("read")
        return super().export_data(fields_to_export)

    @api.depends_context("uid")
    def _compute_display_name(self):
        unread = hidden(self)
        unread.display_name = False
        return super(MailMessage, self - unread)._compute_display_name()

    def _to_store(self, store, fields, **options):
        # Odoo shows whoever was told of something once what it is called by now, and whoever
        # names any message as that which they answer all of that
        unheard = self._collab_unheard()
        result = super(MailMessage, self - unheard)._to_store(store, fields, **options)
        for message in hidden(self) - unheard:
            record = self.env[message.sudo().model].browse(message.sudo().res_id)
            store.add(record, {"display_name": False}, as_thread=True)
            store.add_model_values("mail.message", {"id": message.id, "default_subject": False})
        return result

    def _collab_check_said(self, vals):
        """Raise an error if the current user may not write `vals` to the messages."""
        self._collab_check_no_record()
        self._collab_check_author()
        if self and not SPEAKER.isdisjoint(vals):
            raise self._collab_not_yours()

    def _collab_check_author(self):
        if self.sudo().filtered(lambda m: m.author_id != self.env.user.partner_id):
            raise self._collab_not_yours()

    def _collab_files_of_others(self):
        """Return the files that others have sent, there or elsewhere in a conversation of Collab."""
        files = self.attachment_ids
        if not is_own(self.model):
            return files._collab_said_by_others()
        if self._collab_clears():
            # what was sent with it goes with it
            here = (self.model, self.res_id)
            return files.filtered(lambda one: (one.res_model, one.res_id) != here)
        return files.filtered(lambda one: one.create_uid != self.env.user)

    def _collab_check_no_record(self):
        if self.sudo().tracking_value_ids:
            raise self._collab_on_record()

    @api.model
    def _collab_not_yours(self):
        return AccessError(self.env._("In this conversation people speak for themselves."))

    @api.model
    def _collab_on_record(self):
        return AccessError(self.env._("What was changed, and by whom, stays on record."))

    @api.model
    def _collab_speaks_for_all(self):
        return self.env.su or self.env.user._is_system()

    @api.model
    def _collab_clears(self):
        """Whether the current user takes out what others should not have said."""
        return self.env.user.has_group("collab_base.group_collab_admin")

    def _collab_own(self):
        """Return those of the messages that are in a conversation of Collab."""
        return self.filtered(lambda message: is_own(message.sudo().model))

    @api.model
    def _collab_named(self, message_id):
        """Return the message that a value names, if it names one."""
        message_id = message_id.get("id") if isinstance(message_id, dict) else message_id
        return self.browse(message_id or ())

    def _collab_unheard(self):
        """Return those of the messages that the current user may not read where they were said,
        and was not told of."""
        messages = hidden(self).with_user(self.env.user)
        return (messages - messages._filtered_access("read")).with_env(self.env)

    def _collab_check_heard(self):
        """Raise an error if the current user may read none of what is said there, nor was told."""
        if unheard := self._collab_unheard():
            unheard.invalidate_recordset(flush=False)
            raise AccessError(self.env._("You may not read what was said there."))
