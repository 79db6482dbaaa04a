import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { DocumentTime } from "../common/document_time";
import { formatSize } from "../common/texts";
import { takesVersions } from "./abilities";
import { DetailsSection } from "./details_section";
import { useShortList } from "./short_list";

/** The versions of the document; two of them are picked to be compared. */
export class VersionsSection extends Component {
    static template = "collab_document.VersionsSection";
    static components = { DetailsSection, DocumentTime, Dropdown, DropdownItem };
    static props = {
        document: Object,
        actions: Object,
        /** called with the version that is to be shown */
        open: Function,
        sections: Object,
    };

    setup() {
        this.state = useState({ picked: [] });
        this.list = useShortList(() => this.versions);
        this.formatSize = formatSize;
    }

    get title() {
        return _t("Versions");
    }

    get versions() {
        return this.props.document.versions;
    }

    get canRestore() {
        return takesVersions(this.props.document);
    }

    menuLabel(version) {
        return _t("What to do with version %s", version.number);
    }

    pickLabel(version) {
        return _t("Compare version %s", version.number);
    }

    isPublished(version) {
        return version.number === this.props.document.published;
    }

    before(version) {
        return this.versions[this.versions.indexOf(version) + 1];
    }

    isPicked(version) {
        return this.state.picked.includes(version.id);
    }

    pick(version) {
        const picked = this.isPicked(version)
            ? this.state.picked.filter((id) => id !== version.id)
            : [...this.state.picked, version.id].slice(-2);
        this.state.picked = picked;
    }

    comparePicked() {
        const [left, right] = [...this.state.picked].sort((a, b) => a - b);
        this.props.actions.compare(this.props.document, left, right);
        this.state.picked = [];
    }

    compareWithBefore(version) {
        this.props.actions.compare(this.props.document, this.before(version).id, version.id);
    }

    download(version) {
        return this.props.actions.download([this.props.document], version.id);
    }

    restore(version) {
        this.props.actions.restoreVersion(this.props.document, version);
    }
}
