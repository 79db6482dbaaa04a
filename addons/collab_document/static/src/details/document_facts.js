import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DocumentTime } from "../common/document_time";
import { TagSelector } from "../common/tag_selector";
import { formatSize, iconOf, stateOf } from "../common/texts";
import { canChange } from "./abilities";

/** What is known of the document; tags and description are changed in place. */
export class DocumentFacts extends Component {
    static template = "collab_document.DocumentFacts";
    static components = { DocumentTime, TagSelector };
    static props = { document: Object, actions: Object, openFolder: Function };

    get canChange() {
        return canChange(this.props.document);
    }

    get icon() {
        return iconOf(this.props.document.icon);
    }

    get stateBadge() {
        return stateOf(this.props.document.number);
    }

    /** Readers go on seeing an earlier version. */
    get publishedText() {
        const { state, published, sees_drafts } = this.props.document;
        if (state !== "draft" || !sees_drafts) {
            return "";
        }
        return published
            ? _t("Readers see version %s.", published)
            : _t("Readers do not see it yet.");
    }

    get sizeText() {
        return formatSize(this.props.document.size);
    }

    get tagPlaceholder() {
        return _t("Add a tag");
    }

    get tagText() {
        return this.props.document.tag_names.join(" · ");
    }

    onDescriptionChange(ev) {
        return this.write({ description: ev.target.value.trim() || false });
    }

    onTagsChange(ids) {
        return this.write({ tag_ids: [[6, 0, ids]] });
    }

    write(values) {
        return this.props.actions.write(this.props.document, values);
    }
}
