from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.collab_guard.guard import is_derived

from .collab_approval_spec import by_model

#: What Odoo itself stands on. Under approval it would stop everybody, or approvals.
TECHNICAL = ("ir.", "bus.", "mail.", "base.", "res.groups", "res.users", "res.device", "collab.")
TECHNICAL_MODELS = ("res.company", "res.lang", "res.currency", "res.config.settings")
#: What a condition may ask of, all the same, as documents name it
ASKED_MODELS = ("res.users", "res.company", "res.currency")

#: Types of fields that a policy can guard
GUARDABLE = ("selection", "boolean", "many2one")


class CollabApprovalPublisher(models.AbstractModel):
    """What a policy has to be before it may be put in force.

    What is missing is told all at once. Of what is wrong, each check raises one sentence about
    the first thing.
    """

    _name = "collab.approval.publisher"
    _description = "Approval Publisher"

    @api.model
    def _check_complete(self, policy):
        """Raise if the draft could not work: everything that is missing, at once."""
        self._check_governable(self.env[policy.model])
        self._check_readable(self.env[policy.model])
        missing = list(self._missing(policy))
        if len(missing) > 1:
            listed = "\n".join(f"• {sentence}" for sentence in missing)
            raise UserError(
                self.env._("Before this policy can be published:\n%(missing)s", missing=listed)
            )
        if missing:
            raise UserError(missing[0])

    @api.model
    def _missing(self, policy):
        """Yield what the draft still needs, a sentence each."""
        field = self.env[policy.model]._fields[policy.field_id.name]
        if not field.store or field.company_dependent or field.type not in GUARDABLE:
            yield self.env._(
                "“%s” cannot be guarded: only a selection, a box to tick or a link that is"
                " stored, and the same for all companies.",
                policy.field_id.field_description,
            )
        elif policy._guarded_value() is None:
            yield self.env._(
                "Choose the value of “%s” that needs an approval.",
                policy.field_id.field_description,
            )
        if not policy.stage_ids.step_ids:
            yield self.env._("Add at least one step, so that somebody is asked.")
        for step in policy.stage_ids.step_ids.filtered(lambda step: not step._asks_anybody()):
            yield self.env._("Say whom the step “%s” asks.", step.name)
        if not policy.fallback_user_ids.filtered("active"):
            yield self.env._(
                "Choose whom to ask when nobody else can be asked (Fallback): otherwise"
                " such documents could neither be approved nor rejected."
            )
        if policy.auto_field_id and not policy.auto_value_id:
            yield self.env._("Choose the value at which documents are submitted.")

    @api.model
    def _check(self, snapshot):
        """Raise if the user may not put a snapshot in force, or if it could not hold."""
        specs = self.env["collab.approval.spec"]
        model, paths = self.env[snapshot["model"]], specs._decisive(snapshot)
        self._check_fields_readable(model, {*snapshot["summary"], *paths})
        self._check_paths(model, paths)
        guarded, material = model._fields[snapshot["field"]], snapshot["material"]
        self._check_held(model, paths, guarded)
        self._check_material(model, material, guarded)
        self._check_left(model, paths, material, snapshot["free"])

    @api.model
    def _check_governable(self, model):
        """Raise if approvals cannot be put on a model."""
        if model._abstract or model._transient or not model._auto:
            raise UserError(self.env._("Only documents that are stored can be put under approval."))
        if _is_technical(model):
            raise UserError(
                self.env._(
                    "“%s” belongs to the system itself: under approval, it could lock everybody"
                    " out.",
                    self._called(model),
                )
            )

    @api.model
    def _check_readable(self, model):
        """Raise if the user may not read documents of a model."""
        if sentence := self._unreadable_sentence(model._name):
            raise AccessError(sentence)

    @api.model
    def _unreadable_sentence(self, name):
        """Return why the user cannot publish policies for the model ``name``, if that is as
        they may not read it; else ``False``."""
        model = self.env.get(name)
        if model is None or model.has_access("read"):
            return False
        return self.env._(
            "You may not read “%s”, so you cannot publish a policy for it. Ask an"
            " administrator to do so.",
            self._called(model),
        )

    @api.model
    def _check_fields_readable(self, model, paths):
        """Raise if the user may not read fields of documents: a policy would tell, by what
        it shows and by whom it asks."""
        for path in paths:
            record = model
            for name in path.split("."):
                field = record._fields.get(name)
                if field is None:
                    break
                if not record._has_field_access(field, "read") or not record.has_access("read"):
                    raise AccessError(
                        self.env._(
                            "You may not read “%(field)s” of “%(model)s”, so a policy of yours"
                            " cannot rest on it or show it. Ask an administrator to publish it.",
                            field=field._description_string(self.env),
                            model=self._called(record),
                        )
                    )
                if not field.relational:
                    break
                record = self.env[field.comodel_name]

    @api.model
    def _check_paths(self, model, paths):
        """Raise if a path asks of what Odoo itself stands on, whoever may read it: conditions
        are judged as superuser, so they would tell what record rules hide.

        Users, companies and currencies may be asked, for what is theirs alone: from them a
        path follows no lists, and to anything else that is technical it leads by no link.
        """
        for path in paths:
            owner = model
            for name in path.split("."):
                field = owner._fields.get(name)
                if field is None or not field.relational:
                    break
                lists = owner._name in ASKED_MODELS and field.type != "many2one"
                target = self.env[field.comodel_name]
                if lists or (_is_technical(target) and target._name not in ASKED_MODELS):
                    raise AccessError(
                        self.env._(
                            "A condition cannot ask for “%(field)s” of “%(model)s”: it could tell"
                            " what is hidden from you. Of users, companies and currencies it"
                            " asks for their own values only, and of other records of the"
                            " system itself for nothing.",
                            field=field._description_string(self.env),
                            model=self._called(owner),
                        )
                    )
                owner = target

    @api.model
    def _check_held(self, model, paths, guarded):
        """Raise if a path asks for what a document does not hold though it looks like its
        own: it would change elsewhere, or unseen, and the gate would not be asked.

        :param guarded: the guarded field
        """
        specs = self.env["collab.approval.spec"]
        lines = specs._line_models(model)
        own = {field for name in (model._name, *lines) for field in self.env[name]._fields.values()}
        for target in specs._targets(model, lines, paths):
            if target.type == "one2many" and target.comodel_name not in lines:
                raise UserError(self._others_sentence(target))
            behind = specs._behind({target}, own)
            if guarded in behind:
                raise UserError(self._circular_sentence(target, guarded))
            for field in behind:
                if field.inherited and field.base_field not in own:
                    raise UserError(self._inherited_sentence(target, field.base_field))
            if not any(field.store for field in behind):
                raise UserError(self._unknown_sentence(target))

    @api.model
    def _check_material(self, model, material, guarded):
        """Raise if what is bound besides would change as the document goes through."""
        specs = self.env["collab.approval.spec"]
        for field in specs._material(model, material):
            if specs._behind({field}, [guarded]):
                raise UserError(self._circular_sentence(field, guarded))

    @api.model
    def _check_left(self, model, paths, material, free):
        """Raise if a field that a policy leaves to Odoo is computed together with one that it
        does not leave to it: that one would be computed anew with it."""
        specs = self.env["collab.approval.spec"]
        lines, free = specs._line_models(model), by_model(free, model._name)
        targets = specs._targets(model, lines, paths) | specs._material(model, material)
        inputs = specs._inputs(model, lines, targets)
        following = specs._following(inputs, free, targets)
        for name, fnames in following.items():
            for fname in sorted(fnames):
                field = self.env[name]._fields[fname]
                for other in self.pool.field_computed.get(field, ()):
                    if other.store and not is_derived(other) and other.name not in fnames:
                        raise UserError(
                            self._together_sentence(field, other)
                            if other.name in inputs[name] and other not in targets
                            else self._lost_sentence(field, other)
                        )

    @api.model
    def _together_sentence(self, field, other):
        return self.env._(
            "“%(field)s” of “%(model)s” cannot stay editable alone, as Odoo computes it together"
            " with “%(other)s”. Let that stay editable too, or neither.",
            other=other._description_string(self.env),
            **self._names(field),
        )

    @api.model
    def _lost_sentence(self, field, other):
        return self.env._(
            "“%(field)s” of “%(model)s” cannot stay editable: Odoo computes it together with"
            " “%(other)s”, and what people enter there would be lost.",
            other=other._description_string(self.env),
            **self._names(field),
        )

    @api.model
    def _others_sentence(self, field):
        return self.env._(
            "A policy cannot rest on “%(field)s” of “%(model)s”: these are records of their own,"
            " which change without it. Leave it out.",
            **self._names(field),
        )

    @api.model
    def _circular_sentence(self, field, guarded):
        return self.env._(
            "A policy that guards “%(guarded)s” cannot rest on “%(field)s”, which changes with"
            " it: once it has changed, the policy would be for other documents. Leave it out.",
            guarded=guarded._description_string(self.env),
            field=field._description_string(self.env),
        )

    @api.model
    def _inherited_sentence(self, field, source):
        return self.env._(
            "A policy cannot rest on “%(field)s” of “%(model)s”: its value comes from"
            " “%(parent)s”, where it could be changed past the approval. Leave it out, or put the"
            " policy on “%(parent)s”.",
            parent=self._names(source)["model"],
            **self._names(field),
        )

    @api.model
    def _unknown_sentence(self, field):
        return self.env._(
            "A policy cannot rest on “%(field)s” of “%(model)s”: it is not stored, and Odoo does"
            " not know what it is computed from, so an approval could not hold it. Leave it out.",
            **self._names(field),
        )

    @api.model
    def _names(self, field):
        """Return how people call a field and its model."""
        return {
            "field": field._description_string(self.env),
            "model": self._called(self.env[field.model_name]),
        }

    @api.model
    def _called(self, model):
        """Return how people call a model."""
        return self.env["ir.model"]._get(model._name).sudo().name


def _is_technical(model):
    """Whether a model is of the system itself, and not of what people work on."""
    if getattr(model, "_collab_governable", False):
        return False
    return model._name.startswith(TECHNICAL) or model._name in TECHNICAL_MODELS
