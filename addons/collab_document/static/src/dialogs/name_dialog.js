import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { useConfirm } from "./confirm_hook";

/** Asks for a name. */
export class NameDialog extends Component {
    static template = "collab_document.NameDialog";
    static components = { Dialog };
    static props = {
        title: String,
        label: String,
        placeholder: { type: String, optional: true },
        value: { type: String, optional: true },
        confirmLabel: String,
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ name: this.props.value || "" });
        this.confirmation = useConfirm();
        useAutofocus({ refName: "name", selectAll: true });
    }

    get isReady() {
        return Boolean(this.state.name.trim());
    }

    confirm() {
        if (this.isReady) {
            return this.confirmation.run(() => this.props.confirm(this.state.name.trim()));
        }
    }
}
