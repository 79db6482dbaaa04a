import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DocumentTime } from "../common/document_time";
import { DetailsSection } from "./details_section";
import { useShortList } from "./short_list";

/** What has become of the document, the latest first. */
export class EventsSection extends Component {
    static template = "collab_document.EventsSection";
    static components = { DetailsSection, DocumentTime };
    static props = { events: Array, sections: Object };

    setup() {
        this.list = useShortList(() => this.props.events);
    }

    get title() {
        return _t("History");
    }

    textOf({ label, version }) {
        return [label, version && _t("(%s)", version)].filter(Boolean).join(" ");
    }
}
