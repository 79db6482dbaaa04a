from odoo import api, fields, models


class TestCollabBook(models.Model):
    """What its editions have in common, as a product has with its variants."""

    _name = "test.collab.book"
    _description = "Test Book"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company")
    author_id = fields.Many2one("res.users")
    price = fields.Float()
    printed = fields.Boolean()
    edition_ids = fields.One2many("test.collab.edition", "book_id")


class TestCollabEdition(models.Model):
    _name = "test.collab.edition"
    _description = "Test Edition"
    _inherits = {"test.collab.book": "book_id"}

    book_id = fields.Many2one("test.collab.book", required=True, ondelete="cascade")
    pages = fields.Integer()
    printed = fields.Boolean()
    value = fields.Float(compute="_compute_value")

    @api.depends("price", "pages")
    def _compute_value(self):
        for edition in self:
            edition.value = edition.price + edition.pages
