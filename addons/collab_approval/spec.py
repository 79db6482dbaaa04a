"""A published policy version in the form the engine works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.collab_guard.guard import Frozen
from odoo.addons.collab_guard.values import by_company

from .core import Asked, Mode, Repeat, StepSpec

EMPTY = frozenset()

#: What judging a domain raises when a field it asks for is not what it was
UNJUDGED = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, eq=False)
class Spec(Frozen):
    """What a policy version says, read once and cached for all workers.

    :param snapshot: the JSON that was published, see
        ``collab.approval.policy._snapshot``
    :param lines: line model → its many2one to the document
    :param inputs: model → fields, of the document and of its lines, on which the policy's
        domain and conditions rest, and those that it names, with all that these are made of;
        they are locked once approved
    :param bound: those of the inputs that make the fingerprint: what people enter, and what the
        policy names. What else Odoo makes of it may move on, as leaves do with public holidays
    :param following: those of the inputs that the policy leaves to Odoo: fields that it
        computes, other than those that conditions ask for. They are locked too, but may
        become what Odoo computes
    :param figures: model → what Odoo computes, of the document and its lines, and nobody may
        write
    :param left: model → what is computed anew whoever writes it: ``following``, and moments,
        by which calendars move things
    :param asked: model → fields for which the domain and the conditions ask, and what is bound
        besides
    :param review: model → fields that are locked while a request runs
    :param unkept: model, of any record → fields that are not stored, from which what decides is
        made
    """

    version_id: int
    policy_id: int
    snapshot: Mapping[str, Any]
    lines: Mapping[str, str]
    inputs: Mapping[str, frozenset]
    bound: Mapping[str, frozenset]
    following: Mapping[str, frozenset]
    figures: Mapping[str, frozenset]
    left: Mapping[str, frozenset]
    asked: Mapping[str, frozenset]
    review: Mapping[str, frozenset]
    unkept: Mapping[str, frozenset]

    @property
    def name(self):
        return self.snapshot["name"]

    @property
    def model(self):
        return self.snapshot["model"]

    @property
    def transition(self):
        """Return (field name, value) that is guarded."""
        return self.snapshot["field"], self.snapshot["value"]

    @property
    def repeat(self):
        return Repeat(self.snapshot["repeat"])

    @property
    def steps(self):
        """Return all steps, in order."""
        return [step for stage in self.snapshot["stages"] for step in stage["steps"]]

    @property
    def stages(self):
        """Return the steps by stage, as the core plans them."""
        return [
            [
                StepSpec(step["key"], Mode(step["mode"]), step["quorum"], step["percent"])
                for step in stage["steps"]
            ]
            for stage in self.snapshot["stages"]
        ]

    @property
    def fallback(self):
        return tuple(Asked("user", user_id) for user_id in self.snapshot["fallback"])

    def governed(self, records):
        """Return those of ``records`` that the policy is for, judged as they are now."""
        companies = self.snapshot["companies"]
        if companies and "company_id" in records._fields:
            records = records.filtered(lambda r: r.company_id.id in companies)
        return self.filter_domain(records, self.snapshot["domain"])

    @property
    def signals(self):
        """Return {(field name, value)} after which a document may have begun, or be
        submitted by itself."""
        auto = self.snapshot["auto"]
        found = {item for values in self.beginnings for item in values.items()}
        return found | ({tuple(auto)} if auto else set())

    def begins(self, record):
        """Whether ``record`` is where documents begin."""
        return any(
            all(
                _has(record, fname, value)
                for fname, value in values.items()
                if fname in record._fields
            )
            for values in self.beginnings
        )

    @property
    def beginnings(self):
        # versions from before this was kept have none
        return self.snapshot.get("beginnings", ())

    def submits(self, record):
        """Whether ``record`` is at the point of the application from which people submit it.

        Documents that are submitted by themselves are so by the application's own button;
        by ours only where that was done, and what came of it was rejected or withdrawn.
        """
        auto = self.snapshot["auto"]
        return not auto or _has(record, *auto)

    def settled(self, record):
        """Whether ``record`` has the guarded value already."""
        return _has(record, *self.transition)

    def filter_domain(self, records, domain):
        """Return the ``records`` that a domain of the snapshot is true of.

        :raise UserError: if it cannot be said, as a field has changed since
        """
        try:
            return filtered(records, domain)
        except UNJUDGED as error:
            raise UserError(
                records.env._(
                    "A condition of the policy “%(policy)s” does not work any more (%(error)s)."
                    " Ask a process owner to correct and publish it.",
                    policy=self.name,
                    error=error,
                )
            ) from error


def _has(record, fname, value):
    """Whether a field of ``record``, if there is one of that name, has a value of the
    snapshot."""
    field = record._fields.get(fname)
    return bool(field) and field.convert_to_cache(record[fname], record, validate=False) == value


def filtered(records, domain):
    """Return the ``records`` that a domain is true of, whoever calls; raise one of
    :data:`UNJUDGED` if that cannot be said."""
    if not domain:
        return records
    parts = by_company(records.with_env(neutral_env(records.env)))
    ids = {id_ for part in parts for id_ in part.filtered_domain(Domain(domain))._ids}
    return records.filtered(lambda record: record.id in ids)


def neutral_env(env):
    """Return an environment in which nothing depends on whoever calls, or on the context that
    they send: no language, the company of the superuser, and archived lines count.

    ``with_context`` would keep the companies that the client has chosen.
    """
    return env(user=SUPERUSER_ID, context={"active_test": False}, su=True)
