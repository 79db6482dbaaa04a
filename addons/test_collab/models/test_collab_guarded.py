from odoo import api, fields, models

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard, Lock

#: Above this, a document needs to be allowed before it is done
LIMIT = 100


class TestCollabFolder(models.Model):
    """What guarded documents lie in: a way to write them from a parent."""

    _name = "test.collab.folder"
    _description = "Test Folder"

    name = fields.Char(required=True)
    guarded_ids = fields.One2many("test.collab.guarded", "folder_id")


class TestCollabGuarded(models.Model):
    """A document that is only done, or hot, if it is allowed or small."""

    _name = "test.collab.guarded"
    _description = "Test Guarded Document"

    name = fields.Char(required=True)
    title = fields.Char(translate=True)
    note = fields.Char(help="Never locked.")
    folder_id = fields.Many2one("test.collab.folder")
    shelf_id = fields.Many2one("test.collab.folder", ondelete="cascade")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancel", "Cancelled")],
        default="draft",
        copy=True,
    )
    heat = fields.Integer()
    hot = fields.Boolean(compute="_compute_hot", store=True)
    heat_label = fields.Char(compute="_compute_hot", store=True)
    rate = fields.Float(default=1)
    amount = fields.Float(compute="_compute_amount", store=True)
    allowed = fields.Boolean(copy=False)
    spent = fields.Boolean(copy=False, help="What has a guarded value may keep it, not get it.")
    locked = fields.Boolean(copy=False)
    gross = fields.Float(
        compute="_compute_gross", inverse="_inverse_gross", help="Its inverse writes the amount."
    )
    mean = fields.Float(
        compute="_compute_mean", inverse="_inverse_mean", help="Its inverse writes the lines."
    )
    twin_ids = fields.Many2many("test.collab.guarded", "test_collab_twin_rel", "one", "other")
    line_ids = fields.One2many("test.collab.guarded.line", "guarded_id", copy=True)

    @api.depends("heat")
    def _compute_hot(self):
        for record in self:
            record.hot = record.heat > 50
            record.heat_label = "hot" if record.hot else "mild"

    @api.depends("line_ids.price", "rate")
    def _compute_amount(self):
        for record in self:
            record.amount = sum(record.line_ids.mapped("price")) * record.rate

    @api.depends("amount")
    def _compute_gross(self):
        for record in self:
            record.gross = record.amount * 2

    def _inverse_gross(self):
        for record in self:
            record.amount = record.gross / 2

    @api.depends("line_ids.price")
    def _compute_mean(self):
        for record in self:
            prices = record.line_ids.mapped("price")
            record.mean = sum(prices) / (len(prices) or 1)

    def _inverse_mean(self):
        for record in self:
            record.line_ids.price = record.mean


class TestCollabGuardedLine(models.Model):
    _name = "test.collab.guarded.line"
    _description = "Test Guarded Line"

    guarded_id = fields.Many2one("test.collab.guarded", required=True, ondelete="cascade")
    name = fields.Char()
    label = fields.Char(translate=True)
    price = fields.Float()
    remark = fields.Char(help="Never locked.")
    twin_id = fields.Many2one("test.collab.guarded.line", ondelete="cascade")
    folder_id = fields.Many2one("test.collab.folder", ondelete="cascade")


class TestCollabKeeper(models.AbstractModel):
    """The shortest keeper that says something about everything."""

    _name = "test.collab.keeper"
    _description = "Test Keeper"
    _inherit = ["collab.guard.keeper"]

    @api.model
    def _guard_locks(self, records):
        lock = Lock(
            {
                "test.collab.guarded": frozenset({"name", "title", "rate", "folder_id"}),
                "test.collab.guarded.line": frozenset({"name", "label", "price", "guarded_id"}),
            },
            frozenset({"test.collab.guarded.line"}),
        )
        return dict.fromkeys(records.filtered("locked").ids, lock)

    @api.model
    def _guard_lock_error(self, record, names):
        return GuardError(f"{record.name} is locked: {sorted(name for __, name in names)}")

    @api.model
    def _guard_uncovered(self, records, fname, value, entering=False):
        return records.filtered(
            lambda r: (
                (entering and r.spent) or (not r.allowed and (fname == "hot" or r.amount > LIMIT))
            )
        )

    @api.model
    def _guard_entry_error(self, records, fname, value, entering=False, created=False):
        return GuardError(f"{records[:1].name} may not be {value} in {fname}")

    @api.model
    def _guard_signal(self, records, fname):
        """Tests look here, by patching it."""


class CollabGuard(models.AbstractModel):
    _inherit = "collab.guard"

    @api.model
    def _collab_guards(self):
        return super()._collab_guards() + [
            Guard(
                "test.collab.guarded",
                "test.collab.keeper",
                transitions={"state": frozenset({"done"}), "hot": frozenset({True})},
                inputs={
                    "test.collab.guarded": frozenset({"rate", "allowed"}),
                    "test.collab.guarded.line": frozenset({"price", "guarded_id"}),
                },
                lines={"test.collab.guarded.line": "guarded_id"},
                signals={"state": frozenset({"cancel"}), "hot": frozenset({True})},
                figures={"test.collab.guarded": frozenset({"amount"})},
            )
        ]
