import { Component } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";

/** A moment: the day, and on hovering the minute. */
export class DocumentTime extends Component {
    static template = "collab_document.Time";
    static props = { value: String };

    get datetime() {
        return deserializeDateTime(this.props.value);
    }

    get day() {
        return this.datetime.toLocaleString(luxon.DateTime.DATE_MED);
    }

    get exact() {
        return toLocaleDateTimeString(this.datetime);
    }
}
