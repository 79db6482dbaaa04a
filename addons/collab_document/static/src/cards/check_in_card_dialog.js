import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { sendFile } from "../upload/send_file";

/** Bring back a document that was checked out, as a file and a word about it. */
export class CheckInCardDialog extends Component {
    static template = "collab_document.CheckInCardDialog";
    static components = { Dialog };
    static props = { document: Object, done: Function, close: Function };

    setup() {
        this.note = useRef("note");
        this.state = useState({ file: null, sent: null, error: "" });
        this.controller = new AbortController();
    }

    get title() {
        return _t("Check in: %s", this.props.document.name);
    }

    get baseText() {
        return _t("It follows version %s.", this.props.document.number);
    }

    get percentage() {
        const { file, sent } = this.state;
        return Math.floor((100 * sent) / (file.size || 1));
    }

    onChosen({ target }) {
        this.state.file = target.files[0] || null;
        this.state.error = "";
    }

    async checkIn() {
        const { id, version_id } = this.props.document;
        Object.assign(this.state, { sent: 0, error: "" });
        try {
            await sendFile(
                this.state.file,
                { document_id: id, base_id: version_id, note: this.note.el.value.trim() },
                {
                    signal: this.controller.signal,
                    onProgress: (sent) => (this.state.sent = sent),
                }
            );
        } catch (error) {
            if (!this.controller.signal.aborted) {
                Object.assign(this.state, { sent: null, error: error.message });
            }
            return;
        }
        this.props.done();
        this.props.close();
    }

    cancel() {
        this.controller.abort();
        this.props.close();
    }
}
