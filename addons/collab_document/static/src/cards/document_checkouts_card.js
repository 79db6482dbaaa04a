import { Component, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { openDocument } from "../common/open_document";
import { DocumentActions } from "../documents/document_actions";
import { documentOf, DocumentLine, moveFocus } from "./document_line";

const { DateTime } = luxon;
/** When the end of a check-out is near, in minutes. */
const NEAR = 60;

/** The documents that the user has checked out: until when, and what to do about it. */
export class DocumentCheckoutsCard extends Component {
    static template = "collab_document.CheckoutsCard";
    static components = { DocumentLine };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.actions = new DocumentActions(this.env);
        this.state = useState({ busyIds: new Set() });
        this.moveFocus = moveFocus;
    }

    minutesLeft({ until }) {
        return deserializeDateTime(until).diff(DateTime.now(), "minutes").minutes;
    }

    untilText(line) {
        const until = deserializeDateTime(line.until);
        if (this.minutesLeft(line) <= 0) {
            return _t("has run out");
        }
        const isToday = until.hasSame(DateTime.now(), "day");
        return isToday
            ? _t("until %s", until.toLocaleString(DateTime.TIME_SIMPLE))
            : _t("until %s", until.toLocaleString(DateTime.DATETIME_MED));
    }

    untilColor(line) {
        const minutes = this.minutesLeft(line);
        return minutes <= 0 ? "text-danger fw-bold" : minutes < NEAR ? "text-warning-emphasis" : "";
    }

    // -- acting ---------------------------------------------------------------

    open(line) {
        return openDocument(this.action, line.document_id);
    }

    download(line) {
        return this.actions.download([documentOf(line)]);
    }

    checkIn(line) {
        this.actions.checkIn(documentOf(line));
    }

    extend(line) {
        return this.call(
            line,
            "action_check_out",
            _t("%s is yours for 8 hours from now", line.name)
        );
    }

    release(line) {
        return this.call(line, "action_release", _t("%s is free for others again", line.name));
    }

    async call(line, method, message) {
        const { busyIds } = this.state;
        if (busyIds.has(line.document_id)) {
            return;
        }
        busyIds.add(line.document_id);
        try {
            await this.orm.call("collab.document", method, [[line.document_id]]);
            this.notification.add(message, { type: "success" });
        } finally {
            busyIds.delete(line.document_id);
            await this.props.reload();
        }
    }

    onKeydown(ev, line) {
        if (ev.key === "Enter" && ev.target === ev.currentTarget) {
            ev.preventDefault();
            this.open(line);
        } else {
            this.moveFocus(ev);
        }
    }
}

registry.category("collab_cards").add("document_checkouts", DocumentCheckoutsCard);
