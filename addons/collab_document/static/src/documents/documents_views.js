import { useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRecord } from "@web/views/kanban/kanban_record";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { DocumentsAside } from "../details/documents_aside";
import { FolderPanel } from "../folders/folder_panel";
import { useFolderActions } from "../folders/folder_actions";
import { useDocuments } from "./documents_hook";
import { documentMenuItems } from "./documents_menu";
import { DocumentsModel } from "./documents_model";
import { DocumentsSearchModel } from "./documents_search_model";

/** What the controllers of both views do alike. */
const documentsController = (Controller) =>
    class extends Controller {
        static components = { ...Controller.components, DocumentsAside, Dropdown, DropdownItem };

        setup() {
            super.setup();
            this.fileInput = useRef("fileInput");
            this.documents = useDocuments(this.rootRef);
            this.folderActions = useFolderActions(this.documents);
        }

        getStaticActionMenuItems() {
            const items = { ...super.getStaticActionMenuItems() };
            if (items.export) {
                items.export = { ...items.export, sequence: 50 };
            }
            return { ...items, ...documentMenuItems(this.documents) };
        }

        async openRecord(record, { newWindow } = {}) {
            if (newWindow) {
                return super.openRecord(...arguments);
            }
            this.documents.select(record);
        }

        // -- adding -----------------------------------------------------

        get uploadRefusal() {
            return this.documents.refusal();
        }

        onUpload() {
            this.fileInput.el.click();
        }

        onFilesChosen(ev) {
            const files = [...ev.target.files].map((file) => ({ file, path: [] }));
            ev.target.value = "";
            return this.documents.add(files);
        }

        get canMakeFolder() {
            const { folderId, folders, isProcessOwner, isTrash } = this.documents;
            return folderId ? folders.can(folderId, "editor") : isProcessOwner && !isTrash;
        }

        onNewFolder() {
            this.folderActions.make(this.documents.folderId);
        }

        get panelLabel() {
            return this.documents.isPanelOpen ? _t("Hide details") : _t("Show details");
        }
    };

export class DocumentsListController extends documentsController(ListController) {
    static template = "collab_document.DocumentsList";
}

export class DocumentsKanbanController extends documentsController(KanbanController) {
    static template = "collab_document.DocumentsKanban";
}

export class DocumentsListRenderer extends ListRenderer {
    static recordRowTemplate = "collab_document.DocumentsListRow";

    setup() {
        super.setup();
        this.documents = useState(this.env.documents);
    }

    getRowClass(record) {
        const isCurrent = this.documents.currentId === record.resId;
        return `${super.getRowClass(record)} ${isCurrent ? "o_collab_document_current" : ""}`;
    }

    onCellKeydownReadOnlyMode(hotkey, cell, group, record) {
        if (hotkey === "enter" && record && !this.props.list.selection.length) {
            this.documents.preview(record);
            return true;
        }
        return super.onCellKeydownReadOnlyMode(...arguments);
    }
}

export class DocumentsKanbanRecord extends KanbanRecord {
    static template = "collab_document.DocumentsKanbanRecord";

    setup() {
        super.setup();
        this.documents = useState(this.env.documents);
    }

    getRecordClasses() {
        const isCurrent = this.documents.currentId === this.props.record.resId;
        return `${super.getRecordClasses()} ${isCurrent ? "o_collab_document_current" : ""}`;
    }
}

export class DocumentsKanbanRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanRecord: DocumentsKanbanRecord };
}

const common = {
    Model: DocumentsModel,
    SearchModel: DocumentsSearchModel,
    SearchPanel: FolderPanel,
};

registry.category("views").add("collab_documents", {
    ...listView,
    ...common,
    Controller: DocumentsListController,
    Renderer: DocumentsListRenderer,
});
registry.category("views").add("collab_documents_kanban", {
    ...kanbanView,
    ...common,
    Controller: DocumentsKanbanController,
    Renderer: DocumentsKanbanRenderer,
});
