import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { DocumentTime } from "../common/document_time";
import { formatDay } from "../common/texts";
import { DetailsSection } from "./details_section";
import { useShortList } from "./short_list";

const { DateTime } = luxon;

/** Who was asked to read the document, and who has. */
export class ReadingsSection extends Component {
    static template = "collab_document.ReadingsSection";
    static components = { DetailsSection, DocumentTime };
    static props = { readings: Array, sections: Object };

    setup() {
        this.list = useShortList(() => this.props.readings);
        this.formatDay = formatDay;
    }

    get title() {
        return _t("Read by");
    }

    get countText() {
        const { readings } = this.props;
        return _t("%(read)s of %(all)s", {
            read: readings.filter(({ read_at }) => read_at).length,
            all: readings.length,
        });
    }

    isLate({ due, read_at }) {
        return !read_at && due && deserializeDate(due) < DateTime.local().startOf("day");
    }
}
