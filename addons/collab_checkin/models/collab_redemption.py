from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.collab_base.text import storable

from ..spending import settle

STATES = [
    ("asked", "Asked For"),
    ("granted", "Granted"),
    ("handed", "Handed Over"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
#: State → type of the activity of what there is to do
TO_DO = {
    "asked": "collab_checkin.mail_activity_type_grant",
    "granted": "collab_checkin.mail_activity_type_hand_over",
}


class CollabRedemption(models.Model):
    """A reward that somebody has for points.

    ``collab.reward.redeem`` is the one way in. Its points are held from the start, and returned if
    it ends without.
    """

    _name = "collab.redemption"
    _description = "Redemption"
    _inherit = ["collab.sealed.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"
    #: Approvals can be put on it, see ``collab.approval.publisher``
    _collab_governable = True

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade", index=True
    )
    reward_id = fields.Many2one(
        "collab.reward",
        string="Offer",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    image_128 = fields.Image(related="reward_id.image_128")
    responsible_id = fields.Many2one(related="reward_id.responsible_id")
    # as it was called then
    name = fields.Char(string="Reward", required=True, readonly=True)
    points = fields.Integer(required=True, readonly=True)
    note = fields.Char(readonly=True, help="For who hands it over.")
    month = fields.Date(
        required=True, readonly=True, help="Its first day, by the person's time zone."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    needs_grant = fields.Boolean(string="Has to Be Granted", readonly=True)
    holds_unit = fields.Boolean(readonly=True, help="One of those of which there are only so many.")
    state = fields.Selection(STATES, string="Status", required=True, readonly=True, default="asked")
    reason = fields.Char(readonly=True, help="Why it was refused.")
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="set null"
    )
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    handed_by_id = fields.Many2one(
        "res.users", string="Handed Over by", readonly=True, ondelete="set null"
    )
    handed_at = fields.Datetime(string="Handed Over on", readonly=True)
    is_mine = fields.Boolean(compute="_compute_for_me")
    can_decide = fields.Boolean(compute="_compute_for_me")

    _open_idx = models.Index("(id) WHERE state IN ('asked', 'granted')")

    @api.depends("user_id", "responsible_id")
    @api.depends_context("uid")
    def _compute_for_me(self):
        user = self.env.user
        is_owner = user.has_group("collab_base.group_collab_process_owner")
        for redemption in self:
            redemption.is_mine = redemption.user_id == user
            redemption.can_decide = not redemption.is_mine and (
                is_owner or redemption.sudo().responsible_id == user
            )

    @api.depends("name", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for redemption in self:
            redemption.display_name = self.env._(
                "%(reward)s for %(person)s",
                reward=redemption.name,
                person=redemption.sudo().user_id.name,
            )

    def action_grant(self):
        """Say yes to what was asked for."""
        return self._decide("granted")

    def action_hand_over(self):
        """Note that people have what was granted."""
        return self._decide("handed")

    def action_refuse(self):
        """Ask why, to refuse."""
        self._check_decides()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse a Redemption"),
            "res_model": "collab.redemption.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_redemption_ids": self.ids},
        }

    def refuse(self, reason):
        """Say no, also where it was granted before; the points are returned.

        :param str reason: for those concerned
        """
        if not isinstance(reason, str) or not storable(reason) or not reason.strip():
            raise UserError(self.env._("Say why, for those concerned."))
        return self._decide("refused", reason.strip())

    def action_withdraw(self):
        """Do without what one has asked for; the points are returned."""
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Only who has asked for it withdraws it."))
        self._settle("withdrawn")
        return True

    def _decide(self, state, reason=False):
        self._check_decides()
        self._settle(state, reason)
        return True

    def _check_decides(self):
        """Raise an error unless the current user may decide, or has done so in an approval, whose
        follow-up this is."""
        self.check_access("read")
        if self.env.user in self.user_id:
            raise AccessError(self.env._("Nobody decides on their own redemptions."))
        if not self.env.su and not all(one.can_decide for one in self):
            raise AccessError(
                self.env._("Who is responsible for a reward decides, or a process owner.")
            )

    def _settle(self, state, reason=False):
        # nothing of the caller's context has a say in it; what is named twice is settled once
        settled = self.union().with_env(self.env(su=True, context={"lang": self.env.lang}))
        settle(settled, state, reason)
        settled._ask_responsible()
        if state != "withdrawn":
            settled._tell()

    @api.model
    def _is_for_user(self):
        """Return whether the current user grants rewards, or hands them over."""
        if self.env.user.has_group("collab_base.group_collab_process_owner"):
            return True
        rewards = self.env["collab.reward"].sudo().with_context(active_test=False)
        return bool(rewards.search_count([("responsible_id", "=", self.env.uid)], limit=1))

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def _ask_responsible(self):
        """Have whoever is responsible for the rewards know what there is to do, if anything."""
        self.activity_unlink(list(TO_DO.values()))
        open_ones = self.filtered(
            lambda one: (
                one.state in TO_DO
                and one.responsible_id.active
                and one.responsible_id != one.user_id
            )
        )
        for (responsible, state), some in open_ones.grouped(
            lambda one: (one.responsible_id, one.state)
        ).items():
            some.activity_schedule(TO_DO[state], user_id=responsible.id)

    def _tell(self):
        """Tell people what has become of what they asked for, in their language: one by one, for
        Odoo has no way to notify of many records at once."""
        for redemption in self:
            receiver = redemption.user_id
            said = redemption.with_env(self.env(context={"lang": receiver.lang}))._said()
            redemption.message_notify(
                partner_ids=receiver.partner_id.ids,
                subject=said,
                body=Markup("<p>%s</p>") % said
                + (Markup("<p>%s</p>") % redemption.reason if redemption.reason else ""),
                force_send=False,
            )

    def _said(self):
        names = {"reward": self.name, "points": self.points}
        if self.state == "granted":
            return self.env._("“%(reward)s” is granted: you will have it soon.", **names)
        if self.state == "handed":
            return self.env._("“%(reward)s” is yours. Enjoy it!", **names)
        return self.env._("“%(reward)s” was refused. Your %(points)s points are back.", **names)
