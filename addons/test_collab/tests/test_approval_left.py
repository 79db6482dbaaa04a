from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

LINE = "test.collab.document.line"


class LeftCase(ApprovalCase):
    """Documents with fields that a policy leaves to Odoo; the partner's color goes into them,
    and Odoo does not notice when it changes."""

    def setUp(self):
        super().setUp()
        self.place = self.env["res.partner"].create({"name": "Place", "color": 1})
        self.carl.partner_id.color = 1

    @classmethod
    def _free(cls, *names, model=MODEL):
        fields = cls.env["ir.model.fields"].union(*(cls._field(name, model) for name in names))
        return [Command.set(fields.ids)]

    def _document(self, *prices, **vals):
        vals = {"user_id": self.carl.id, "partner_id": self.place.id} | vals
        return super()._document(*prices, **vals)

    def _sql(self, query, *params):
        """Change something past the ORM."""
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestKept(LeftCase):
    """A field that the compute leaves as it is, is what people have entered."""

    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('is_slow', '=', False)]"},
            free_field_ids=self._free("pace"),
        )

    def _entered(self):
        document = self._document(urgent=True)
        document.pace = 2
        self.assertEqual(document.pace, 2)
        return document, self._submit(document)

    def test_changed_in_sql(self):
        for state in ("running", "approved"):
            document, request = self._entered()
            if state == "approved":
                self._approve(request, self.ann)
            self._sql("UPDATE test_collab_document SET pace = 4 WHERE id = %s", document.id)
            if state == "running":
                self._approve(request, self.ann)
            for user in (self.rina, self.env.ref("base.user_root")):
                with self.subTest(state=state, user=user.name):
                    with self._tells(GuardError, "not any more what was approved"):
                        document.with_user(user).action_done()

    def test_what_it_would_be_if_it_was_empty(self):
        document, request = self._entered()
        for pace in (1, 3, 0):
            with self.subTest(pace=pace), self.assertRaises(GuardError):
                document.pace = pace
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            document.pace = 1
        document.action_done()
        self.assertEqual((document.pace, document.state), (2, "done"))

    def test_what_it_would_be_if_it_was_empty_by_now(self):
        for state in ("running", "approved"):
            self.carl.partner_id.color = 1
            document = self._document(urgent=True)
            request = self._submit(document)
            if state == "approved":
                self._approve(request, self.ann)
            self.carl.partner_id.color = 3
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(state=state), self.assertRaises(GuardError):
                document.pace = 3

    def test_twice_in_one_transaction(self):
        """What was computed before, of what the document held then, is forgotten."""
        document = self._document()
        self._submit(document).action_withdraw()
        self.dora.partner_id.color = 3
        document.user_id = self.dora
        self.assertEqual(document.pace, 3)
        self._approve(self._submit(document), self.ann)
        self.dora.partner_id.color = 4
        document.pace = 4
        document.action_done()

    def test_lines_changed_between_in_one_transaction(self):
        """The copies on which Odoo computed first had copies of the lines."""
        document = self._document(1)
        self._approve(self._submit(document), self.ann)

        def compute(records):
            for record in records:
                record.pace = sum(record.line_ids.mapped("received")) or 1

        with patch.object(self.registry[MODEL], "_compute_pace", compute):
            for received in (3, 4):
                document.line_ids.received = received
                document.pace = received
        self.assertEqual(document.pace, 4)

    def test_numbers_that_odoo_leaves_as_they_are(self):
        """Nothing says that what people give is right."""

        def compute(records):
            records.freight = records.freight

        document = self._document()
        with patch.object(self.registry[MODEL], "_compute_freight", compute):
            with self._tells(GuardError, "computed by Odoo"):
                document.freight = 5


