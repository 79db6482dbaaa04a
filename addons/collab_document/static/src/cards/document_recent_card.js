import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { openDocument } from "../common/open_document";
import { useDocumentViewer } from "../preview/document_viewer";
import { documentOf, DocumentLine, moveFocus } from "./document_line";

/** What the user has opened, added or changed last. */
export class DocumentRecentCard extends Component {
    static template = "collab_document.RecentCard";
    static components = { DocumentLine };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.viewer = useDocumentViewer();
        this.moveFocus = moveFocus;
    }

    openLabel({ name }) {
        return _t("Open in the document centre: %s", name);
    }

    /** Look at it here, or go to it where a browser cannot show it. */
    show(line) {
        if (!line.preview) {
            return this.open(line);
        }
        const documents = this.props.data.lines.map(documentOf);
        return this.viewer.open(
            documentOf(line),
            documents.filter(({ preview }) => preview)
        );
    }

    open(line) {
        return openDocument(this.action, line.document_id);
    }

    onKeydown(ev, line) {
        if (ev.key === "Enter" && ev.target === ev.currentTarget) {
            ev.preventDefault();
            this.show(line);
        } else {
            this.moveFocus(ev);
        }
    }
}

registry.category("collab_cards").add("document_recent", DocumentRecentCard);
