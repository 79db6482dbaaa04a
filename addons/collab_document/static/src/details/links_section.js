import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DetailsSection } from "./details_section";

/** The records that the document belongs to. */
export class LinksSection extends Component {
    static template = "collab_document.LinksSection";
    static components = { DetailsSection };
    static props = {
        links: Array,
        canRemove: Boolean,
        open: Function,
        remove: Function,
        sections: Object,
    };

    get title() {
        return _t("Records");
    }
}
