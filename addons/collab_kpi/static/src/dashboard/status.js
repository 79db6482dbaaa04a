import { Component } from "@odoo/owl";

/** A shape for each status: colours alone are not seen by everybody. */
const ICONS = {
    good: "fa-check-circle",
    warning: "fa-exclamation-circle",
    bad: "fa-times-circle",
};

export class Status extends Component {
    static template = "collab_kpi.Status";
    static props = {
        status: String,
        text: String,
        isIcon: { type: Boolean, optional: true },
    };

    get icon() {
        return ICONS[this.props.status];
    }
}
