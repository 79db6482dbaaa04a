from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_kpi.tests.shipped import MOMENTS, NOW, SETTINGS, Fact, ShippedCase

CODES = {"documents_reused", "document_reuse", "documents_outdated"}
#: Of three documents, each in a folder of a company: versions, and who has used which when
VERSIONS = st.lists(
    st.tuples(st.integers(0, 2), MOMENTS, st.integers(0, 5), st.booleans()), max_size=8
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # document
        st.integers(0, 4),  # version, or none
        MOMENTS,
        st.integers(0, 6),  # who; the last one is of the portal
        st.sampled_from(["opened", "downloaded", "opened", "renamed"]),
        st.booleans(),  # by a shared link
    ),
    max_size=20,
)


@tagged("post_install", "-at_install")
class TestUses(ShippedCase):
    """What the use of documents comes to, set against events that are read one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collab.kpi"].search([("code", "in", list(CODES))])
        cls.portal = new_test_user(cls.env, "kpi_portal", "base.group_portal")
        cls.folders = cls.env["collab.folder"].create(
            [{"name": company.name, "company_id": company.id} for company in cls.companies[:2]]
            + [{"name": "Everybody's", "company_id": False}]
        )

    def insert(self, table, vals):
        self.env.cr.execute(
            f"INSERT INTO {table} ({', '.join(vals)})"
            f" VALUES ({', '.join(['%s'] * len(vals))}) RETURNING id",
            list(vals.values()),
        )
        return self.env.cr.fetchone()[0]

    def documents(self, versions, events):
        """Make documents as they would be after all that has been done."""
        ids = [
            self.insert(
                "collab_document",
                {
                    "name": f"Document {number}",
                    "folder_id": folder.id,
                    "owner_id": self.people[number].id,
                    "active": True,
                    "state": "draft",
                },
            )
            for number, folder in enumerate(self.folders)
        ]
        found = {document_id: [] for document_id in ids}
        share_id = self.insert(
            "collab_document_share",
            {"document_id": ids[0], "token_hash": "0" * 64},
        )
        for number, at, author, is_published in sorted(versions, key=lambda one: one[1]):
            made = found[ids[number]]
            major, minor = made[-1][1] if made else (0, 0)
            major, minor = (major + 1, 0) if is_published else (major, minor + 1)
            version_id = self.insert(
                "collab_document_version",
                {
                    "document_id": ids[number],
                    "major": major,
                    "minor": minor,
                    "number": f"{major}.{minor}",
                    "name": "a.txt",
                    "origin": "uploaded",
                    "author_id": self.people[author].id,
                    "sha256": "0" * 64,
                    "size": 0,
                    "kind": "text/plain",
                    "create_date": at,
                },
            )
            made.append((version_id, (major, minor)))
        for number, version, at, who, kind, is_shared in events:
            made = found[ids[number]]
            self.insert(
                "collab_document_event",
                {
                    "document_id": ids[number],
                    "version_id": made[version][0] if version < len(made) else None,
                    "kind": kind,
                    "user_id": (self.people | self.portal)[who].id,
                    "create_date": at,
                    "share_id": share_id if is_shared else None,
                },
            )
        self.env.invalidate_all()

    def slow_facts(self, code):
        for event in self.env["collab.document.event"].search([]):
            document, version = event.document_id, event.version_id
            if event.kind not in ("opened", "downloaded") or event.share_id or not document:
                continue
            if not event.user_id or event.user_id.share:
                continue
            is_again = event.user_id not in (document.owner_id, version.author_id)
            if code == "documents_reused":
                if not is_again:
                    continue
                amount = document.id
            elif code == "document_reuse":
                amount = 100 if is_again else 0
            elif not version:
                continue
            else:
                newer = self.env["collab.document.version"].search(
                    [("document_id", "=", document.id)]
                )
                newer = [
                    one
                    for one in newer
                    if not one.minor
                    and one.major > version.major
                    and one.create_date <= event.create_date
                ]
                amount = 100 if newer else 0
            parts = {
                "hr.department": self.department(event.user_id),
                "collab.folder": document.folder_id.id,
            }
            company = document.folder_id.company_id
            yield Fact(event.create_date, company, amount, parts, event.user_id.id)

    def test_all_are_there(self):
        self.assertEqual(set(self.kpis.mapped("code")), CODES)
        self.assertEqual(set(self.kpis.mapped("state")), {"on"})
        self.assertFalse(self.kpis.filtered("trouble"))

    @given(VERSIONS, EVENTS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, versions, events, grain):
        with self.env.cr.savepoint() as point:
            self.documents(versions, events)
            for kpi in self.kpis:
                self.assert_counted(kpi, list(self.slow_facts(kpi.code)), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_figures_of_what_is_there(self):
        with self.later():
            for kpi in self.kpis:
                self.assert_counted(kpi, self.slow_facts(kpi.code))

    def test_figures_are_of_five_people_and_tell_of_nobody(self):
        monday = NOW.replace(day=4)
        more = [self.person(f"kpi more {number}", self.here, 0) for number in range(4)]
        people = self.people
        type(self).people = people | self.env["res.users"].union(*more)
        self.addCleanup(setattr, type(self), "people", people)
        self.documents(
            [(0, monday - timedelta(days=9), 0, True)],
            [
                (0, 0, monday, who, "opened", False)
                for who, one in enumerate(self.people)
                if one.company_id == self.here and who
            ],
        )
        kpi = self.kpis.filtered(lambda one: one.code == "documents_reused")
        counted = self.counted(kpi, "month", minimum=5)
        self.assertEqual(
            {key[1] for key, value in counted.items() if value == 1},
            {self.here.id},
        )
        self.count(self.kpis)
        user = self.people[0].with_company(self.here)
        admin = new_test_user(
            self.env,
            "kpi_admin",
            "base.group_user,base.group_system,collab_base.group_collab_admin",
            company_id=self.west.id,
            company_ids=[Command.set((self.here | self.west).ids)],
        )
        for one in self.kpis:
            self.assertIn(self.here.id, self.seen(one, user))
            self.assertNotIn(self.here.id, self.seen(one, admin, self.west))
            for reader in (user, admin):
                with self.assertRaisesRegex(UserError, "not of records|no such figure"):
                    one.with_user(reader).with_context(
                        allowed_company_ids=self.here.ids
                    ).action_drill("month", "2026-05-01")
            with self.assertRaises(AccessError):
                self.seen(one, self.portal)
