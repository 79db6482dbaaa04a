import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { iconOf, thumbnailUrl } from "../common/texts";
import { canChange } from "./abilities";
import { DetailsSection } from "./details_section";
import { DocumentFacts } from "./document_facts";
import { DocumentHeader } from "./document_header";
import { DocumentMenu } from "./document_menu";
import { DocumentNotices } from "./document_notices";
import { EventsSection } from "./events_section";
import { LinksSection } from "./links_section";
import { ReadingsSection } from "./readings_section";
import { SharesSection } from "./shares_section";
import { VersionsSection } from "./versions_section";

/** What is known of one document, and what the user can do with it. */
export class DocumentDetails extends Component {
    static template = "collab_document.DocumentDetails";
    static components = {
        Chatter,
        DetailsSection,
        DocumentFacts,
        DocumentHeader,
        DocumentMenu,
        DocumentNotices,
        EventsSection,
        LinksSection,
        ReadingsSection,
        SharesSection,
        VersionsSection,
    };
    static props = {
        documentId: Number,
        documents: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.documents = useState(this.props.documents);
        this.actions = this.documents.actions;
        this.keepLast = new KeepLast();
        this.state = useState({ data: null, hasFailed: false });
        this.sections = useState({
            versions: true,
            links: true,
            readings: true,
            shares: true,
            events: false,
            chatter: false,
        });
        onWillStart(() => {
            // not waited for: the panel is there at once
            this.load(this.props.documentId);
        });
        onWillUpdateProps(({ documentId }) => {
            if (documentId !== this.props.documentId) {
                this.load(documentId);
            }
        });
        // told, not seen in a prop: that gets lost when a rendering is given up for another
        useBus(this.props.documents.bus, "CHANGED", () => {
            const { documentId, documents } = this.props;
            // it may have gone from the list, and this is about to go, too
            if (documents.detailsId === documentId) {
                this.load(documentId);
            }
        });
    }

    /** What was there stays until what comes is there. */
    async load(documentId) {
        try {
            const data = await this.keepLast.add(
                this.orm.silent.call("collab.document", "details", [[documentId]])
            );
            Object.assign(this.state, { data, hasFailed: false });
        } catch {
            Object.assign(this.state, { data: null, hasFailed: true });
        }
    }

    // -- facts --------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    /** @returns {Object} as the server tells, in the form that {@link DocumentActions} take */
    get doc() {
        const { data } = this;
        return data && { ...data, version_id: data.version_id && data.version_id[0] };
    }

    get isLoading() {
        return this.data?.id !== this.props.documentId;
    }

    get canChange() {
        return canChange(this.data);
    }

    get icon() {
        return iconOf(this.data.icon);
    }

    get thumbnail() {
        const { id, has_thumbnail, version_id } = this.data;
        return has_thumbnail && thumbnailUrl(id, version_id && version_id[0]);
    }

    get openLabel() {
        return this.data.preview ? _t("Open") : _t("Download");
    }

    get chatterTitle() {
        return _t("Conversation");
    }

    // -- acting -------------------------------------------------------------

    close() {
        this.documents.togglePanel(false);
    }

    open() {
        const current = this.documents.current || this.documents.selection[0];
        if (current?.resId === this.data.id) {
            this.documents.preview(current);
        } else {
            this.documents.viewer.open(this.doc);
        }
    }

    openOrDownload() {
        return this.data.preview ? this.open() : this.actions.download([this.doc]);
    }

    openVersion({ id, kind, preview }) {
        const document = { ...this.doc, kind, preview };
        this.documents.viewer.open(document, [document], id);
    }

    openFolder() {
        return this.documents.openFolder(this.data.folder_id[0]);
    }

    openRecord(link) {
        return this.actions.openRecord(link);
    }

    removeLink(link) {
        return this.actions.unlink(this.doc, link);
    }

    revoke(share) {
        return this.actions.revoke(share, this.doc);
    }
}
