"""Who may see a figure (decision 0016): who could count it themselves, decided without a query.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition

from odoo.addons.collab_base.asking import asked, is_closed, is_hidden

from .facts import PEOPLE, DefinitionError, field_of, model_of
from .known import known


def reads_all(env, definition, company_id):
    """Return whether somebody can read all the records that a figure of a company may be made of,
    and what of them it asks for.

    Their access rights and record rules decide: whatever rules ask beyond the company, they might
    keep a record from the reader. So False also says that it cannot be told.

    :param env: of the reader
    :param dict definition: of records, or of a method, see :func:`.defining.definition_of`
    :param company_id: of the figure, or None
    """
    env = env(su=False)
    return all(
        _reads_model(env, name, company_id, _given(env, name, domain))
        for name, domain in _counted(env, definition).items()
    ) and _reads_fields(env, definition, lambda name: _reads_model(env, name, company_id, ()))


def _counted(env, definition):
    """Return of which records a figure may be made: name of a model → domain that all of them meet."""
    if definition["kind"] == "method":
        method = env["collab.kpi"]._collab_kpi_methods().get(definition["method"])
        # of an application that is gone, nobody can tell
        return (
            {name: method.given.get(name, []) for name in method.models} if method else {None: []}
        )
    return {definition["model"]: definition["domain"]}


def decides_in_code(model):
    """Return whether who reads the records of a model is decided by code of its own beside its rules,
    as of messages. Of employees it only says what colleagues may see."""
    common = set(model.env.registry["base"].mro())
    return model._name != "hr.employee" and any(
        "_check_access" in vars(one) for one in type(model).mro() if one not in common
    )


def _given(env, name, domain):
    """Return the conditions that all records of a domain meet: what a rule asks of them, too, keeps
    none of them from anybody."""
    if name not in env:
        return ()
    try:
        domain = Domain(domain).optimize(env[name])
    except (KeyError, TypeError, ValueError):
        return ()  # on a field that is gone
    return domain.children if isinstance(domain, DomainAnd) else (domain,)


def _reads_model(env, name, company_id, given):
    if name not in env:
        return False
    model = env[name]
    if decides_in_code(model) or not model.has_access("read"):
        return False
    rules = env["ir.rule"]._compute_domain(name, "read")
    rules = rules.map_conditions(lambda one: _left(one, model, company_id, given))
    return rules.optimize(model).is_true()


def _left(condition, model, company_id, given):
    """Return what is left of a condition of a rule, of records of a company that meet others."""
    if _is_met(condition, model, given) or _is_left_of_link(condition, model, company_id):
        return Domain.TRUE
    if condition.field_expr not in ("company_id", "company_id.id"):
        return condition
    among = condition.value
    if not isinstance(among, (list, tuple, set, frozenset)) and not hasattr(among, "__iter__"):
        among = [among]
    among = {one or None for one in among if isinstance(one, int)}
    # a company is above and below itself
    if condition.operator in ("in", "=", "parent_of", "child_of"):
        return Domain.TRUE if (company_id or None) in among else condition
    return condition


def _is_left_of_link(condition, model, company_id):
    """Return whether a condition asks what all records link to for their company alone."""
    field = model._fields.get(condition.field_expr)
    if (
        field is None
        or field.type != "many2one"
        or not field.required
        or not _is_of_link(condition)
    ):
        return False
    linked = model.env[field.comodel_name]
    left = condition.value.map_conditions(lambda one: _left(one, linked, company_id, ()))
    return left.optimize(linked).is_true()


def _is_met(condition, model, given):
    """Return whether records that meet some conditions meet another one, too: it is one of them, or
    asks what they link to for no more than they do."""
    if condition in given:
        return True
    field = model._fields.get(condition.field_expr)
    if field is None or field.type != "many2one" or not _is_of_link(condition):
        return False
    linked = model.env[field.comodel_name]
    of_linked = [
        part
        for one in given
        if _is_of_link(one) and one.field_expr == condition.field_expr
        for part in _given(model.env, linked._name, one.value)
    ]
    left = condition.value.map_conditions(
        lambda part: Domain.TRUE if _is_met(part, linked, of_linked) else part
    )
    return bool(of_linked) and left.optimize(linked).is_true()


def _is_of_link(condition):
    return (
        isinstance(condition, DomainCondition)
        and condition.operator == "any"
        and isinstance(condition.value, Domain)
    )


def _reads_fields(env, definition, reads):
    """Return whether somebody can read the fields that are asked for, on their own and by links.

    :param reads: says of the name of a model whether they can read all its records
    """
    if definition["kind"] == "method":
        return True
    try:
        model = model_of(env, definition["model"])
        pairs = list(asked_by(model, definition))
    except DefinitionError:
        return False
    if is_closed(model) or any(is_hidden(owner, field) for owner, field in pairs):
        return False
    # who somebody is all may know, and of employees no more than what their fields show to all
    linked = {owner._name for owner, __ in pairs} - {model._name, *PEOPLE}
    return all(map(reads, linked))


def asked_by(model, definition):
    """Return what a definition asks of records, as pairs: a model, and a field of it.

    :raise DefinitionError: if it asks for what is not there
    """
    yield from asked(model, Domain(definition["domain"]))
    for path in paths(definition):
        field_of(model, path)
        owner = model
        for name in path.split("."):
            field = owner._fields[name]
            yield owner, field
            if field.relational:
                owner = model.env[field.comodel_name]


def paths(definition):
    """Return the paths of fields that a definition of records names."""
    found = [definition["date"], definition.get("person")]
    found += [definition.get(name) for name in ("field", "from", "to")]
    found += [one["path"] for one in definition["breakdowns"]]
    return [path for path in found if path]


class Sight:
    """Which figures somebody may see.

    By version, as one that is less open may have been before: what was counted by it is still there.
    Decided once for each model and company.

    :ivar own: ids of the indicators that they are a reader of
    """

    def __init__(self, env, kpis=None):
        """:param env: of the reader
        :param dict kpis: those that are asked about, and what they are made of, see :mod:`.known`;
            by default all
        """
        self.env = env(su=False)
        self._kpis = known(env) if kpis is None else kpis
        groups = set(env.user.all_group_ids.ids)
        self.own = {
            kpi.id
            for kpi in self._kpis.values()
            if not kpi.group_ids or not groups.isdisjoint(kpi.group_ids) or kpi.owner_id == env.uid
        }
        self._models = {}
        self._fields = {}

    def versions(self, company_id):
        """Return the ids of the versions whose figures of a company, or of none, they may see."""
        return [
            version_id
            for kpi in self._kpis.values()
            for version_id in kpi.definitions
            if self._sees(kpi, version_id, company_id)
        ]

    def sees(self, kpi_id, company_id):
        """Return whether they may see all figures of an indicator, of a company or of none."""
        kpi = self._kpis.get(kpi_id)
        return kpi is not None and all(
            self._sees(kpi, version_id, company_id) for version_id in kpi.definitions
        )

    def _sees(self, kpi, version_id, company_id):
        if kpi.id not in self.own:
            return False
        definition = kpi.definitions[version_id]
        if definition["kind"] == "formula":
            # it tells of what it is over, whatever that has become since
            return all(self.sees(part["kpi"], company_id) for part in definition["inputs"].values())
        if kpi.disclosure == "aggregate":
            return True
        return all(
            self._reads(name, company_id, domain)
            for name, domain in _counted(self.env, definition).items()
        ) and self._reads_fields(version_id, definition, company_id)

    def _reads(self, name, company_id, domain):
        key = name, company_id, repr(domain)
        if key not in self._models:
            given = _given(self.env, name, domain)
            self._models[key] = _reads_model(self.env, name, company_id, given)
        return self._models[key]

    def _reads_fields(self, version_id, definition, company_id):
        key = version_id, company_id
        if key not in self._fields:
            self._fields[key] = _reads_fields(
                self.env, definition, lambda name: self._reads(name, company_id, [])
            )
        return self._fields[key]
