import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** Characters of a text, and from how few left on they are counted aloud. */
const LENGTH = 500;
const FEW = 50;

/** Thanks a colleague: whom, what for, and in which words. */
export class KudosDialog extends Component {
    static template = "collab_checkin.KudosDialog";
    static components = { Dialog, RecordSelector };
    static props = {
        receiverId: { type: Number, optional: true },
        onGiven: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.length = LENGTH;
        this.state = useState({
            receiverId: this.props.receiverId || false,
            valueId: false,
            text: "",
            isBusy: false,
        });
        onWillStart(async () => {
            [this.allowance, this.values] = await Promise.all([
                this.orm.call("collab.kudos", "allowance"),
                this.orm.searchRead("collab.kudos.value", [], ["name", "emoji"]),
            ]);
        });
    }

    get colleaguesDomain() {
        return [
            ["share", "=", false],
            ["id", "!=", user.userId],
            ["company_id", "in", user.allowedCompanies.map(({ id }) => id)],
        ];
    }

    get isReady() {
        const { receiverId, text } = this.state;
        return Boolean(this.allowance.left && receiverId && text.trim());
    }

    get leftText() {
        const { left, month } = this.allowance;
        return left
            ? _t("%(left)s of %(month)s left this month", { left, month })
            : _t("You have given all your kudos of this month. There are new ones next month.");
    }

    get isNearEnd() {
        return LENGTH - this.state.text.length <= FEW;
    }

    toggleValue(valueId) {
        this.state.valueId = this.state.valueId === valueId ? false : valueId;
    }

    async give() {
        const { receiverId, text, valueId, isBusy } = this.state;
        if (isBusy || !this.isReady) {
            return;
        }
        this.state.isBusy = true;
        let allowance;
        try {
            allowance = await this.orm.call("collab.kudos", "give", [
                receiverId,
                text.trim(),
                valueId,
            ]);
        } finally {
            this.state.isBusy = false;
        }
        this.notification.add(_t("They will hear of it. Left this month: %s", allowance.left), {
            type: "success",
        });
        this.props.close();
        await this.props.onGiven?.(allowance);
    }
}
