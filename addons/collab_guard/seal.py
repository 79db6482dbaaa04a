"""The key to sealed records (see ``collab.sealed.mixin``).

It is a plain function and not a method, because whatever is a method can be
called from the code of a server action; a function of a module cannot.
"""

_KEY = "collab_seal"


class _Pass:
    """Opens one write on certain records, once.

    An object of a private class is nothing that JSON, XML-RPC or a server action
    could make, and once it is spent, code that runs later with the same context
    (an automation rule, a computed field) finds it void.
    """

    __slots__ = ("ids", "model", "spent")

    def __init__(self, records):
        self.model = records._name
        self.ids = records._ids
        self.spent = False

    def opens(self, records):
        return not self.spent and (self.model, self.ids) == (records._name, records._ids)


def unsealed(records):
    """Return ``records`` such that their next write, and only that one, is let through.

    :param records: recordset of a sealed model (or the empty one, to create)
    """
    return records.with_context(**{_KEY: _Pass(records)})


def spend(records):
    """Use up the pass that ``records`` carry.

    :return: ``records`` without it, or ``None`` when they carry none that is for them
    """
    key = records.env.context.get(_KEY)
    if type(key) is not _Pass or not key.opens(records):
        return None
    key.spent = True
    context = dict(records.env.context)
    del context[_KEY]
    return records.with_context(context)  # pylint: disable=context-overridden
