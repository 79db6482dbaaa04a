"""What comes by RPC is looked at before it reaches the database."""

from odoo.exceptions import UserError


def checked_ids(env, values):
    """Return `values`, if they are what ids of records can be.

    :raise UserError: if they are anything else
    """
    if isinstance(values, list | tuple) and all(
        type(value) is int and 0 < value < 1 << 31 for value in values
    ):
        return list(values)
    raise UserError(env._("These are no ids of records."))
