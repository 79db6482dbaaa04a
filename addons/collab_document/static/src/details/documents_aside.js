import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { formatSize, ROLES } from "../common/texts";
import { useFolderActions } from "../folders/folder_actions";
import { DocumentDetails } from "./document_details";

/**
 * Beside the documents: the one that is looked at, what is selected, or else the folder. On a
 * phone it covers them.
 */
export class DocumentsAside extends Component {
    static template = "collab_document.DocumentsAside";
    static components = { DocumentDetails };
    static props = { documents: Object };

    setup() {
        this.documents = useState(this.props.documents);
        this.folders = useState(this.documents.folders);
        this.folderActions = useFolderActions(this.documents);
        useHotkey("escape", () => this.documents.togglePanel(false), {
            isAvailable: () => this.isShown && this.env.isSmall,
        });
    }

    get isShown() {
        const { isPanelOpen, detailsId } = this.documents;
        return isPanelOpen && (!this.env.isSmall || Boolean(detailsId));
    }

    get selectionCount() {
        return this.documents.selection.length;
    }

    get selectionText() {
        return _t("%s documents selected", this.selectionCount);
    }

    get selectionSize() {
        const { selection } = this.documents;
        return formatSize(selection.reduce((sum, { data }) => sum + (data.size || 0), 0));
    }

    get hasSelectionSize() {
        return this.documents.selection.every(({ data }) => "size" in data);
    }

    get folder() {
        return this.documents.folder;
    }

    get role() {
        return ROLES[this.folder.role] || "";
    }

    get folderFacts() {
        const { count, size } = this.folder;
        return count ? `${count} · ${formatSize(size)}` : _t("None");
    }
}
