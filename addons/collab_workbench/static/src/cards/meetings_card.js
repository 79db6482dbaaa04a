import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

/** The meetings of today, with the door to the one that is on. */
export class MeetingsCard extends Component {
    static template = "collab_workbench.MeetingsCard";
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.action = useService("action");
    }

    isNow(meeting) {
        const now = DateTime.now();
        return (
            !meeting.allday &&
            deserializeDateTime(meeting.start) <= now &&
            deserializeDateTime(meeting.stop) > now
        );
    }

    time(meeting) {
        if (meeting.allday) {
            return _t("All day");
        }
        return deserializeDateTime(meeting.start).toLocaleString(DateTime.TIME_SIMPLE);
    }

    open(meeting) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "calendar.event",
            res_id: meeting.id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("calendar.action_calendar_event");
    }
}

registry.category("collab_cards").add("collab_workbench.meetings", MeetingsCard);
