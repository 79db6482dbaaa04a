from lxml import etree

from odoo import api, models

from odoo.addons.collab_guard.guard import Guard


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
        transitions, signals, lines = {}, {}, {}
        inputs, figures, left, asked = {}, {}, {}, {}
        for spec, in_force in specs:
            lines.update(spec.lines)
            if not in_force:
                continue
            fname, value = spec.transition
            transitions[fname] = transitions.get(fname, frozenset()) | {value}
            for fname, value in spec.signals:
                if fname in self.env[model_name]._fields:
                    signals[fname] = signals.get(fname, frozenset()) | {value}
            for total, part in (
                (inputs, spec.inputs),
                (figures, spec.figures),
                (left, spec.left),
                (asked, spec.asked),
            ):
                for name, fields in part.items():
                    total[name] = total.get(name, frozenset()) | fields
        return Guard(
            model_name,
            "collab.approval.gate",
            transitions,
            inputs,
            lines,
            signals,
            figures,
            left,
            asked,
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
