import { Component, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { DocumentTime } from "../common/document_time";
import { fileUrl, formatSize, iconOf, STATES } from "../common/texts";
import { useDocumentViewer } from "../preview/document_viewer";
import { useRecordUploads } from "./record_documents";

/** The documents of a record: to look at, to add to, to take off. */
export class RecordDocumentsDialog extends Component {
    static template = "collab_document.RecordDocumentsDialog";
    static components = { Dialog, DocumentTime };
    static props = { documents: Object, close: Function };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.viewer = useDocumentViewer();
        this.documents = useState(this.props.documents);
        useRecordUploads(() => this.documents);
        this.ui = useState({ isBusy: false });
        this.root = useRef("root");
        this.input = useRef("input");
        this.states = STATES;
        this.iconOf = iconOf;
        this.formatSize = formatSize;
        useDropzone(
            this.root,
            (ev) => this.add(ev.dataTransfer.files),
            "",
            () => this.documents.canAdd
        );
    }

    get title() {
        const { name } = this.documents;
        return name ? _t("Documents: %s", name) : _t("Documents");
    }

    get lines() {
        return this.documents.value?.documents || [];
    }

    get hasMore() {
        return this.documents.value && this.documents.value.count > this.lines.length;
    }

    get attachmentsText() {
        const count = this.documents.value.attachments;
        return count === 1
            ? _t("A file is attached to the record that is no document yet.")
            : _t("%s files are attached to the record that are no documents yet.", count);
    }

    get takeLabel() {
        const count = this.documents.value.attachments;
        return count === 1
            ? _t("Make a document of it")
            : _t("Make documents of %s attachments", count);
    }

    get emptyText() {
        return this.env.isSmall
            ? _t("Whoever sees the record sees what you add here.")
            : _t("Drop files here or onto the form. Whoever sees the record sees them.");
    }

    removeLabel({ name }) {
        return _t("Remove from the record: %s", name);
    }

    downloadLabel({ name }) {
        return _t("Download %s", name);
    }

    downloadUrl({ id, version_id }) {
        return `${fileUrl(id, version_id)}?download=1`;
    }

    // -- acting -------------------------------------------------------------

    /** Do one thing at a time. */
    async act(callback) {
        if (this.ui.isBusy) {
            return;
        }
        this.ui.isBusy = true;
        try {
            await callback();
        } finally {
            this.ui.isBusy = false;
        }
    }

    open(line) {
        this.viewer.open(line, this.lines);
    }

    choose() {
        this.input.el.click();
    }

    onChosen({ target }) {
        this.add([...target.files]);
        target.value = ""; // the same file can be chosen once more
    }

    add(files) {
        return this.documents.add(files);
    }

    take() {
        return this.act(() => this.documents.takeAttachments());
    }

    link() {
        this.dialog.add(SelectCreateDialog, {
            title: _t("Link a document"),
            resModel: "collab.document",
            domain: [
                ["can_edit", "=", true],
                ["id", "not in", this.lines.map(({ id }) => id)],
            ],
            context: {
                list_view_ref: "collab_document.collab_document_view_list_choose",
                kanban_view_ref: "collab_document.collab_document_view_kanban_choose",
            },
            noCreate: true,
            onSelected: (ids) => this.act(() => this.documents.link(ids)),
        });
    }

    remove(line) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove from the record"),
            body: _t(
                "“%s” stays in its folder, and is not deleted. Whoever sees it because of this record only, perhaps you too, sees it no longer.",
                line.name
            ),
            confirmLabel: _t("Remove"),
            confirm: () => this.act(() => this.documents.unlink(line)),
            cancel: () => {},
        });
    }

    openAll() {
        this.props.close();
        const { resModel, resId } = this.documents;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.title,
            res_model: "collab.document",
            domain: [
                [
                    "link_ids",
                    "any",
                    [
                        ["res_model", "=", resModel],
                        ["res_id", "=", resId],
                    ],
                ],
            ],
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            mobile_view_mode: "kanban",
        });
    }
}
