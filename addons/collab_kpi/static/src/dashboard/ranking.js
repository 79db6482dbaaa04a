import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { moreText, tileProps } from "./figure";
import { Status } from "./status";

const STATUSES = {
    good: _t("On target"),
    warning: _t("Close to target"),
    bad: _t("Off target"),
};

/** The parts of an indicator in order. */
export class Ranking extends Component {
    static template = "collab_kpi.Ranking";
    static components = { Status };
    static props = tileProps;

    get ranking() {
        return this.props.tile.ranking;
    }

    statusText({ status }) {
        return STATUSES[status];
    }

    get moreText() {
        return moreText(this.ranking.more);
    }
}

registry.category("collab_kpi_tiles").add("ranking", Ranking);
