import { Component, useEffect, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const MINUTE = 60_000;

/** How old the oldest of the figures is; it grows older while it is looked at. */
export class CountedAt extends Component {
    static template = "collab_kpi.CountedAt";
    static props = { at: [String, Boolean] };

    setup() {
        this.state = useState({ now: DateTime.now() });
        useEffect(
            () => {
                const timer = browser.setInterval(() => (this.state.now = DateTime.now()), MINUTE);
                return () => browser.clearInterval(timer);
            },
            () => []
        );
    }

    get at() {
        return deserializeDateTime(this.props.at);
    }

    get text() {
        if (!this.props.at) {
            return _t("Not counted yet");
        }
        // a new figure may be younger than the clock here
        const base = DateTime.max(this.state.now, this.at);
        return base - this.at < MINUTE
            ? _t("Counted just now")
            : _t("Counted %s", this.at.toRelative({ base }));
    }

    get moment() {
        return this.props.at ? this.at.toLocaleString(DateTime.DATETIME_MED) : "";
    }
}
