"""Defaults as the model says them.

A function, not a method, as methods can be called from the code of server actions.
"""

from odoo.models import MAGIC_COLUMNS


def own_defaults(model):
    """Return the default of each field of `model`, in which nobody has a say.

    ``default_get`` also takes what is in the context (``default_…``) and what people have set
    for themselves (``ir.default``). Where it is decided what somebody may write, or where it is
    written as superuser, that would be a way to write anything.

    :return: field name → value for ``create``, of all fields that are not worked out
    """
    return {
        name: field.default(model) if field.default else False
        for name, field in model._fields.items()
        if not (name in MAGIC_COLUMNS or field.compute or field.related)
    }
