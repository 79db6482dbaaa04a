import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Why what should follow a decision failed. */
export class ApprovalFailure extends Component {
    static template = "collab_approval.Failure";
    static props = { reason: String };

    get text() {
        return _t("Follow-up failed: %s", this.props.reason);
    }
}
