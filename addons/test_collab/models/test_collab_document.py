from odoo import api, fields, models


class TestCollabDocument(models.Model):
    """A document as an app has it, for policies to be put on."""

    _name = "test.collab.document"
    _description = "Test Document"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    name = fields.Char(required=True)
    title = fields.Char(translate=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("closed", "Closed"),
        ],
        default="draft",
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id)
    user_id = fields.Many2one("res.users")
    employee_id = fields.Many2one("hr.employee")
    approver_ids = fields.Many2many("res.users", "test_collab_document_approver_rel")
    date = fields.Date()
    urgent = fields.Boolean()
    color = fields.Integer()
    line_ids = fields.One2many("test.collab.document.line", "document_id", copy=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    amount_company = fields.Float(compute="_compute_amount", store=True)
    total = fields.Monetary(
        compute="_compute_total", store=True, currency_field="total_currency_id"
    )
    total_currency_id = fields.Many2one(related="company_id.currency_id", string="Total Currency")
    partner_id = fields.Many2one("res.partner")
    source_id = fields.Many2one("res.partner", help="Has the name of a field of utm.mixin.")
    seller_id = fields.Many2one(related="partner_id.user_id")
    largest = fields.Float(compute="_compute_largest")
    is_large = fields.Boolean(compute="_compute_is_large", store=True)
    answer = fields.Integer(compute="_compute_answer")

    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    standing = fields.Selection(
        [("open", "Open"), ("over", "Over")], compute="_compute_standing", store=True
    )
    pace = fields.Integer(compute="_compute_pace", store=True, readonly=False)
    is_slow = fields.Boolean(compute="_compute_is_slow", store=True)
    slot = fields.Integer(compute="_compute_slot", store=True, readonly=False)
    room = fields.Integer(compute="_compute_slot", store=True, readonly=False)
    is_late = fields.Boolean(compute="_compute_is_late", store=True)
    freight = fields.Float(compute="_compute_freight", store=True)

    @api.depends("state", "color")
    def _compute_standing(self):
        """From the state and more, as that of an expense."""
        for document in self:
            is_over = document.state == "done" or document.color == 9
            document.standing = "over" if is_over else "open"

    @api.depends("user_id")
    def _compute_pace(self):
        """From more than what it depends on, as applications do it. Urgent ones keep what
        they have."""
        for document in self:
            if not (document.urgent and document.pace):
                document.pace = document.user_id.partner_id.color

    @api.depends("pace")
    def _compute_is_slow(self):
        for document in self:
            document.is_slow = document.pace < 5

    @api.depends("pace")
    def _compute_slot(self):
        """One for the other."""
        for document in self:
            document.slot = document.pace + document.partner_id.color
            document.room = document.slot + 100

    @api.depends("slot", "room")
    def _compute_is_late(self):
        for document in self:
            document.is_late = document.slot > 10 and document.room > 100

    @api.depends("line_ids.weight")
    def _compute_freight(self):
        for document in self:
            document.freight = sum(document.line_ids.mapped("weight"))

    @api.depends("line_ids.price", "line_ids.quantity", "currency_id", "company_id", "date")
    def _compute_amount(self):
        for document in self:
            company = document.company_id or self.env.company
            document.amount = sum(line.price * line.quantity for line in document.line_ids)
            document.amount_company = document.currency_id._convert(
                document.amount,
                company.currency_id,
                company,
                document.date or fields.Date.context_today(document),
            )

    @api.depends("line_ids.price", "line_ids.quantity")
    def _compute_total(self):
        for document in self:
            document.total = sum(line.price * line.quantity for line in document.line_ids)

    @api.depends("line_ids.subtotal")
    def _compute_largest(self):
        for document in self:
            document.largest = max(document.line_ids.mapped("subtotal"), default=0)

    @api.depends("largest")
    def _compute_is_large(self):
        for document in self:
            document.is_large = document.largest > 100

    def _compute_answer(self):
        """Computed from what nobody declares."""
        self.answer = 42

    def action_done(self):
        """The native button."""
        self.state = "done"


class TestCollabDocumentLine(models.Model):
    _name = "test.collab.document.line"
    _description = "Test Document Line"
    _order = "name, id"

    document_id = fields.Many2one("test.collab.document", required=True, ondelete="cascade")
    name = fields.Char()
    price = fields.Float()
    quantity = fields.Float(default=1)
    received = fields.Float()
    subtotal = fields.Float(compute="_compute_subtotal", inverse="_inverse_subtotal")
    weight = fields.Float(compute="_compute_weight", store=True, readonly=False)

    @api.depends("quantity")
    def _compute_weight(self):
        """From more than what it depends on, as applications do it."""
        for line in self:
            line.weight = line.quantity * line.document_id.partner_id.color

    @api.depends("price", "quantity")
    def _compute_subtotal(self):
        for line in self:
            line.subtotal = line.price * line.quantity

    def _inverse_subtotal(self):
        for line in self:
            line.price = line.subtotal / line.quantity
