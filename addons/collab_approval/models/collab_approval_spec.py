import logging
from collections import defaultdict

from odoo import api, models, tools
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL

from odoo.addons.collab_guard.guard import MOMENTS, NUMBERS, frozen, is_derived

from ..condition import terms
from ..spec import EMPTY, Spec

_logger = logging.getLogger(__name__)

#: Fields that come from these are never locked: talking about a document and
#: looking at it goes on while it is reviewed.
FREE_MIXINS = (
    "mail.thread",
    "mail.activity.mixin",
    "mail.tracking.duration.mixin",
    "portal.mixin",
    "rating.mixin",
    "utm.mixin",
)
FREE_COMODELS = ("ir.attachment", "mail.activity", "mail.message", "mail.followers")


class CollabApprovalSpec(models.AbstractModel):
    """What published policies mean for the fields of their models: read once, and cached for
    all workers."""

    _name = "collab.approval.spec"
    _description = "Published Policies"

    @api.model
    @tools.ormcache(cache="stable")
    def _by_model(self):
        """Return model name → list of (:class:`..spec.Spec`, in force), by sequence.

        Versions that are not in force are listed while requests run under them.
        """
        # plain SQL, as a search would flush, and flushing may ask the gate
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.id, v.in_force
                  FROM collab_approval_policy_version v
             LEFT JOIN collab_approval_policy p ON p.id = v.policy_id
                 WHERE v.in_force
                    OR EXISTS (SELECT 1 FROM collab_approval_request r
                                WHERE r.version_id = v.id AND r.state = 'running')
              ORDER BY p.sequence, v.policy_id, v.id
                """
            )
        )
        result = defaultdict(list)
        for version_id, in_force in rows:
            if spec := self._of(version_id):
                # a field may be gone with its app, and its documents be still locked
                in_force = in_force and spec.transition[0] in self.env[spec.model]._fields
                result[spec.model].append((spec, in_force))
        return frozen(result)

    @api.model
    @tools.ormcache("version_id", cache="stable")
    def _of(self, version_id):
        """Return the spec of a version; ``None`` when its model is gone."""
        [[policy_id, snapshot]] = self.env.execute_query(
            SQL(
                "SELECT policy_id, snapshot FROM collab_approval_policy_version WHERE id = %s",
                version_id,
            )
        )
        model = self.env.get(snapshot["model"])
        if model is None:
            return None
        lines = self._line_models(model)
        paths = self._decisive(snapshot)
        material = self._material(model, snapshot["material"])
        targets = self._targets(model, lines, paths) | material
        inputs = self._inputs(model, lines, targets)
        free = by_model(snapshot["free"], model._name)
        if auto := snapshot["auto"]:
            # what submits a document is not free: to change it takes the request back
            free[model._name] = free.get(model._name, EMPTY) - {auto[0]}
        following = self._following(inputs, free, targets)
        figures = {
            name: self._figures(self.env[name], inputs[name], model, snapshot["field"])
            for name in (model._name, *lines)
        }
        left_to_odoo = {
            name: following[name] | {n for n in fnames if self.env[name]._fields[n].type in MOMENTS}
            for name, fnames in figures.items()
        }
        return Spec(
            version_id=version_id,
            policy_id=policy_id or 0,
            snapshot=snapshot,
            lines=lines,
            inputs=inputs,
            bound={
                name: self._bound(name, fnames - following[name], material, left_to_odoo[name])
                for name, fnames in inputs.items()
            },
            following=following,
            figures={name: fnames - left_to_odoo[name] for name, fnames in figures.items()},
            left=left_to_odoo,
            asked={
                name: frozenset(field.name for field in targets if field.model_name == name)
                for name in (model._name, *lines)
            },
            unkept=self._unkept(model, paths, targets | _fields_of(self.env, left_to_odoo)),
            review={
                name: (self._reviewed(model, lines, name) | inputs.get(name, EMPTY))
                - (free.get(name, EMPTY) - following[name])
                for name in (model._name, *lines)
            },
        )

    @api.model
    def _bound(self, name, inputs, material, left):
        """Return those of ``inputs`` that make the fingerprint: what people enter, and what a
        policy names, other than what calendars move."""
        fields = [self.env[name]._fields[fname] for fname in inputs]
        return frozenset(
            field.name
            for field in fields
            if _is_entered(field) or (field in material and field.name not in left)
        )

    @api.model
    def _line_models(self, model):
        """Return line model → its parent field, for what a document is made of: rows
        that belong to one document and are deleted with it."""
        lines = {}
        for field in model._fields.values():
            if field.type != "one2many" or field.comodel_name in FREE_COMODELS:
                continue
            comodel = self.env.get(field.comodel_name)
            inverse = comodel._fields.get(field.inverse_name) if comodel is not None else None
            if (
                inverse is not None
                and inverse.type == "many2one"
                and inverse.store
                and inverse.required
                and inverse.ondelete == "cascade"
                and not comodel._transient
                and field.comodel_name != model._name
            ):
                lines[field.comodel_name] = field.inverse_name
        return lines

    @api.model
    def _editable(self, model):
        """Return names of the stored fields that say what the document is, whatever the
        policy asks for."""
        free = {
            name for mixin in FREE_MIXINS if mixin in self.env for name in self.env[mixin]._fields
        }
        return {f.name for f in self._own_fields(model) if f.store and f.name not in free}

    @api.model
    def _reviewed(self, model, lines, name):
        """Return names of the fields of a document, or of its lines, that say what it is:
        :meth:`_editable`, and those that are not kept and from which these are made."""
        editable = {
            self.env[owner]._fields[fname]
            for owner in (model._name, *lines)
            for fname in self._editable(self.env[owner])
        }
        unkept = [field for field in self._own_fields(self.env[name]) if _is_unkept(field)]
        return self._editable(self.env[name]) | {
            field.name for field in self._behind(editable, unkept)
        }

    @api.model
    def _own_fields(self, model):
        """Return the fields whose values a record holds itself."""
        return [
            field
            for name, field in model._fields.items()
            if name not in MAGIC_COLUMNS
            and field.type != "one2many"
            and field.comodel_name not in FREE_COMODELS
        ]

    @api.model
    def _decisive(self, snapshot):
        """Return the field paths on which a policy's domain and conditions rest."""
        paths = set(_paths(snapshot["domain"]))
        for stage in snapshot["stages"]:
            for step in stage["steps"]:
                paths.update(_paths(step["domain"]))
                if step["source"] == "field":
                    paths.add(step["field"])
        if snapshot["beneficiary"]:
            paths.add(snapshot["beneficiary"])
        if snapshot["companies"]:
            paths.add("company_id")
        return paths

    @api.model
    def _inputs(self, model, lines, targets):
        """Return model → fields of the document and its lines from which the fields
        ``targets`` are made, themselves included.

        Also those that are not stored: they have the value that they are given while others
        are computed from it, and judging would take it for what the document has.
        """
        return {
            name: frozenset(
                field.name for field in self._behind(targets, self._own_fields(self.env[name]))
            )
            for name in (model._name, *lines)
        }

    @api.model
    def _unkept(self, model, paths, fields):
        """Return model → names of the fields that are not stored, of any record, from which
        ``fields``, and what is at the end of ``paths``, are made; see ``Spec.unkept``."""
        todo, seen = list(fields), set()
        for path in paths:
            todo.extend(_steps(model, path))
        while todo:
            field = todo.pop()
            if field not in seen:
                seen.add(field)
                owner = self.env[field.model_name]
                for path in self.pool.field_depends[field]:
                    todo.extend(_steps(owner, path))
                if field.type == "monetary" and (currency := field.get_currency_field(owner)):
                    todo.append(owner._fields[currency])  # by which Odoo rounds
        result = defaultdict(set)
        for field in seen:
            if not field.store:
                result[field.model_name].add(field.name)
        return {name: frozenset(fnames) for name, fnames in result.items()}

    @api.model
    def _targets(self, model, lines, paths):
        """Return the fields of the document and its lines that ``paths`` name."""
        targets = set()
        for path in paths:
            owner = model
            for name in path.split("."):
                if not (field := owner._fields.get(name)):
                    break
                targets.add(field)
                if field.comodel_name in lines:
                    owner = self.env[field.comodel_name]
                elif lines.get(owner._name) == name:
                    owner = model
                else:
                    break  # what follows is another record's
        return targets

    @api.model
    def _material(self, model, names):
        """Return the fields that a policy binds besides what it rests on."""
        return {
            self.env[name]._fields[fname]
            for name, fnames in by_model(names, model._name).items()
            for fname in fnames
        }

    @api.model
    def _behind(self, targets, fields):
        """Return those of ``fields`` from which ``targets`` are made, themselves included."""
        return {
            field
            for field in fields
            if field in targets
            or any(dependent in targets for dependent in self.pool.get_dependent_fields(field))
        }

    @api.model
    def _following(self, inputs, free, targets):
        """Return those of ``inputs`` that a policy leaves to Odoo, see ``Spec.following``."""
        return {
            name: frozenset(
                fname
                for fname in fnames & free.get(name, EMPTY)
                if (field := self.env[name]._fields[fname]).compute and field not in targets
            )
            for name, fnames in inputs.items()
        }

    @api.model
    def _figures(self, model, inputs, document, guarded):
        """Return the stored fields of a document or its lines that only Odoo writes, see
        ``Spec.figures``: what decides, and what tells the guarded field under another name,
        as applications look at that. And all numbers: what one is computed from is not
        always declared."""
        guarded = document._fields.get(guarded)
        told = set(self.pool.get_dependent_fields(guarded)) if guarded else ()
        return frozenset(
            name
            for name in self._editable(model)
            if is_derived(field := model._fields[name])
            and (field.type in NUMBERS or name in inputs or field in told)
        )

    @api.model
    def _beginnings(self, field, starts):
        """Return where documents begin, as a list of {field name: value as it is compared}.

        With each value of ``starts``, of the guarded field, what Odoo makes of it in other
        fields, as the state of an expense: while that says more, the document has gone on.
        """
        return [
            {field.name: start} | self._told_by(field, start) for start in dict.fromkeys(starts)
        ]

    @api.model
    def _told_by(self, field, value):
        """Return {field name: value} of the selections that Odoo computes from a field, on a
        document that has nothing else."""
        model = self.env[field.model_name]
        told = [
            other
            for other in self.pool.get_dependent_fields(field)
            if other.model_name == model._name
            and other.type == "selection"
            and other.store
            and is_derived(other)
        ]
        try:
            document = model.new({field.name: value})
            return {other.name: document[other.name] or None for other in told}
        except Exception:  # whatever a compute runs into where everything is missing
            _logger.info("Nothing is known of %s at its beginning", model._name, exc_info=True)
            return {}

    @api.model
    @tools.ormcache(cache="stable")
    def _replaced_activity_types(self):
        """Return ids of the activity types that requests stand in for."""
        return frozenset(
            type_id
            for specs in self._by_model().values()
            for spec, __ in specs
            for type_id in spec.snapshot["replaces"]
        )


def _is_unkept(field):
    """Whether a field keeps no value, and writes none that others keep."""
    return not field.store and not field.inverse


def _fields_of(env, names):
    """Return the fields for model → names."""
    return {env[name]._fields[fname] for name, fnames in names.items() for fname in fnames}


def _steps(model, path):
    """Yield the fields along a path."""
    for name in path.split("."):
        if (field := model._fields.get(name)) is None:
            return
        yield field
        if not field.relational:
            return
        model = model.env[field.comodel_name]


def _is_entered(field):
    """Whether a field keeps what people enter."""
    return field.store and not is_derived(field)


def by_model(names, model_name):
    """Return model → fields, for what a policy lists: [model, field], or a field of the
    document."""
    result = defaultdict(set)
    for name in names:
        line_model, fname = (model_name, name) if isinstance(name, str) else name
        result[line_model].add(fname)
    return {name: frozenset(fnames) for name, fnames in result.items()}


def _paths(domain):
    """Yield the field paths of a domain, those of its ``any`` parts included."""
    return (path for path, *__ in terms(domain))
