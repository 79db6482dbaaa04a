"""What the gate knows: plain values, built once and cached for all workers.

Nothing here holds a record or a cursor, as the map outlives transactions. All of it is
frozen, as code of server actions gets hold of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

EMPTY = frozenset()

#: Types of fields
NUMBERS = ("float", "integer", "monetary")
MOMENTS = ("date", "datetime")


def frozen(value):
    """Return a deep copy of nested dicts, lists and sets that nobody can change."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, set):
        return frozenset(value)
    return value


def is_derived(field):
    """Whether nobody but Odoo gives a stored field its value."""
    return bool(field.compute and field.readonly and not field.inverse)


class Frozen:
    """Freezes the fields of a dataclass."""

    def __post_init__(self):
        for name in self.__dataclass_fields__:
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def __deepcopy__(self, memo):
        # nobody can change it; Odoo's tests copy what waits for the commit
        return self


@dataclass(frozen=True)
class Guard(Frozen):
    """What one keeper wants refused on one model.

    :param model: name of the guarded model
    :param keeper: name of the model whose ``_guard_*`` methods decide
        (see ``collab.guard.keeper``)
    :param transitions: field name → values that a record only gets if the keeper
        agrees
    :param inputs: model name → fields that can change the keeper's answer; of the
        guarded model and its line models only
    :param lines: line model name → name of its many2one to the guarded model
    :param signals: field name → values of which the keeper wants to be told: when a
        record gets one, and when it loses it
    :param figures: model name → stored fields that Odoo computes and on which the keeper's
        answer rests; nobody may write them but by what they are computed from
    :param left: model name → stored fields that are left to Odoo: whoever gives them a
        value, they are computed anew
    :param asked: model name → fields that the keeper itself looks at, not only what these are
        computed from
    :param unkept: model name (of any model) → fields that are not stored, from which the
        keeper's answer is made: a value that a client gives them is in the cache only, unless
        an inverse makes something of it, and the answer must not rest on it
    """

    model: str
    keeper: str
    transitions: Mapping[str, frozenset]
    inputs: Mapping[str, frozenset] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, frozenset] = field(default_factory=dict)
    figures: Mapping[str, frozenset] = field(default_factory=dict)
    left: Mapping[str, frozenset] = field(default_factory=dict)
    asked: Mapping[str, frozenset] = field(default_factory=dict)
    unkept: Mapping[str, frozenset] = field(default_factory=dict)


@dataclass(frozen=True)
class Lock(Frozen):
    """What may not be changed on one record and on its lines.

    :param fields: model name → names of its locked fields
    :param rows: line models of which no row may be added, moved or deleted
    :param deletion: whether the record itself may not be deleted
    :param following: model name → names of locked fields that may still become what Odoo
        computes for them, as those may that nobody else gives their value
    """

    fields: Mapping[str, frozenset]
    rows: frozenset
    deletion: bool = True
    following: Mapping[str, frozenset] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """All that concerns one model: guards on it, and guards whose lines it holds."""

    guards: tuple[Guard, ...]
    parents: tuple[tuple[Guard, str], ...]
    #: fields that are computed in the same way whoever causes it
    neutral: frozenset = EMPTY
    #: model name → fields, as in :class:`Guard`
    unkept: Mapping[str, frozenset] = field(default_factory=dict)

    def watches(self, fname):
        """Whether a new value of the field ``fname`` has to be looked at."""
        return any(fname in g.transitions or fname in g.signals for g in self.guards)


def build_map(guards):
    """Return model name → :class:`Entry` for an iterable of guards."""
    own, parents = defaultdict(list), defaultdict(list)
    for guard in guards:
        own[guard.model].append(guard)
        for line_model, parent in guard.lines.items():
            parents[line_model].append((guard, parent))
    return MappingProxyType(
        {
            name: _entry(name, own.get(name, ()), parents.get(name, ()))
            for name in own.keys() | parents.keys()
        }
    )


def _entry(name, own, parents):
    guards = [*own, *(guard for guard, __ in parents)]
    return Entry(
        tuple(own),
        tuple(parents),
        neutral=EMPTY.union(
            *(
                (guard.figures.get(name, EMPTY) & guard.inputs.get(name, EMPTY))
                | guard.left.get(name, EMPTY)
                for guard in guards
            )
        ),
        unkept=merged(*(guard.unkept for guard in guards)),
    )


def build_cascades(guards, links):
    """Return model name → ((model, field), …): the links by which the database deletes something
    with a record, if that leads to guarded records, or to lines that do not go with theirs.

    :param links: (model, field, comodel) of all many2one fields that delete so
    """
    by_model = defaultdict(list)
    for link in links:
        by_model[link[0]].append(link)
    found = [
        link
        for guard in guards
        for name in (guard.model, *guard.lines)
        for link in by_model[name]
        if link[1] != guard.lines.get(name)
    ]
    cascades, seen = defaultdict(set), set()
    while found:
        model, fname, comodel = found.pop()
        cascades[comodel].add((model, fname))
        if comodel not in seen:
            seen.add(comodel)
            found.extend(by_model[comodel])
    return MappingProxyType({name: tuple(sorted(links)) for name, links in cascades.items()})


def merged(*mappings):
    """Return key → the union of the sets that ``mappings`` have for it."""
    keys = EMPTY.union(*mappings)
    return MappingProxyType(
        {key: EMPTY.union(*(mapping.get(key, EMPTY) for mapping in mappings)) for key in keys}
    )
