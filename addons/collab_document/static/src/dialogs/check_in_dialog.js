import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { formatSize } from "../common/texts";
import { useConfirm } from "./confirm_hook";

/** Takes a file as a new version of a document. */
export class CheckInDialog extends Component {
    static template = "collab_document.CheckInDialog";
    static components = { Dialog };
    static props = { document: Object, confirm: Function, close: Function };

    setup() {
        const { is_controlled } = this.props.document;
        this.fileInput = useRef("file");
        this.state = useState({
            file: null,
            note: "",
            publish: is_controlled === undefined ? null : !is_controlled,
            isDragging: false,
        });
        this.confirmation = useConfirm();
    }

    get title() {
        return _t("New version of “%s”", this.props.document.name);
    }

    get fileText() {
        const { file } = this.state;
        return file && `${file.name} · ${formatSize(file.size)}`;
    }

    choose() {
        this.fileInput.el.click();
    }

    onChosen(ev) {
        this.state.file = ev.target.files[0] || this.state.file;
        ev.target.value = "";
    }

    onDrop(ev) {
        this.state.isDragging = false;
        this.state.file = ev.dataTransfer.files[0] || this.state.file;
    }

    confirm() {
        const { file, note, publish } = this.state;
        return this.confirmation.run(() =>
            this.props.confirm({ file, note: note.trim(), publish })
        );
    }
}
