import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** What can be done with a tile while the dashboard is arranged, by mouse or by keyboard. */
export class TileTools extends Component {
    static template = "collab_kpi.TileTools";
    static props = {
        title: String,
        place: Object,
        can: Object,
        canHide: Boolean,
        onAct: Function,
    };

    /** One that has no effect can still be reached: at the end the focus is not lost. */
    get tools() {
        const { can, place, canHide } = this.props;
        const tools = [
            { key: "earlier", icon: "fa-arrow-left", label: _t("Move earlier"), can: can.earlier },
            { key: "later", icon: "fa-arrow-right", label: _t("Move later"), can: can.later },
            { key: "narrower", icon: "fa-minus", label: _t("Narrower"), can: can.narrower },
            { key: "wider", icon: "fa-plus", label: _t("Wider"), can: can.wider },
        ];
        if (canHide) {
            tools.push(
                place.isHidden
                    ? { key: "toggle", icon: "fa-eye-slash", label: _t("Show"), can: true }
                    : { key: "toggle", icon: "fa-eye", label: _t("Hide"), can: true }
            );
        }
        return tools;
    }

    label(tool) {
        return _t("%(action)s: %(title)s", { action: tool.label, title: this.props.title });
    }
}
