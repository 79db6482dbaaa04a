"""What is approved of a document, in the form in which a request keeps it: one text.

Functions of plain values: the gate says what a document holds, this compares.
"""

from collections import namedtuple

from odoo.addons.collab_base.core.chain import digest

#: What a document holds.
#:
#: - ``content``: what people have entered
#: - ``steps``: keys of the conditional steps of the policy that the document wants
#: - ``left``: (value, whether Odoo computes the same, (model, name)) of each field that the
#:   policy leaves to Odoo, in an order that follows from the content
Held = namedtuple("Held", "content steps left")

PART, ITEM, FOLLOWS = ":", ",", "="


def fingerprint(held):
    """Return the text for a :class:`Held`."""
    left = (_short(value) + FOLLOWS * follows for value, follows, __ in held.left)
    return PART.join([digest(held.content), ITEM.join(sorted(held.steps)), ITEM.join(left)])


def is_covered(approved, now, may_grow=False):
    """Whether what was approved covers what a document is now, both as texts.

    What people have entered is the same. A field that is left to Odoo has the value that it
    had, or is still what Odoo computes, as it was. No step is wanted that was not then; what
    wants fewer, as a public holiday has taken a day off a leave, is covered.

    :param may_grow: whether more steps may be wanted
    """
    if not (parts := _read(approved, now)):
        return False
    approved, now = parts
    return (
        approved.content == now.content
        and len(approved.left) == len(now.left)
        and all(map(_is_same, approved.left, now.left))
        and (may_grow or not _more(approved, now))
    )


def is_outgrown(approved, held, followed, may_grow=False):
    """Whether a document that holds :class:`Held` is more than what was approved, as fields that
    are left to Odoo have just become what Odoo computes. What else is left to it may be about to.

    :param approved: text of what was approved
    :param followed: (model, name) of these fields
    :param may_grow: whether more steps may be wanted
    """
    if not (parts := _read(approved)):
        return True
    [approved] = parts
    if len(approved.left) != len(held.left) or (not may_grow and _more(approved, held)):
        return True
    return any(
        field in followed and not then.endswith(FOLLOWS) and then != _short(value)
        for then, (value, __, field) in zip(approved.left, held.left, strict=True)
    )


def _read(*texts):
    """Return :class:`Held` for each text, its parts as they are kept; ``None`` if one of them
    was altered in the database."""
    try:
        return [
            Held(content, *(part.split(ITEM) if part else [] for part in parts))
            for content, *parts in (text.split(PART) for text in texts)
        ]
    except (AttributeError, TypeError):
        return None


def _short(value):
    return digest(value)[:16]


def _more(approved, now):
    return set(now.steps) - set(approved.steps)


def _is_same(then, now):
    return then.rstrip(FOLLOWS) == now.rstrip(FOLLOWS) or (
        then.endswith(FOLLOWS) and now.endswith(FOLLOWS)
    )
