import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { asDocument } from "../documents/documents_hook";
import { useDocumentActions } from "../documents/document_actions";
import { useDocumentViewer } from "../preview/document_viewer";

/** The buttons of the form of a document, which is opened by links to it. */
export class DocumentButtons extends Component {
    static template = "collab_document.DocumentButtons";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.viewer = useDocumentViewer();
        this.actions = useDocumentActions(() => this.props.record.load());
    }

    get document() {
        return asDocument(this.props.record);
    }

    open() {
        this.viewer.open(this.document);
    }

    openFolder() {
        return this.action.doAction("collab_document.collab_document_action", {
            additionalContext: {
                collab_document_folder_id: this.props.record.data.folder_id.id,
            },
        });
    }
}

registry.category("view_widgets").add("collab_document_buttons", {
    component: DocumentButtons,
    fieldDependencies: [
        { name: "version_id", type: "many2one" },
        { name: "kind", type: "char" },
        { name: "preview", type: "char" },
        { name: "is_mine", type: "boolean" },
    ],
});
