"""What to show of a document to whoever decides on it, where nobody has said so yet."""

from odoo.models import LOG_ACCESS_COLUMNS

#: For each thing to show: whether a field can tell it, and the names that tell it best
KINDS = (
    (
        lambda field: field.type == "many2one" and field.comodel_name == "res.partner",
        ("partner_id", "vendor_id", "customer_id"),
    ),
    (
        lambda field: (
            field.type == "many2one" and field.comodel_name in ("hr.employee", "res.users")
        ),
        ("employee_id", "user_id"),
    ),
    (
        lambda field: field.type == "monetary",
        ("amount_total", "total_amount", "amount", "price_total"),
    ),
    (
        lambda field: field.type in ("date", "datetime"),
        ("date_planned", "invoice_date", "request_date_from", "date_order", "date", "date_start"),
    ),
)


def proposed(model):
    """Return the names of fields of ``model``, one of each of :data:`KINDS` that there is: for
    whom, whose, how much and when. Only what the user of ``model`` may read."""
    readable = [
        field
        for name, field in model._fields.items()
        if name not in LOG_ACCESS_COLUMNS and model._has_field_access(field, "read")
    ]
    best = (_best(filter(fits, readable), names) for fits, names in KINDS)
    return [field.name for field in best if field]


def _best(fields, names):
    """Return the field with the first of ``names``, else the first that is stored: what is
    not, as the user of the next activity, is hardly the document's own."""
    rank = {name: place for place, name in enumerate(names)}
    own = (field for field in fields if field.store or field.name in rank)
    return min(own, key=lambda field: rank.get(field.name, len(rank)), default=None)
