from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import html_to_inner_content

from ..awarding import award_to, cast, decline, hold, publish, take_back

#: What only the buttons change
KEPT = frozenset(
    {
        "company_id",
        "nominated_by_id",
        "state",
        "awarded_at",
        "awarded_by_id",
        "published_at",
        "published_by_id",
    }
)
#: What another nomination would be
WHAT = frozenset({"award_id", "person_id"})
#: Characters of a text that a card is given: more than it shows
SHOWN = 500


class CollabPractice(models.Model):
    """What somebody does that others could do as well. It is nominated for an award, and published
    for all who want to work like that."""

    _name = "collab.practice"
    _description = "Best Practice"
    _inherit = ["collab.text.mixin"]
    _order = "id desc"
    _rec_name = "title"

    award_id = fields.Many2one(
        "collab.award",
        required=True,
        ondelete="cascade",
        domain=[("state", "=", "open")],
        default=lambda self: self._next_award(),
    )
    company_id = fields.Many2one(related="award_id.company_id", store=True)
    closes_on = fields.Date(related="award_id.closes_on")
    award_state = fields.Selection(related="award_id.state", string="Award Status")
    title = fields.Char(required=True)
    story = fields.Html(
        string="What Was Done", sanitize_style=True, sanitize_overridable=False, required=True
    )
    how = fields.Html(
        string="How Others Can Do It", sanitize_style=True, sanitize_overridable=False
    )
    summary = fields.Char(compute="_compute_summary")
    person_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('company_id', '=', company_id)]",
        help="A colleague, or yourself.",
    )
    nominated_by_id = fields.Many2one(
        "res.users", string="Nominated by", readonly=True, ondelete="set null"
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)
    state = fields.Selection(
        [("nominated", "Nominated"), ("declined", "Declined"), ("awarded", "Awarded")],
        string="Status",
        required=True,
        readonly=True,
        default="nominated",
    )
    awarded_at = fields.Datetime(string="Awarded on", readonly=True)
    awarded_by_id = fields.Many2one(
        "res.users", string="Awarded by", readonly=True, ondelete="set null"
    )
    published_at = fields.Datetime(string="Published on", readonly=True)
    published_by_id = fields.Many2one(
        "res.users", string="Published by", readonly=True, ondelete="set null"
    )
    vote_count = fields.Integer(
        string="Votes", compute="_compute_vote_count", help="Known once the award is closed."
    )
    is_my_vote = fields.Boolean(compute="_compute_is_my_vote")
    can_edit = fields.Boolean(compute="_compute_can")
    can_vote = fields.Boolean(compute="_compute_can")
    can_decline = fields.Boolean(compute="_compute_can")
    can_award = fields.Boolean(compute="_compute_can")
    can_publish = fields.Boolean(compute="_compute_can")

    _once = models.UniqueIndex(
        "(award_id, person_id)",
        "This colleague is nominated for the award already, or does not wish to be.",
    )
    _library_idx = models.Index("(published_at DESC) WHERE published_at IS NOT NULL")

    @api.depends("story")
    def _compute_summary(self):
        for practice in self:
            text = " ".join(html_to_inner_content(practice.story or "").split())
            practice.summary = text[:SHOWN]

    @api.depends("award_id.state")
    def _compute_vote_count(self):
        closed = self.award_id.sudo().filtered(lambda award: award._state_now() != "open")
        votes = closed._votes(closed) if closed else {}
        for practice in self:
            practice.vote_count = votes.get(practice.id, 0)

    @api.depends_context("uid")
    def _compute_is_my_vote(self):
        votes = self.env["collab.practice.vote"].sudo()
        mine = votes.search(
            [("user_id", "=", self.env.uid), ("practice_id", "in", self.ids)]
        ).practice_id
        for practice in self:
            practice.is_my_vote = practice._origin in mine.sudo(False)

    @api.depends("award_id.state", "state", "person_id", "nominated_by_id")
    @api.depends_context("uid")
    def _compute_can(self):
        me = self.env.user
        is_owner = me.has_group("collab_base.group_collab_process_owner")
        for practice in self:
            award = practice.award_id.sudo()._state_now()
            listed = practice.state == "nominated"
            practice.can_edit = not practice._origin or practice._may_edit()
            practice.can_vote = listed and award == "open" and practice.person_id != me
            practice.can_decline = listed and award != "awarded" and practice.person_id == me
            practice.can_award = (
                listed and award == "closed" and is_owner and practice.person_id != me
            )
            practice.can_publish = practice.state != "declined" and award != "open" and is_owner

    def _may_edit(self):
        return (
            self.nominated_by_id == self.env.user
            and self.state == "nominated"
            and self.award_id.sudo()._state_now() == "open"
        )

    # ------------------------------------------------------------------
    # Nominating
    # ------------------------------------------------------------------

    @api.model
    def _next_award(self):
        return self.env["collab.award"].search([("state", "=", "open")], order="closes_on", limit=1)

    @api.model
    def default_get(self, fields):
        # a context could tell them, and a default of one's own
        return super().default_get([name for name in fields if name not in KEPT])

    @api.model_create_multi
    def create(self, vals_list):
        """Nominate, as the current user, whatever is said of who does."""
        self._check_internal()
        begun = {"nominated_by_id": self.env.uid, "state": "nominated"}
        practices = super().create(
            [{n: v for n, v in vals.items() if n not in KEPT} | begun for vals in vals_list]
        )
        hold(practices.award_id.sudo())
        for practice in practices:
            practice._check_nomination()
        practices._adopt_files()
        for practice in practices.filtered(lambda one: one.person_id != self.env.user):
            practice._tell_nominated()
        return practices

    def write(self, vals):
        if not KEPT.isdisjoint(vals):
            raise UserError(self.env._("Use the buttons to decline, award or publish a practice."))
        if not WHAT.isdisjoint(vals):
            raise UserError(
                self.env._("Withdraw it, and nominate again, to have it be for somebody else.")
            )
        self._check_editable()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_files()
        return result

    def unlink(self):
        if self:
            self._check_editable()
        return super().unlink()

    def _check_access(self, operation):
        # Files of a practice follow it. Who has nominated it changes it while the award is open,
        # process owners make documents of it afterwards.
        if result := super()._check_access(operation):
            return result
        if operation not in ("write", "unlink"):
            return None
        is_owner = self.env.user.has_group("collab_base.group_collab_process_owner")
        fixed = self.filtered(
            lambda one: (
                not one.sudo()._may_edit()
                and not (is_owner and one.sudo().award_id._state_now() != "open")
            )
        )
        return (fixed, fixed._editing_error) if fixed else None

    def _check_editable(self):
        practices = self.sudo()
        hold(practices.award_id)
        for practice in practices:
            if not practice._may_edit():
                raise self._editing_error()

    def _editing_error(self):
        return AccessError(
            self.env._("Whoever has nominated a practice can change it while the award is open.")
        )

    @api.model
    def _check_internal(self):
        user = self.env.user
        if not user.has_group("base.group_user") or user.id == SUPERUSER_ID:
            raise AccessError(self.env._("Awards are for internal users."))

    def _check_nomination(self):
        self.award_id.with_env(self.env(su=False)).check_access("read")
        self.award_id.sudo()._check_open()
        person = self.person_id.sudo()
        if (
            person.share
            or not person.active
            or person.id == SUPERUSER_ID
            or person.company_id != self.company_id
        ):
            raise UserError(self.env._("One can nominate the colleagues of the award's company."))

    def _adopt_files(self):
        """Have files that came with the practice be its own. Files of something else would lead its
        readers to them."""
        for practice in self:
            files = practice.attachment_ids.sudo()
            new = files.filtered(
                lambda file: (
                    file.res_model == self._name
                    and not file.res_id
                    and not file.res_field
                    and file.create_uid == self.env.user
                )
            )
            new.write({"res_id": practice.id})
            if any((file.res_model, file.res_id) != (self._name, practice.id) for file in files):
                raise UserError(self.env._("Upload the files of a practice there."))

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def withdraw(self):
        """Take back one's nomination, while the award is open.

        :return: action, as the practice is no more
        """
        self.ensure_one()
        self.check_access("read")
        self._check_editable()
        self.unlink()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "collab_checkin.collab_practice_action_open"
        )

    def decline(self):
        """Take a practice of one's own off the list, whoever has nominated it."""
        practice = self._held()
        if not self._now("can_decline"):
            raise UserError(self.env._("You can decline for yourself, until the award is given."))
        decline(practice)
        return True

    def vote(self):
        """Vote for a practice, as the current user; the vote that they have is moved."""
        practice = self._held()
        practice.award_id._check_open()
        if not self._now("can_vote"):
            raise UserError(self.env._("You vote for others, and for what is on the list."))
        cast(practice)
        return True

    def unvote(self):
        """Take one's vote back."""
        practice = self._held()
        practice.award_id._check_open()
        take_back(practice)
        return True

    def award(self):
        """Give the award to a practice."""
        practice = self._held(alone=True)
        practice.award_id._check_owner()
        if not self._now("can_award"):
            raise UserError(
                self.env._(
                    "A closed award is given once, to one of its nominations, and by somebody else."
                )
            )
        award_to(practice)
        self._give_badge()
        self._tell_awarded()
        return True

    def action_publish(self):
        """Put practices into the library; other addons ask what they need for it."""
        return self.publish()

    def publish(self):
        """Put a practice into the library of its company."""
        practice = self._held()
        practice.award_id._check_owner()
        if not self._now("can_publish") or practice.published_at:
            raise UserError(
                self.env._("Practices of closed awards are published, unless somebody declined.")
            )
        publish(practice)
        return True

    def unpublish(self):
        """Take a practice out of the library."""
        practice = self._held()
        practice.award_id._check_owner()
        publish(practice, False)
        return True

    def _held(self, alone=False):
        """Return the practice as superuser, if the current user may see it; its award stays as it is
        for the length of the transaction."""
        self.ensure_one()
        self._check_internal()
        self.with_env(self.env(su=False)).check_access("read")
        hold(self.award_id.sudo(), alone)
        return self.sudo()

    def _now(self, name):
        """Return what a computed field says at this moment, whatever is in the cache."""
        self.invalidate_recordset([name], flush=False)
        return self[name]

    # ------------------------------------------------------------------
    # What happens then
    # ------------------------------------------------------------------

    def _give_badge(self):
        """Give the badge of the award, which Odoo says who may give; ours is given by this alone."""
        badge = self.award_id.badge_id
        if not badge:
            return
        owned = self.env["gamification.badge.user"].with_env(self.env(su=False))
        if badge == self.env.ref("collab_checkin.badge_practice", False):
            owned = owned.sudo()
        given = owned.create(
            {
                "badge_id": badge.id,
                "user_id": self.person_id.id,
                "sender_id": self.env.uid,
                "comment": self.title,
            }
        )
        given.sudo().with_context(lang=self.person_id.lang)._send_badge()

    def _tell_nominated(self):
        env = self._env_of_person()
        self._tell(
            env._("You are nominated: %s", self.title),
            env._(
                "%(name)s would like others to know how you work, and has nominated you for"
                " “%(award)s”. If you would rather not be on the list, you can decline.",
                name=env.user.name,
                award=self.sudo().award_id.name,
            ),
        )

    def _tell_awarded(self):
        env = self._env_of_person()
        award = self.sudo().award_id
        self._tell(
            env._("Congratulations: %s", award.name),
            env._("“%(award)s” goes to you, for “%(title)s”.", award=award.name, title=self.title),
        )
        award.message_post(
            body=self.env._(
                "Awarded to %(name)s, for “%(title)s”.",
                name=self.person_id.sudo().name,
                title=self.title,
            )
        )

    def _tell(self, subject, body):
        """Tell the person, as they prefer and in their language."""
        self._env_of_person()["mail.thread"].message_notify(
            partner_ids=self.person_id.sudo().partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p>") % body,
            model=self._name,
            res_id=self.id,
            force_send=False,
        )

    def _env_of_person(self):
        # nothing of the caller's context has a say in what is sent
        return self.env(su=False, context={"lang": self.person_id.sudo().lang})
