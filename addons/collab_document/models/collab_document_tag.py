from random import randint

from odoo import fields, models


class CollabDocumentTag(models.Model):
    _name = "collab.document.tag"
    _description = "Document Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_uniq = models.UniqueIndex("(name)", "There is a tag of this name already.")
