import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useRecordDocuments, useRecordUploads } from "./record_documents";
import { RecordDocumentsDialog } from "./record_documents_dialog";

/** The button on the form of a record that tells how many documents it has, and opens them. */
export class RecordDocumentsButton extends Component {
    static template = "collab_document.RecordDocumentsButton";
    static props = { ...standardWidgetProps };

    setup() {
        this.documents = useRecordDocuments();
        this.uploads = useRecordUploads(() => this.current);
    }

    get current() {
        return this.documents.current;
    }

    get isShown() {
        return Boolean(this.props.record.resId) && !this.current.isHidden;
    }

    open() {
        // not of this component, which leaves with the menu it may be in
        this.env.services.dialog.add(RecordDocumentsDialog, { documents: this.current });
    }
}

registry.category("view_widgets").add("collab_documents", { component: RecordDocumentsButton });
