from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.collab_base.text import storable
from odoo.addons.collab_guard.exceptions import GuardError

from ..spending import redeem, restock

#: Characters of a note
LENGTH = 200


class CollabReward(models.Model):
    """What points can be spent on."""

    _name = "collab.reward"
    _description = "Reward"
    _inherit = ["mail.thread", "image.mixin"]
    _order = "sequence, price, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        tracking=True,
        default=lambda self: self.env.company,
        help="Whose people can have it. Empty: those of all companies.",
    )
    price = fields.Integer(required=True, default=100, tracking=True, help="In points.")
    monthly_limit = fields.Integer(
        string="Times a Month", tracking=True, help="How often a person can have it. 0: no limit."
    )
    is_limited = fields.Boolean(
        string="Limited", tracking=True, help="There are only so many of it."
    )
    stock = fields.Integer(string="Left", copy=False, default=0)
    needs_grant = fields.Boolean(
        string="Has to Be Granted",
        default=True,
        tracking=True,
        help="Somebody says yes before it is handed over. Otherwise it is granted at once.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Is asked to grant it, and to hand it over. Process owners can do so too.",
    )
    redemption_count = fields.Integer(compute="_compute_redemption_count")
    # for who looks at it
    missing = fields.Integer(string="Points to Go", compute="_compute_missing")
    progress = fields.Integer(compute="_compute_missing", help="In percent of the price.")

    _price_sane = models.Constraint(
        "CHECK (price BETWEEN 1 AND 1000000)", "A reward costs from 1 to 1,000,000 points."
    )
    _stock_sane = models.Constraint("CHECK (stock >= 0)", "There cannot be less than none left.")
    _monthly_limit_sane = models.Constraint(
        "CHECK (monthly_limit >= 0)", "A limit cannot be negative."
    )

    @api.depends("price")
    @api.depends_context("uid")
    def _compute_missing(self):
        balance = max(0, self.env["collab.point.entry"].balance())
        for reward in self:
            reward.missing = max(0, reward.price - balance)
            reward.progress = min(100, 100 * balance // reward.price) if reward.price else 0

    def _compute_redemption_count(self):
        counts = dict(
            self.env["collab.redemption"]._read_group(
                [("reward_id", "in", self.ids)], ["reward_id"], ["__count"]
            )
        )
        for reward in self:
            reward.redemption_count = counts.get(reward, 0)

    @api.constrains("responsible_id")
    def _check_responsible(self):
        if self.responsible_id.filtered("share"):
            raise ValidationError(self.env._("Only internal users are responsible for rewards."))

    @api.model_create_multi
    def create(self, vals_list):
        rewards = super().create(vals_list)
        self._responsible_changed()
        return rewards

    def write(self, vals):
        if "stock" in vals:
            # who had read it before would undo what was taken since
            raise GuardError(self.env._("Stock is changed by restocking alone."))
        result = super().write(vals)
        if "responsible_id" in vals:
            self._responsible_changed()
        return result

    def _responsible_changed(self):
        """Menus are kept by user, and whether there is one for redemptions depends on this."""
        self.env.registry.clear_cache()

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            self._check_not_redeemed()
        return super().unlink()

    def _check_not_redeemed(self):
        redeemed = self.env["collab.redemption"].sudo().search([("reward_id", "in", self.ids)])
        if redeemed:
            raise UserError(
                self.env._(
                    "“%s” has been redeemed, and stays known. Archive it instead.",
                    redeemed[0].reward_id.name,
                )
            )

    def action_choose(self):
        """Ask whether the current user wants it, and what there is to know."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "collab.reward.choice",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_reward_id": self.id, "default_price": self.price},
        }

    def redeem(self, price, note=None):
        """Have the reward, for the current user; its points are held from now on.

        :param int price: what the user was told that it costs
        :param str note: a line for who hands it over
        :return: ``state`` that the redemption is in
        """
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Rewards are for internal users."))
        self.check_access("read")
        note = self._checked_note(note)
        if not self.active:
            raise UserError(self.env._("“%s” is not offered any more.", self.name))
        if type(price) is not int or price != self.price:
            raise UserError(
                self.env._(
                    "“%(reward)s” costs %(price)s points now. Look at it again.",
                    reward=self.name,
                    price=self.price,
                )
            )
        # nothing of the caller's context has a say in it
        lang = self.env.lang
        redemption = redeem(self.with_env(self.env(su=True, context={"lang": lang})), note)
        redemption._ask_responsible()
        return redemption.state

    @api.model
    def _checked_note(self, note):
        if not note:
            return False
        if not isinstance(note, str) or not storable(note) or len(note) > LENGTH:
            raise UserError(self.env._("A note is a text of at most %s characters.", LENGTH))
        return note.strip()

    def restock(self, units):
        """Have there be some more of it, or fewer.

        :param int units: how many come to it; negative: how many are taken away
        :return: how many are left then
        """
        self.ensure_one()
        self.check_access("write")
        if type(units) is not int or not units or abs(units) > 1_000_000:
            raise UserError(self.env._("Say how many there are more, or fewer."))
        left = restock(self.sudo(), units)
        self.message_post(
            body=self.env._("Restocked by %(units)+d: %(left)s left.", units=units, left=left)
        )
        return left

    def action_open_redemptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collab_checkin.collab_redemption_action"
        )
        return action | {"domain": [("reward_id", "=", self.id)], "context": {}}
