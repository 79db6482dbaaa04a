import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** The activities that are due, to be opened or marked as done in place. */
export class ActivitiesCard extends Component {
    static template = "collab_workbench.ActivitiesCard";
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    dueText({ days }) {
        if (!days) {
            return _t("Today");
        }
        return days === 1 ? _t("1 day late") : _t("%s days late", days);
    }

    doneLabel(activity) {
        return _t("Mark as done: %s", activity.name);
    }

    async open(activity) {
        const action = await this.orm.call("mail.activity", "action_open_document", [
            [activity.id],
        ]);
        return this.action.doAction(action);
    }

    async finish(activity) {
        await this.orm.call("mail.activity", "action_feedback", [[activity.id]]);
        await this.props.reload();
    }

    openAll() {
        return this.action.doAction("mail.mail_activity_action_my");
    }
}

registry.category("collab_cards").add("collab_workbench.activities", ActivitiesCard);
