import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ApprovalTime } from "../common/approval_time";
import { REQUEST_COLORS } from "../common/texts";
import { openDocument } from "./open_document";

/** The user's own requests: whom those that run wait for, and how the last ones ended. */
export class ApprovalMineCard extends Component {
    static template = "collab_approval.MineCard";
    static components = { ApprovalTime };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.colors = REQUEST_COLORS;
    }

    waitingText(request) {
        return _t("Waiting for %s", request.waiting_for);
    }

    open(request) {
        return openDocument(this.action, request);
    }

    openAll() {
        return this.action.doAction("collab_approval.action_collab_approval_request_mine");
    }
}

registry.category("collab_cards").add("approval_mine", ApprovalMineCard);
