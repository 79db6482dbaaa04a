"""What an addon brings to have something of its own counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Method:
    """A way to count that is code, as offered by ``collab.kpi._collab_kpi_methods()``.

    :ivar name: translated
    :ivar facts: called with the environment of the superuser, the definition, and the
        :class:`.windows.Window` that is counted, in transactions that may only read; returns
        :class:`.facts.Facts`. Its breakdowns are ``definition["breakdowns"]``, of each the ``path``
        says which column is meant, one of ``breakdowns``
    :ivar models: names of the models that it reads: who may not read all of their records does not
        see its figures, unless they are an authorised aggregate
    :ivar breakdowns: column → name of the model that it is of
    :ivar given: name of one of them → domain that all of its records meet that are counted, where its
        record rules ask for it: readers of these records see the figures, too
    :ivar minimum: of how many people each of its figures is at the least
    :ivar res_model: name of the model whose ids are ``res_id`` of the facts, which are then opened by
        a click
    """

    name: str
    facts: Callable[..., Any]
    models: tuple[str, ...]
    breakdowns: dict[str, str]
    res_model: str | None = None
    given: dict[str, list] = field(default_factory=dict)
    minimum: int = 0
