import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";

/** An icon that says more when it is pressed: a title alone cannot be read on a phone. */
export class Hint extends Component {
    static template = "collab_kpi.Hint";
    static components = { Dropdown };
    static props = { icon: String, label: String, text: String };
}