@tagged("post_install", "-at_install")
class TestLeftOfLines(LeftCase):
    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('freight', '>', 100)]"},
            free_field_ids=self._free("weight", model=LINE),
        )

    def _document(self, *quantities, **vals):
        """Return a document with a line for each quantity."""
        lines = [Command.create({"name": "Line", "quantity": q}) for q in quantities or (1,)]
        return super()._document(**{"line_ids": lines} | vals)

    def _weights(self, document):
        self.env.flush_all()
        document.invalidate_recordset()
        return document.line_ids.sorted("id").mapped("weight"), document.freight

    def test_computed_whoever_creates(self):
        line = {"name": "Line", "weight": 500}
        document = self._document(line_ids=[Command.create(line)])
        self.assertEqual(self._weights(document), ([1], 1))
        document.line_ids = [Command.create(line | {"quantity": 2})]
        self.assertEqual(self._weights(document), ([1, 2], 3))
        for lines in (document.line_ids, document.line_ids.sudo()):
            lines.create(line | {"document_id": document.id})
        self.assertEqual(self._weights(document), ([1, 2, 1, 1], 5))

    def test_computed_whoever_writes(self):
        document = self._document()
        for attack in (
            lambda: document.line_ids.write({"weight": 500}),
            lambda: document.line_ids.sudo().write({"weight": 500}),
            lambda: document.write(
                {"line_ids": [Command.update(document.line_ids.id, {"weight": 0})]}
            ),
        ):
            attack()
            self.assertEqual(self._weights(document), ([1], 1))

    def test_what_is_made_of_it_is_made_at_once(self):
        """Also on the document, and without the context of whoever writes."""
        document, seen = self._document(), []
        self.place.color = 5

        def compute(records):
            seen.append(records.env.context.get("quick"))
            records.freight = 0

        with patch.object(self.registry[MODEL], "_compute_freight", compute):
            document.line_ids.with_context(quick=True).weight = 5
        self.assertEqual(seen, [None])

    def test_becomes_what_odoo_computes(self):
        for state in ("running", "approved"):
            self.place.color = 1
            document = self._document(1, 2)
            request = self._submit(document)
            if state == "approved":
                self._approve(request, self.ann)
            first, second = document.line_ids.sorted("id")
            with self.subTest(state=state):
                with self._tells(GuardError, "“Weight” cannot be changed"):
                    first.weight = 7
                self.place.color = 2
                with self.assertRaises(GuardError):
                    first.weight = 4  # that of the other line
                first.weight = 2
                second.weight = 4
                self._approve(request.filtered(lambda r: r.state == "running"), self.ann)
                document.action_done()
                self.assertEqual(self._weights(document), ([2, 4], 6))
                as_committed(self.env)

    def test_becomes_what_odoo_computes_twice(self):
        document = self._document(1, 2)
        request = self._submit(document)
        self._approve(request, self.ann)
        first, second = document.line_ids.sorted("id")
        for color in (2, 3):
            self.place.color = color
            self.env.flush_all()
            self.env.invalidate_all()  # as another transaction
            first.weight = color
            second.weight = 2 * color
        document.action_done()

    def test_wants_more(self):
        document = self._document(1, 20)
        request = self._submit(document)
        self.place.color = 6
        for state in ("running", "approved"):
            with self.subTest(state=state), self._tells(GuardError, "“Weight” cannot be changed"):
                document.line_ids[-1].weight = 120
            if state == "running":
                self._approve(request, self.ann)
        document.action_done()
        self.assertEqual(self._weights(document), ([1, 20], 21))

    def test_changed_in_sql(self):
        """Each line has its own."""
        document = self._document(1, 2)
        self._approve(self._submit(document), self.ann)
        self._sql(
            "UPDATE test_collab_document_line SET weight = 3 - weight WHERE document_id = %s",
            document.id,
        )
        self.assertEqual(self._weights(document), ([2, 1], 3))
        with self._tells(GuardError, "not any more what was approved"):
            document.action_done()

    def test_in_another_order(self):
        document = self._document(1, 2)
        self._approve(self._submit(document), self.ann)
        self.place.color = 5
        document.line_ids.sorted("id")[0].name = "Z"
        document.invalidate_recordset()
        self.assertEqual(document.line_ids.mapped("weight"), [2, 1])
        document.action_done()
        self.assertEqual(document.state, "done")


