"""What may be asked of records by whoever need not read them.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.fields import Domain

#: Beginnings of the names of models of the system itself, and not of what people work on
TECHNICAL = ("ir.", "bus.", "base.", "fetchmail.", "res.groups", "res.users", "res.device")
#: Operators that ask for something of what is linked
ANY = ("any", "any!", "not any", "not any!")


def is_closed(model, linked=False):
    """Return whether nothing may be asked of a model, as it is kept from people (it says so itself:
    ``_collab_private``) or is the system's.

    :param bool linked: whether it is asked for by a link, as users are, of whom something may be
    """
    if getattr(model, "_collab_private", False):
        return True
    return model._name.startswith(TECHNICAL) and not (linked and model._name == "res.users")


def is_hidden(owner, field):
    """Return whether the current user may not ask for a field of what is linked, nor whether it links
    to anything where that is kept from people. Whether there is an attachment is no secret.

    :param owner: the model that the field is of
    """
    if is_closed(owner, linked=True) or not owner._has_field_access(field, "read"):
        return True
    if not field.relational or field.comodel_name == "ir.attachment":
        return False
    return is_closed(owner.env[field.comodel_name], linked=True)


def asked(model, domain):
    """Return what a domain asks for, as pairs: a model, and a field of it."""
    for condition in Domain(domain).iter_conditions():
        owner, field = model, None
        for name in condition.field_expr.split("."):
            field = owner._fields.get(name)
            if field is None:
                break
            yield owner, field
            if field.relational:
                owner = model.env[field.comodel_name]
        if condition.operator in ANY:
            yield from asked(owner, condition.value)
