import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { useConfirm } from "./confirm_hook";

/** Asks for a few words before something is done. */
export class NoteDialog extends Component {
    static template = "collab_document.NoteDialog";
    static components = { Dialog };
    static props = {
        title: String,
        text: { type: String, optional: true },
        label: String,
        checkLabel: { type: String, optional: true },
        confirmLabel: String,
        isRequired: { type: Boolean, optional: true },
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ note: "", isChecked: false });
        this.confirmation = useConfirm();
        useAutofocus({ refName: "note" });
    }

    get isReady() {
        return !this.props.isRequired || Boolean(this.state.note.trim());
    }

    confirm() {
        const { note, isChecked } = this.state;
        return this.confirmation.run(() => this.props.confirm({ note: note.trim(), isChecked }));
    }
}
