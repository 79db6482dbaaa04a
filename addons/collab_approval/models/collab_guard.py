from lxml import etree

from odoo import api, models

from odoo.addons.collab_guard.guard import Guard, merged


class CollabGuard(models.AbstractModel):
    _inherit = "collab.guard"

    @api.model
    def _collab_guards(self):
        specs_by_model = self.env["collab.approval.spec"]._by_model()
        return super()._collab_guards() + [
            self._approval_guard(model_name, specs) for model_name, specs in specs_by_model.items()
        ]

    @api.model
    def _approval_guard(self, model_name, specs):
        """Return one guard for all policies of a model.

        :param specs: list of (spec, whether it is the version in force); one that
            is not is there for the locks of requests that still run under it
        """
        fields = self.env[model_name]._fields
        in_force = [spec for spec, in_force in specs if in_force]
        signals = [item for spec in in_force for item in spec.signals if item[0] in fields]
        return Guard(
            model_name,
            "collab.approval.gate",
            _by_field(spec.transition for spec in in_force),
            merged(*(spec.inputs for spec in in_force)),
            {name: parent for spec, __ in specs for name, parent in spec.lines.items()},
            _by_field(signals),
            merged(*(spec.figures for spec in in_force)),
            merged(*(spec.left for spec in in_force)),
            merged(*(spec.asked for spec in in_force)),
            merged(*(spec.unkept for spec in in_force)),
        )

    @api.model
    def _decorate_form(self, model_name, arch):
        super()._decorate_form(model_name, arch)
        if not self.env["collab.approval.spec"]._by_model().get(model_name):
            return
        if arch.tag != "form" or arch.xpath("//widget[@name='collab_approval_panel']"):
            return
        panel = etree.Element("widget", name="collab_approval_panel")
        header = arch.find("header")
        if header is not None:
            header.addnext(panel)
        else:
            arch.insert(0, panel)


def _by_field(items):
    """Return field → values, for pairs of both."""
    return merged(*({fname: frozenset([value])} for fname, value in items))
