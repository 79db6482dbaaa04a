from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard, Lock

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestCascade(GuardCase):
    """What the database deletes along with something else."""

    def setUp(self):
        super().setUp()
        self.other = self._record(1)

    def _hanging(self, *prices, **vals):
        """Return a record whose last line goes with that of another."""
        record = self._record(*prices, **vals)
        record.line_ids[-1].twin_id = self.other.line_ids
        self.env.cr.flush()
        return record

    def _deletions(self):
        return (
            lambda: self.other.line_ids.unlink(),
            lambda: self.other.with_context(_force_unlink=True).unlink(),
            lambda: self.other.write({"line_ids": [(2, self.other.line_ids.id)]}),
            lambda: self.other.sudo().unlink(),
        )

    def test_lines_of_a_locked_record(self):
        record = self._hanging(60, 30)
        record.locked = True
        for delete in self._deletions():
            with self._refused(record, self.other, says="is locked"):
                delete()

    def test_lines_that_kept_it_small(self):
        record = self._hanging(150, -60, state="done")
        for delete in self._deletions():
            with self._refused(record, self.other, says="may not be done"):
                delete()

    def test_lines_of_lines(self):
        """Also in a circle."""
        record, between = self._hanging(60, 30), self._hanging(5)
        record.line_ids[-1].twin_id = between.line_ids
        self.other.line_ids.twin_id = between.line_ids
        record.locked = True
        for delete in self._deletions():
            with self._refused(record, self.other, between, says="is locked"):
                delete()

    def test_lines_that_may_go(self):
        record = self._hanging(60, 30, state="done")
        self.other.unlink()
        self.env.cr.flush()
        self.assertEqual((record.line_ids.mapped("price"), record.amount), ([60], 60))

    def test_with_their_own_record(self):
        record = self._hanging(60, 30)
        record.line_ids[0].twin_id = record.line_ids[1]
        (record | self.other).unlink()
        self.assertFalse((record | self.other).exists())

    def test_with_their_own_record_whose_lines_are_locked(self):
        """As an application deletes what has come back from where it was."""
        record = self._hanging(60, 30)
        record.line_ids[0].twin_id = record.line_ids[1]
        lock = Lock({}, frozenset({self.lines._name}), deletion=False)
        keeper = self.registry["test.collab.keeper"]
        self.patch(keeper, "_guard_locks", lambda self, records: dict.fromkeys(records.ids, lock))
        with self.assertRaises(GuardError):
            self.other.unlink()
        record.unlink()
        self.assertFalse(record.exists())

    def test_records(self):
        shelf, empty = self.folders.create([{"name": "Shelf"}, {"name": "Empty"}])
        record, free = self._record(1, shelf_id=shelf.id), self._record(1, shelf_id=shelf.id)
        record.locked = True
        for folder in (shelf, shelf | empty):
            with self._refused(record, free, says="is locked"):
                folder.unlink()
        record.locked = False
        (shelf | empty).unlink()
        self.assertFalse((record | free).exists())

    def test_lines_of_two(self):
        """What goes with one of its documents is still a line of the other."""
        lines = {self.lines._name: "folder_id"}
        guards = self.env["collab.guard"]._collab_guards()
        guards.insert(0, Guard(self.folders._name, "test.collab.keeper", {}, lines=lines))
        self.patch(self.registry["collab.guard"], "_collab_guards", lambda self: guards)
        self.env["collab.guard"]._changed()
        self.addCleanup(self.env["collab.guard"]._changed)
        keeper = self.registry["test.collab.keeper"]
        locks = keeper._guard_locks
        self.patch(
            keeper,
            "_guard_locks",
            lambda self, records: locks(self, records) if "locked" in records._fields else {},
        )
        folder = self.folders.create({"name": "Folder"})
        record = self._record(60, 30)
        record.line_ids[1].folder_id = folder
        record.locked = True
        with self._refused(record, says="is locked"):
            folder.unlink()
        record.locked = False
        folder.unlink()
        self.assertEqual(record.amount, 60)

    def test_links_that_differ_by_company(self):
        """The database knows nothing of them."""
        guard, name = self.env["collab.guard"], self.lines._name
        self.assertIn((name, "twin_id"), guard._cascades()[name])
        self.addCleanup(guard._changed)
        self.patch(self.lines._fields["twin_id"], "company_dependent", True)
        guard._changed()
        self.assertNotIn((name, "twin_id"), guard._cascades().get(name, ()))

    def test_who_may_not_delete_learns_nothing(self):
        shelf = self.folders.create({"name": "Shelf"})
        record = self._record(1, shelf_id=shelf.id)
        record.locked = True
        public = self.env.ref("base.public_user")
        with self.assertRaises(Exception) as refusal:
            shelf.with_user(public).unlink()
        self.assertNotIsInstance(refusal.exception, GuardError)
        self.assertTrue(record.exists())
