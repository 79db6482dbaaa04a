from collections import defaultdict

from odoo import api, models
from odoo.tools import format_list

from .. import words


class CollabApprovalWording(models.AbstractModel):
    """What a policy says, in the words and the language of whoever reads it."""

    _name = "collab.approval.wording"
    _description = "Policies in Words"

    @api.model
    def _sentences(self, policies):
        """Return policy → what it says, as one sentence."""
        steps = policies.stage_ids.step_ids
        conditions = self._conditions(policies) | self._conditions(steps)
        names = {step: self._step(step, conditions[step]) for step in steps}
        return {
            policy: self.env._(
                "%(when)s: %(steps)s",
                when=self._when(policy, conditions[policy]),
                steps=" → ".join(
                    " + ".join(names[step] for step in stage.step_ids)
                    for stage in policy.stage_ids
                    if stage.step_ids
                )
                or self.env._("nobody is asked yet"),
            )
            for policy in policies
        }

    @api.model
    def _when(self, policy, condition):
        """Return before what the policy wants an approval, and for which documents."""
        model, value = policy.model_id.name, policy._value_name()
        if policy.field_id.ttype == "boolean":
            when = self.env._(
                "Before “%(field)s” of any %(model)s is ticked",
                field=policy.field_id.field_description,
                model=model,
            )
        else:
            when = self.env._("Before any %(model)s becomes “%(value)s”", model=model, value=value)
        if condition:
            return self.env._(
                "%(when)s, for documents where %(condition)s", when=when, condition=condition
            )
        if condition is None:
            return self.env._("%(when)s, for documents that meet its condition", when=when)
        return when

    @api.model
    def _step(self, step, condition):
        """Return the step's name, and when it is asked at all."""
        name = step.name or ""
        if condition:
            return self.env._("%(step)s (if %(condition)s)", step=name, condition=condition)
        if condition is None:
            return self.env._("%(step)s (if its condition is met)", step=name)
        return name

    @api.model
    def _conditions(self, owners):
        """Return policy or step → its condition: empty if there is none, ``None`` if it is
        more than can be put in words."""
        parts = {owner: words.plain(owner.domain) for owner in owners}
        labels = self._labels(parts)
        names = self._names(parts, labels)
        return {
            owner: words.spell(self.env, terms, labels.get(owner.model, {}), names)
            for owner, terms in parts.items()
        }

    @api.model
    def _labels(self, parts):
        """Return model → field name → its description, of the fields that terms name."""
        asked = defaultdict(set)
        for owner, terms in parts.items():
            if owner.model in self.env:
                asked[owner.model].update(path for path, *__ in terms or ())
        return {
            model: self.env[model].fields_get(names, words.ATTRIBUTES)
            for model, names in asked.items()
            if names
        }

    @api.model
    def _names(self, parts, labels):
        """Return (model, id) → name, of the records that terms name and the user may read."""
        linked = defaultdict(set)
        for owner, terms in parts.items():
            for path, __, value in terms or ():
                field = labels.get(owner.model, {}).get(path, {})
                if field.get("type") == "many2one":
                    linked[field["relation"]].update(words.ids(value))
        return {
            (model, record.id): record.display_name
            for model, ids in linked.items()
            for record in self.env[model].browse(ids).exists()._filtered_access("read")
        }

    # -- whom steps ask ---------------------------------------------------------

    @api.model
    def _asks(self, steps):
        """Return step → whom it asks, nothing if it does not say yet."""
        return {
            step: getattr(self, f"_asks_{step.source}", self._asks_by_name)(step) for step in steps
        }

    @api.model
    def _asks_by_name(self, step):
        """Return what a source that has no method here is called."""
        sources = step._fields["source"]._description_selection(self.env)
        return dict(sources).get(step.source, "")

    @api.model
    def _asks_users(self, step):
        names = step.user_ids.mapped("name")
        return format_list(self.env, names) if names else ""

    @api.model
    def _asks_group(self, step):
        name = step.group_id.display_name
        return self.env._("%s (group)", name) if name else ""

    @api.model
    def _asks_field(self, step):
        label = step.field_id.field_description
        return self.env._("%s of the document", label) if label else ""

    @api.model
    def _asks_manager(self, step):
        person = step.policy_id.beneficiary_field_id.field_description or self.env._(
            "whoever submits it"
        )
        first, last = step.level_first, step.level_last
        if first == last == 1:
            return self.env._("Manager of %s", person)
        return self.env._(
            "Managers of %(person)s, level %(levels)s",
            person=person,
            levels=first if first == last else f"{first}–{last}",
        )
