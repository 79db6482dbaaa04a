import { Component } from "@odoo/owl";
import { RelativeTime } from "@mail/core/common/relative_time";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";

/** When something happened: how long ago, and the moment itself. */
export class ApprovalTime extends Component {
    static template = "collab_approval.Time";
    static components = { RelativeTime };
    static props = {
        value: String,
        isLong: { type: Boolean, optional: true },
    };

    get datetime() {
        return deserializeDateTime(this.props.value);
    }

    get absolute() {
        return toLocaleDateTimeString(this.datetime);
    }
}
