"""What is approved of a document, in the form in which a request keeps it: one text.

Functions of plain values: the gate says what a document holds, this compares.
"""

from collections import namedtuple

from odoo.addons.collab_base.core.chain import digest

#: What a document holds.
#:
#: - ``content``: what people have entered
#: - ``steps``: keys of the conditional steps of the policy that the document wants
#: - ``left``: (value, whether Odoo computes the same) of each field that the policy leaves
#:   to Odoo, in an order that follows from the content
Held = namedtuple("Held", "content steps left")

PART, ITEM, FOLLOWS = ":", ",", "="


def fingerprint(held):
    """Return the text for a :class:`Held`."""
    left = (digest(value)[:16] + FOLLOWS * follows for value, follows in held.left)
    return PART.join([digest(held.content), ITEM.join(sorted(held.steps)), ITEM.join(left)])


def is_covered(approved, now, may_grow=False):
    """Whether what was approved covers what a document is now, both as texts.

    What people have entered is the same. A field that is left to Odoo has the value that it
    had, or is still what Odoo computes, as it was. No step is wanted that was not then; what
    wants fewer, as a public holiday has taken a day off a leave, is covered.

    :param may_grow: whether more steps may be wanted
    """
    try:
        approved, now = (
            Held(content, *(part.split(ITEM) for part in parts))
            for content, *parts in (text.split(PART) for text in (approved, now))
        )
    except (AttributeError, TypeError):
        return False  # altered in the database
    return (
        approved.content == now.content
        and len(approved.left) == len(now.left)
        and all(map(_is_same, approved.left, now.left))
        and (may_grow or set(now.steps) <= {*approved.steps, ""})
    )


def _is_same(then, now):
    return then.rstrip(FOLLOWS) == now.rstrip(FOLLOWS) or (
        then.endswith(FOLLOWS) and now.endswith(FOLLOWS)
    )