@tagged("post_install", "-at_install")
class TestTogether(LeftCase):
    """Fields left to Odoo of which one is made of the other."""

    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('is_late', '=', True)]"},
            free_field_ids=self._free("pace", "slot", "room", "color"),
        )

    def _held(self, document):
        self.env.flush_all()
        document.invalidate_recordset()
        return document.pace, document.slot, document.is_slow, document.is_late

    def test_another_value_has_all_computed(self):
        self.assertEqual(self._held(self._document()), (1, 2, True, False))
        for superuser in (False, True):
            for vals in ({"slot": 99}, {"pace": 99}, {"pace": 99, "slot": 99}):
                with self.subTest(superuser=superuser, vals=vals):
                    self.carl.partner_id.color = self.place.color = 1
                    document = self._document()
                    self.carl.partner_id.color, self.place.color = 8, 3
                    document.sudo(superuser).write(vals)
                    self.assertEqual(self._held(document), (8, 11, False, True))

    def _abroad(self):
        """Return a currency of which three are worth one of ours, and its rate."""
        rate = Command.create({"name": "2020-01-01", "rate": 3})
        vals = {"name": "ABR", "symbol": "A", "rate_ids": [rate]}
        currency = self.env["res.currency"].create(vals)
        return currency, currency.rate_ids

    def test_what_odoo_computes_has_nothing_else_computed(self):
        currency, rate = self._abroad()
        document = self._document(300, currency_id=currency.id)
        self.assertEqual(document.amount_company, 100)
        rate.rate = 6
        self.carl.partner_id.color, self.place.color = 8, 10
        document.slot = 11
        self.assertEqual(self._held(document), (1, 11, True, True))
        self.assertEqual(document.amount_company, 100)

    def test_applications_call_computes(self):
        """When something changes that these do not depend on; that is a write."""
        currency, rate = self._abroad()
        document = self._document(300, currency_id=currency.id)
        self._submit(document)
        rate.rate = 6
        document.sudo()._compute_amount()
        self.assertEqual(document.amount_company, 50)

        def compute(records):
            records.is_slow = False

        self.assertTrue(document.is_slow)
        with self.assertRaises(GuardError):
            document.is_slow = False
        with patch.object(self.registry[MODEL], "_compute_is_slow", compute):
            document._compute_is_slow()
        self.assertFalse(document.is_slow)

    def test_what_applications_write_along(self):
        """It has the value already, and what is made of it is computed anew all the same."""
        currency, rate = self._abroad()
        document = self._document(300, currency_id=currency.id)
        self._submit(document)
        rate.rate = 6
        self.place.color = 4
        document.write({"currency_id": currency.id})
        self.assertEqual(document.amount_company, 100)
        document.write({"slot": 5, "currency_id": currency.id})
        self.assertEqual((document.slot, document.amount_company), (5, 50))

    def test_what_is_made_of_it_is_made_at_once(self):
        """Without the context of whoever writes, if it decides."""
        for vals, name, context in (
            ({"slot": 11}, "is_late", None),
            ({"pace": 99}, "is_slow", True),
        ):
            document, seen = self._document(), []
            self.place.color = 10

            def compute(records, name=name, seen=seen):  # pylint: disable=dangerous-default-value
                seen.append(records.env.context.get("quick"))
                records[name] = True

            with patch.object(self.registry[MODEL], f"_compute_{name}", compute):
                self.env.flush_all()
                seen.clear()
                document.with_context(quick=True).write(vals)
            with self.subTest(vals=vals):
                self.assertTrue(seen)
                self.assertEqual(set(seen), {context})

    def test_the_value_that_it_has_changes_nothing(self):
        """What is written along is."""
        document = self._document()
        for color, state in enumerate(("none", "running", "approved"), 1):
            self.carl.partner_id.color, self.place.color = 8, 3
            for vals in ({"pace": 1}, {"slot": 2}, {"pace": 1, "slot": 2}):
                with self.subTest(state=state, vals=vals):
                    document.write(vals | {"color": color, "name": "Document"})
                    self.assertEqual(self._held(document), (1, 2, True, False))
                    self.assertEqual(document.color, color)
            if state == "none":
                self.carl.partner_id.color = self.place.color = 1
                request = self._submit(document)
            elif state == "running":
                self._approve(request, self.ann)

    def test_the_value_that_one_of_several_has(self):
        one, other = self._document(), self._document()
        self.carl.partner_id.color = 2
        other.pace = 2
        self.place.color = 5
        (one | other).pace = 2
        self.assertEqual(self._held(one)[:2], (2, 7))
        self.assertEqual(self._held(other)[:2], (2, 3))

    def test_nothing_is_made_anew_of_what_is_as_it_was(self):
        one, other = self._document(), self._document(user_id=self.dora.id)
        self.dora.partner_id.color = 2
        seen = []

        def compute(records):
            seen.extend(records.ids)
            records.is_slow = True

        with patch.object(self.registry[MODEL], "_compute_is_slow", compute):
            (one | other).pace = 1
        self.assertEqual((one.pace, other.pace), (1, 2))
        self.assertEqual(set(seen), set(other.ids))

    def test_what_odoo_computes_for_one_of_several(self):
        dora = self.dora.partner_id
        one, other = self._document(), self._document(user_id=self.dora.id)
        self.carl.partner_id.color, dora.color = 2, 3
        (one | other).pace = 2
        self.assertEqual((one.pace, other.pace), (2, 3))

    def test_computed_in_the_company_of_the_document(self):
        """Whatever the client has chosen."""
        other, ours = self.env["res.company"].create({"name": "Other"}), self.env.company
        self.rina.company_ids |= other
        paces = {other: 1, ours: 2}

        def compute(records):
            for record in records:
                record.pace = paces[record.env.company] + record.env.context.get("add", 0)
                record.pace += 20 * (record.env.user == self.rina)

        with patch.object(self.registry[MODEL], "_compute_pace", compute):
            document = self._document(company_id=other.id)
            begin = "UPDATE test_collab_document SET pace = 1, slot = 2, room = 102 WHERE id = %s"
            self._sql(begin, document.id)
            self._submit(document)
            paces.update({other: 3, ours: 4})
            for chosen in (other, ours):
                context = {"allowed_company_ids": chosen.ids, "add": 10}
                mine = document.with_context(**context)
                for pace in (4, 13, 14, 23):
                    with self.subTest(chosen=chosen.name, pace=pace):
                        with self.assertRaises(GuardError):
                            mine.pace = pace
                mine.pace = 3
                self._sql(begin, document.id)

    def test_another_value_is_computed_in_the_company_of_the_document(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other

        def compute(records):
            for record in records:
                record.pace = 3 if record.env.company == other else 4

        with patch.object(self.registry[MODEL], "_compute_pace", compute):
            document = self._document()
            self.assertEqual(document.pace, 4)
            document.with_context(allowed_company_ids=other.ids).pace = 99
            self.assertEqual(document.pace, 4)

    def test_published_together(self):
        for names, wrong in (
            (("pace", "slot"), True),
            (("pace", "slot", "room"), False),
            (("pace",), False),
            (("pace", "room"), True),
        ):
            draft = self._draft(
                self.ann, domain="[('is_late', '=', True)]", free_field_ids=self._free(*names)
            )
            with self.subTest(names=names):
                if wrong:
                    with self._tells(UserError, "“Slot”", "“Room”", "cannot stay editable alone"):
                        draft.action_publish()
                else:
                    draft.action_publish()
                self.assertEqual(draft.state, "draft" if wrong else "published")
                if not wrong:
                    draft.action_retire()
