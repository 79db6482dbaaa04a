import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { DetailsSection } from "./details_section";
import { useShortList } from "./short_list";

const { DateTime } = luxon;

const STATES = {
    open: { label: _t("Active"), className: "text-bg-success" },
    expired: { label: _t("Expired"), className: "text-bg-secondary" },
    used: { label: _t("Used up"), className: "text-bg-secondary" },
    revoked: { label: _t("Revoked"), className: "text-bg-danger" },
};

/** The links by which people outside get the document. */
export class SharesSection extends Component {
    static template = "collab_document.SharesSection";
    static components = { DetailsSection };
    static props = { shares: Array, canRevoke: Boolean, revoke: Function, sections: Object };

    setup() {
        this.list = useShortList(() => this.props.shares);
    }

    get title() {
        return _t("Shared links");
    }

    stateOf({ state }) {
        return STATES[state];
    }

    facts(share) {
        const facts = [];
        if (share.expires_at) {
            const day = deserializeDateTime(share.expires_at).toLocaleString(DateTime.DATE_MED);
            facts.push(_t("until %s", day));
        }
        facts.push(
            share.max_downloads
                ? _t("%(count)s of %(most)s downloads", {
                      count: share.download_count,
                      most: share.max_downloads,
                  })
                : _t("Downloads: %s", share.download_count)
        );
        if (share.has_password) {
            facts.push(_t("password"));
        }
        return facts.join(" · ");
    }
}
