import pickle

from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard, build_cascades, build_map
from odoo.addons.collab_guard.seal import spend, unsealed


class TestMap(BaseCase):
    """What the gate knows, without a database."""

    def _guard(self, model="a", **kwargs):
        return Guard(model, "keeper", {"state": frozenset({"done"})}, **kwargs)

    def test_models_and_lines(self):
        one = self._guard(lines={"a.line": "a_id"})
        two = self._guard(signals={"kind": frozenset({"x"})})
        found = build_map([one, two, self._guard("b")])
        self.assertEqual(set(found), {"a", "a.line", "b"})
        self.assertEqual(list(found["a"].guards), [one, two])
        self.assertEqual(list(found["a.line"].parents), [(one, "a_id")])
        self.assertEqual(list(found["a.line"].guards), [])
        self.assertNotIn("c", found)

    def test_what_is_watched(self):
        entry = build_map([self._guard(signals={"kind": frozenset({"x"})})])["a"]
        self.assertTrue(entry.watches("state"))
        self.assertTrue(entry.watches("kind"))
        self.assertFalse(entry.watches("name"))

    def test_a_line_model_that_is_guarded_itself(self):
        found = build_map([self._guard(lines={"b": "a_id"}), self._guard("b")])
        self.assertEqual(len(found["b"].guards), 1)
        self.assertEqual(len(found["b"].parents), 1)


class TestCascades(BaseCase):
    """By which links the database deletes what is guarded, without a database."""

    def _cascades(self, links, *guards):
        return dict(build_cascades(guards, links))

    def _guard(self, model, **lines):
        return Guard(model, "keeper", {}, lines=lines)

    def test_lines_go_with_their_own(self):
        links = [("line", "doc_id", "doc"), ("x", "y_id", "y")]
        self.assertEqual(self._cascades(links, self._guard("doc", line="doc_id")), {})

    def test_lines_of_two(self):
        links = [("line", "doc_id", "doc"), ("line", "project_id", "project")]
        guards = self._guard("doc", line="doc_id"), self._guard("project", line="project_id")
        found = {"doc": (("line", "doc_id"),), "project": (("line", "project_id"),)}
        self.assertEqual(self._cascades(links, *guards), found)
        self.assertEqual(self._cascades(links, guards[0]), {"project": found["project"]})

    def test_all_that_leads_there(self):
        """In a circle too."""
        links = [("doc", "a_id", "a"), ("a", "b_id", "b"), ("b", "a_id", "a"), ("c", "b_id", "b")]
        found = self._cascades(links, self._guard("doc"))
        self.assertEqual(set(found), {"a", "b"})
        self.assertEqual(found["a"], (("b", "a_id"), ("doc", "a_id")))


class TestError(BaseCase):
    """The one refusal is what batch code takes for a UserError, with or without a button."""

    def test_without_button(self):
        error = GuardError("No.")
        self.assertIsInstance(error, UserError)
        self.assertEqual(str(error), "No.")
        self.assertEqual(error.args, ("No.",))

    def test_with_button(self):
        error = GuardError("No.", 7, "Do", {"a": 1})
        self.assertEqual(str(error), "No.")
        self.assertEqual(error.args, ("No.", 7, "Do", {"a": 1}))

    def test_pickle(self):
        self.assertEqual(str(pickle.loads(pickle.dumps(GuardError("No.", 7, "Do")))), "No.")


@tagged("post_install", "-at_install")
class TestPass(TransactionCase):
    def test_opens_once(self):
        records = unsealed(self.env["res.partner"])
        opened = spend(records)
        self.assertIsNotNone(opened)
        self.assertNotIn("collab_seal", opened.env.context)
        self.assertIsNone(spend(records), "a spent pass is void")
        self.assertIsNone(spend(opened))

    def test_nothing_else_opens(self):
        partner = self.env["res.partner"]
        spent = unsealed(partner).env.context["collab_seal"]
        for value in (True, 1, "x", {}, [], object(), type(spent), "_Pass", {"spent": False}):
            with self.subTest(value=value):
                self.assertIsNone(spend(partner.with_context(collab_seal=value)))
        self.assertIsNone(spend(partner))

    def test_models_nobody_guards_have_no_entry(self):
        self.assertIsNone(self.env["res.country"]._collab_guard_entry())
