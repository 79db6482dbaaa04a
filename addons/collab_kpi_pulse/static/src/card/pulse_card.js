import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const SCORES = [
    { value: 1, label: _t("1: not at all") },
    { value: 2, label: _t("2: little") },
    { value: 3, label: _t("3: somewhat") },
    { value: 4, label: _t("4: much") },
    { value: 5, label: _t("5: very much") },
];

/** The question of the month, and what the user has answered. */
export class PulseCard extends Component {
    static template = "collab_kpi_pulse.PulseCard";
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ isBusy: false });
        this.scores = SCORES;
    }

    get isAnswered() {
        return this.props.data.score !== null;
    }

    get said() {
        return this.props.data.score
            ? _t("Thank you. It counts with those of your colleagues when the month is over.")
            : _t("You would rather not say. You may still change your mind this month.");
    }

    async answer(score) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.orm.call("collab.pulse", "answer", [score]);
            await this.props.reload();
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry.category("collab_cards").add("collab_kpi_pulse", PulseCard);
