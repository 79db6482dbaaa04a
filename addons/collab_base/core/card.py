"""What an addon says about one card of the workbench."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Card:
    """One card, as offered by ``collab.card._collab_cards()``.

    :ivar key: unique and stable, prefixed by the addon, e.g. ``approval.inbox``
    :ivar title: translated title
    :ivar sequence: order on the page, smallest first
    :ivar component: key of the OWL component in the client registry
        ``collab_cards``
    :ivar data: called without argument, and only when the current user may see
        the card; returns JSON-able data for that user
    :ivar groups: XML ids separated by commas, as in ``groups=`` of a view; the
        card is for users who have them, or for everybody
    :ivar width: ``half`` or ``full`` of the page, on a screen wide enough
    """

    key: str
    title: str
    sequence: int
    component: str
    data: Callable[[], Any]
    groups: str | None = None
    width: Literal["half", "full"] = "half"
