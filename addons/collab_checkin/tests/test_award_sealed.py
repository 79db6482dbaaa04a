from contextlib import suppress

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .award import AwardCase


@tagged("post_install", "-at_install")
class TestAwardSealed(AwardCase):
    """Votes are cast, and awards are given, by the buttons and by nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._person(
            "admin_award", "base.group_system,collab_base.group_collab_admin,base.group_user"
        )
        cls.auditor = cls._person("auditor_award", "collab_base.group_collab_auditor")
        cls.portal = cls._person("portal_award", "base.group_portal")

    def setUp(self):
        super().setUp()
        self.practice = self._nominate(self.tom)
        self._vote(self.ann, self.practice)
        self.vote = self.votes.search([("award_id", "=", self.award.id)])

    def _everybody(self, records):
        for user in (self.mei, self.tom, self.owner, self.admin, self.portal, self.env.user):
            yield records.with_user(user)
        yield records.sudo()
        yield records.with_user(self.owner).sudo()

    def _refused(self, *attempts):
        for attempt in attempts:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_nobody_forges_votes(self):
        vals = {
            "award_id": self.award.id,
            "user_id": self.mei.id,
            "practice_id": self.practice.id,
        }
        for own in self._everybody(self.vote):
            self._refused(
                lambda own=own: own.create(vals),
                lambda own=own: own.write({"user_id": self.mei.id}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy({"user_id": self.mei.id}),
                lambda own=own: own.web_save({"user_id": self.mei.id}, {}),
                lambda own=own: own.browse().web_save(vals, {}),
                lambda own=own: own.with_context(collab_seal=True).write({"user_id": 1}),
            )
            if own.env.user != self.portal:
                columns = ["award_id/.id", "user_id/.id", "practice_id/.id"]
                row = [str(self.award.id), str(self.mei.id), str(self.practice.id)]
                self.assertFalse(own.load(columns, [row])["ids"])
        self.assertEqual(self.vote.user_id, self.ann)

    def test_not_by_a_parent(self):
        for name in ("collab.practice.vote", "collab.practice"):
            inverses = [
                inverse
                for field in self.env[name]._fields.values()
                for inverse in self.env.registry.field_inverses[field]
                if inverse.type in ("one2many", "many2many")
            ]
            self.assertFalse(inverses)
        # what lists them is not written
        commands = [(1, self.practice.id, {"state": "awarded", "title": "Forged"})]
        for own in self._everybody(self.award):
            with suppress(UserError), self.env.cr.savepoint():
                own.write({"ranked_ids": commands})
                own.flush_recordset()
        self.env.invalidate_all()
        self.assertEqual(
            (self.practice.state, self.practice.title), ("nominated", "Returns in one go")
        )

    def test_who_sees_votes(self):
        for closed in (False, True):
            if closed:
                self._close()
            for user in (self.mei, self.tom, self.owner, self.auditor, self.admin):
                own = self.votes.with_user(user)
                self.assertFalse(own.search([]))
                self.assertFalse(own._read_group([], ["practice_id"], ["__count"]))
                self._refused(lambda own=own: own.browse(self.vote.id).read(["practice_id"]))
            self.assertEqual(self.votes.with_user(self.ann).search([]), self.vote)
            self._refused(lambda: self.votes.with_user(self.portal).search([]))

    def test_state_is_not_written(self):
        for own in self._everybody(self.award):
            self._refused(
                lambda own=own: own.write({"state": "awarded"}),
                lambda own=own: own.write({"winner_id": self.practice.id}),
                lambda own=own: own.write({"awarded_at": "2026-07-15 00:00:00"}),
                lambda own=own: own.write({"closed_at": "2026-07-15 00:00:00"}),
                lambda own=own: own.web_save({"winner_id": self.practice.id}, {}),
                lambda own=own: own.write({"closes_on": "2026-07-14"}),
            )
        for own in self._everybody(self.practice):
            self._refused(
                lambda own=own: own.write({"state": "awarded"}),
                lambda own=own: own.write({"awarded_by_id": self.mei.id}),
                lambda own=own: own.write({"published_at": "2026-07-15 00:00:00"}),
                lambda own=own: own.write({"nominated_by_id": self.mei.id}),
                lambda own=own: own.write({"person_id": self.ann.id}),
                lambda own=own: own.web_save({"state": "awarded"}, {}),
                lambda own=own: own.award(),
            )
        self.assertEqual((self.practice.state, self.award.state), ("nominated", "open"))

    def test_no_second_nomination(self):
        for user in (self.mei, self.owner, self.admin):
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
                self.practice.with_user(user).copy()
        self._refused(self.practice.with_user(self.portal).copy, self.practice.sudo().copy)

    def test_a_new_award_is_open(self):
        told = {
            "state": "awarded",
            "winner_id": self.practice.id,
            "awarded_at": "2026-07-15 00:00:00",
            "closed_at": "2026-07-15 00:00:00",
        }
        context = {f"default_{name}": value for name, value in told.items()}
        own = self.awards.with_user(self.owner).with_context(**context)
        for award in (own.create({"name": "Forged"} | told), own.create({"name": "Forged"})):
            award.flush_recordset()
            award.invalidate_recordset()
            self.assertEqual((award.state, award.winner_id.id), ("open", False))
        for user in (self.mei, self.portal):
            self._refused(lambda user=user: self.awards.with_user(user).create({"name": "Mine"}))
        self._refused(
            lambda: self.awards.with_user(self.owner).create(
                {"name": "Late", "closes_on": "2026-07-14"}
            )
        )

    def test_no_way_back(self):
        """Votes are read when it is closed: it does not open again."""
        self._close()
        for own in self._everybody(self.award):
            self._refused(
                lambda own=own: own.write({"closes_on": "2026-12-31"}),
                lambda own=own: own.write({"closed_at": False}),
                lambda own=own: own.unlink(),
                lambda: self._vote(self.mei, self.practice),
            )
        self.practice.with_user(self.owner).award()
        self._refused(
            lambda: self.award.with_user(self.owner).close(),
            lambda: self.practice.with_user(self.tom).decline(),
            lambda: self.practice.with_user(self.mei).unlink(),
        )

    def test_in_the_name_of_another(self):
        """Who nominates is who does, and a nomination is one and no more."""
        told = {
            "nominated_by_id": self.ann.id,
            "state": "awarded",
            "company_id": self.env["res.company"].create({"name": "Elsewhere"}).id,
            "awarded_at": "2026-07-15 00:00:00",
            "awarded_by_id": self.owner.id,
            "published_at": "2026-07-15 00:00:00",
            "published_by_id": self.owner.id,
        }
        context = {f"default_{name}": value for name, value in told.items()}
        vals = {"award_id": self.award.id, "title": "Forged", "story": "x"}
        own = self.practices.with_user(self.mei)
        made = own.create(vals | told | {"person_id": self.ann.id})
        made |= own.with_context(**context).create(vals | {"person_id": self.mei.id})
        columns = [
            "award_id/.id",
            "person_id/.id",
            "title",
            "story",
            "nominated_by_id/.id",
            "state",
        ]
        row = [str(self.award.id), str(self.owner.id), "Forged", "x", str(self.ann.id), "Awarded"]
        made |= own.browse(own.load(columns, [row])["ids"])
        self.assertEqual(len(made), 3)
        self.env.flush_all()
        self.env.invalidate_all()
        for practice in made.sudo():
            self.assertEqual(
                (practice.nominated_by_id, practice.state, practice.company_id),
                (self.mei, "nominated", self.company),
            )
            self.assertFalse(practice.awarded_at or practice.published_at or practice.awarded_by_id)

    def test_default_of_ones_own(self):
        self.env["ir.default"].set("collab.practice", "published_at", "2026-07-15 00:00:00")
        self.env["ir.default"].set("collab.practice", "state", "awarded")
        practice = self._nominate(self.ann)
        self.assertEqual((practice.state, practice.published_at), ("nominated", False))

    def test_outsiders(self):
        vals = {"award_id": self.award.id, "person_id": self.ann.id, "title": "x", "story": "x"}
        for own in (
            self.practice.with_user(self.portal),
            self.practice.with_user(self.portal).sudo(),
        ):
            self._refused(
                lambda own=own: own.create(vals), own.vote, own.unvote, own.decline, own.publish
            )
        # nobody in particular nominates or votes
        self._refused(lambda: self.practices.sudo().create(vals), self.practice.sudo().vote)

    def test_key_of_the_client(self):
        """No context key opens what is closed."""
        keys = {"_force_unlink": True, "module": "x", "collab_seal": True, "install_mode": True}
        own = self.practice.with_user(self.ann).with_context(**keys)
        self._refused(own.unlink, lambda: own.write({"state": "awarded"}))
        award = self.award.with_user(self.owner).with_context(**keys)
        self._refused(award.unlink, lambda: award.write({"state": "closed"}))

    def test_no_calendar_opens_it_again(self):
        """Whoever sees to working times has no say in when an award is over."""
        with self._at("2026-07-18", 4):
            self.env.invalidate_all()
            self.assertEqual(self.award.state, "closed")
            self.company.resource_calendar_id.tz = "Pacific/Pago_Pago"
            self.env.invalidate_all()
            self.assertEqual(self.award.state, "closed")
            self._refused(lambda: self.practice.with_user(self.ann).unvote())
        for own in self._everybody(self.award):
            self._refused(lambda own=own: own.write({"zone": "Pacific/Pago_Pago"}))

    def test_process_owners_of_other_companies(self):
        """Who has nominated somebody, and is of another company now, still sees the practice."""
        mine = self._nominate(self.mei, by=self.owner)
        self._close()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.owner.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        own = mine.with_user(self.owner)
        self.assertTrue(own.title)
        self._refused(own.award, own.publish, own.unpublish)
        self.assertEqual((mine.state, mine.published_at), ("nominated", False))
