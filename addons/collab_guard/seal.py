"""The key to sealed records (see ``collab.sealed.mixin``).

It is a plain function and not a method, because whatever is a method can be
called from the code of a server action; a function of a module cannot.
"""

_KEY = "collab_seal"


class _Pass:
    """Opens one write, once.

    An object of a private class is nothing that JSON, XML-RPC or a server action
    could make, and once it is spent, code that runs later with the same context
    (an automation rule, a computed field) finds it void.
    """

    __slots__ = ("spent",)

    def __init__(self):
        self.spent = False


def unsealed(records):
    """Return ``records`` such that their next write, and only that one, is let through.

    :param records: recordset of a sealed model (or the empty one, to create)
    """
    return records.with_context(**{_KEY: _Pass()})


def spend(records):
    """Use up the pass that ``records`` carry.

    :return: ``records`` without it, or ``None`` when they carry none
    """
    key = records.env.context.get(_KEY)
    if type(key) is not _Pass or key.spent:
        return None
    key.spent = True
    context = dict(records.env.context)
    del context[_KEY]
    return records.with_context(context)
