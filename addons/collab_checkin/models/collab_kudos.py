from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, date_utils

from odoo.addons.collab_base.text import storable

from ..core.days import local_day
from ..thanking import give, react, show, withdraw

#: Characters of a text
LENGTH = 500
#: Kudos of a person in a month, and to the same colleague, unless the administrator says otherwise
MONTH = 10
PAIR = 2
#: For how long the sender may take it back
REGRET = timedelta(hours=24)
#: Signs by which one can react
REACTIONS = ("applause", "love", "celebrate", "idea")
STATES = [("shown", "Shown"), ("withdrawn", "Taken Back"), ("hidden", "Hidden")]


class CollabKudos(models.Model):
    """That somebody thanks a colleague, for all to see.

    :meth:`give` is the one way in, and takes neither a sender nor a day.
    """

    _name = "collab.kudos"
    _description = "Kudos"
    _inherit = ["collab.sealed.mixin"]
    # of each week, what leaders say comes first
    _order = "week desc, by_leader desc, id desc"

    sender_id = fields.Many2one(
        "res.users", string="From", required=True, readonly=True, ondelete="cascade"
    )
    receiver_id = fields.Many2one(
        "res.users", string="To", required=True, readonly=True, ondelete="cascade"
    )
    text = fields.Text(required=True, readonly=True)
    value_id = fields.Many2one(
        "collab.kudos.value", string="For", readonly=True, ondelete="restrict"
    )
    value_emoji = fields.Char(related="value_id.emoji")
    given_at = fields.Datetime(string="Given", required=True, readonly=True)
    # these by the sender's time zone
    day = fields.Date(required=True, readonly=True)
    week = fields.Date(required=True, readonly=True)
    month = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", help="The receiver's."
    )
    by_leader = fields.Boolean(
        string="By a Leader", readonly=True, help="The sender led others when it was given."
    )
    is_mutual = fields.Boolean(
        string="Mutual",
        readonly=True,
        groups="collab_base.group_collab_process_owner,collab_base.group_collab_auditor",
        help="The other has thanked back within 30 days: it earns no points.",
    )
    state = fields.Selection(STATES, string="Status", required=True, readonly=True, default="shown")
    hidden_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reason = fields.Char(readonly=True, help="Why it is hidden.")
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")
    reactions = fields.Json(compute="_compute_reactions")

    _wall_idx = models.Index(
        "(week DESC, COALESCE(by_leader, FALSE) DESC, id DESC) WHERE state = 'shown'"
    )
    _sender_idx = models.Index("(sender_id, month)")
    _receiver_idx = models.Index("(receiver_id, sender_id)")

    @api.depends("sender_id", "receiver_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kudos in self:
            people = kudos.sudo()
            kudos.display_name = self.env._(
                "%(sender)s thanks %(receiver)s",
                sender=people.sender_id.name,
                receiver=people.receiver_id.name,
            )

    @api.depends("state", "sender_id", "given_at")
    @api.depends_context("uid")
    def _compute_can_withdraw(self):
        since = fields.Datetime.now() - REGRET
        for kudos in self:
            kudos.can_withdraw = (
                kudos.state == "shown"
                and kudos.sender_id == self.env.user
                and kudos.given_at > since
            )

    @api.depends_context("uid")
    def _compute_reactions(self):
        found = self.env.execute_query(
            SQL(
                "SELECT kudos_id, sign, COUNT(*), BOOL_OR(user_id = %s)"
                " FROM collab_kudos_reaction WHERE kudos_id = ANY(%s) GROUP BY 1, 2",
                self.env.uid,
                list(self.ids),
            )
        )
        known = {(kudos_id, sign): (count, mine) for kudos_id, sign, count, mine in found}
        for kudos in self:
            answers = [(sign, *known.get((kudos.id, sign), (0, False))) for sign in REACTIONS]
            kudos.reactions = [
                {"sign": sign, "count": count, "mine": mine} for sign, count, mine in answers
            ]

    # ------------------------------------------------------------------
    # Giving
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def allowance(self):
        """Return how many kudos the current user may still give.

        :return: dict: ``left``, this month; ``month``, how many a month has; ``pair``, how many of
            them can go to the same colleague
        """
        self._check_internal()
        return self._allowance()

    @api.model
    def give(self, receiver_id, text, value_id=None):
        """Thank a colleague, as the current user, now.

        :param int receiver_id: of the user
        :param str text: what for, some lines
        :param int value_id: of the ``collab.kudos.value`` that it is an example of
        :return: what :meth:`allowance` returns
        """
        self._check_internal()
        text = self._checked_text(text)
        receiver = self._checked_receiver(receiver_id)
        value = self._checked_value(value_id)
        given = give(self.browse(), receiver, text, value)
        given._tell()
        return self._allowance()

    @api.model
    def _check_internal(self):
        user = self.env.user
        if not user.has_group("base.group_user") or user.id == SUPERUSER_ID:
            raise AccessError(self.env._("Kudos are for internal users."))

    @api.model
    def _checked_text(self, text):
        if not isinstance(text, str) or not storable(text) or not text.strip():
            raise UserError(self.env._("Say in some words what you are grateful for."))
        text = text.strip()
        if len(text) > LENGTH:
            raise UserError(self.env._("The text has at most %s characters.", LENGTH))
        return text

    @api.model
    def _checked_receiver(self, receiver_id):
        if receiver_id == self.env.uid:
            raise UserError(self.env._("Kudos are for others."))
        receiver = self._one("res.users", receiver_id, self._colleagues_domain())
        if not receiver:
            raise UserError(self.env._("You can thank the colleagues of your companies."))
        return receiver

    @api.model
    def _colleagues_domain(self):
        """Return whom the current user may thank, whatever companies they look at just now."""
        return [
            ("share", "=", False),
            ("active", "=", True),
            ("id", "not in", [self.env.uid, SUPERUSER_ID]),
            ("company_id", "in", self.env.user.company_ids.ids),
        ]

    @api.model
    def _checked_value(self, value_id):
        value = self._one("collab.kudos.value", value_id, [("active", "=", True)])
        if value_id and not value:
            raise UserError(self.env._("There is no such value any more."))
        return value

    @api.model
    def _one(self, model, record_id, domain):
        """Return the record that an id from outside names, if it is one that the user may read."""
        if type(record_id) is not int or not 0 < record_id < 2**31:
            return self.env[model]
        return self.env[model].search([("id", "=", record_id), *domain])

    @api.model
    def _allowance(self):
        a_month, a_pair = self._limits()
        today = local_day(fields.Datetime.now(), self.env.user._collab_zone())
        given, __ = self._given(today.replace(day=1))
        given = sum(given.values())
        return {"left": max(0, a_month - given), "month": a_month, "pair": a_pair}

    @api.model
    def _given(self, month):
        """Return how many kudos the current user has given in a month, and how many they have taken
        back: both user id → number."""
        domain = [("sender_id", "=", self.env.uid), ("month", "=", month)]
        given, back = Counter(), Counter()
        for receiver, state, count in self.sudo()._read_group(
            domain, ["receiver_id", "state"], ["__count"]
        ):
            (back if state == "withdrawn" else given)[receiver.id] += count
        return given, back

    @api.model
    def _limits(self):
        """Return how many kudos a person has for a month, and for the same colleague."""
        parameters = self.env["ir.config_parameter"].sudo()
        names = {"collab_checkin.kudos_month": MONTH, "collab_checkin.kudos_pair": PAIR}
        values = [(parameters.get_param(name), usual) for name, usual in names.items()]
        return [int(value) if value and value.isdecimal() else usual for value, usual in values]

    def _tell(self):
        """Tell the receiver, as they prefer and in their language; nobody else is disturbed."""
        receiver, sender = self.receiver_id, self.sender_id
        # nothing of the caller's context has a say in what is sent
        env = self.env(user=sender.id, su=False, context={"lang": receiver.lang})
        lines = Markup("<br/>").join(self.text.splitlines())
        env["mail.thread"].message_notify(
            partner_ids=receiver.partner_id.ids,
            subject=env._("%s thanks you", sender.name),
            body=Markup("<p>%s</p><blockquote>%s</blockquote>")
            % (env._("%s thanks you:", sender.name), lines),
            model=self._name,
            res_id=self.id,
            force_send=False,
        )

    @api.model
    def _newest(self, day):
        """Return what the wall begins with, of the week of a day and the one before.

        :return: dict: ``id``, ``title``, ``text``, ``receiver``, a user's id, and ``reactions``; or
            False
        """
        since = date_utils.start_of(day, "week") - timedelta(weeks=1)
        kudos = self.search([("state", "=", "shown"), ("week", ">=", since)], limit=1)
        return bool(kudos) and {
            "id": kudos.id,
            "title": kudos.display_name,
            "text": kudos.text,
            "receiver": kudos.receiver_id.id,
            "reactions": kudos.reactions,
        }

    # ------------------------------------------------------------------
    # Taking back, hiding
    # ------------------------------------------------------------------

    def withdraw(self):
        """Take one's kudos back, within a day: it earns nothing, and can be given again."""
        self.ensure_one()
        self._check_internal()
        self.check_access("read")
        if not self.can_withdraw:
            raise UserError(self.env._("You can take back what you gave within a day."))
        withdraw(self.sudo())
        return True

    def action_hide(self):
        """Ask why, to hide kudos."""
        self._check_owner()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hide Kudos"),
            "res_model": "collab.kudos.hiding",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kudos_ids": self.ids},
        }

    def hide(self, reason):
        """Take kudos off the wall; they earn nothing.

        :param str reason: for those concerned
        """
        self._check_owner()
        if not isinstance(reason, str) or not storable(reason) or not reason.strip():
            raise UserError(self.env._("Say why, for those concerned."))
        show(self.sudo().filtered(lambda one: one.state == "shown"), "hidden", reason.strip())
        return True

    def unhide(self):
        """Put hidden kudos back on the wall."""
        self._check_owner()
        show(self.sudo().filtered(lambda one: one.state == "hidden"), "shown", None)
        return True

    def _check_owner(self):
        if not self.env.user.has_group("collab_base.group_collab_process_owner"):
            raise AccessError(self.env._("Only process owners hide kudos."))
        self.check_access("read")

    # ------------------------------------------------------------------
    # Reactions
    # ------------------------------------------------------------------

    def react(self, sign):
        """Add the current user's reaction, or take it away if it is there.

        :param str sign: one of :data:`REACTIONS`
        :return: what ``reactions`` is then
        """
        self.ensure_one()
        self._check_internal()
        self.check_access("read")
        if self.state != "shown" or sign not in REACTIONS:
            raise UserError(self.env._("There is no such reaction."))
        react(self.sudo(), sign)
        return self.reactions
