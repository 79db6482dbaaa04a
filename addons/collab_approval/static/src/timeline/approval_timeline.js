import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ApprovalAvatar } from "../common/approval_avatar";
import { ApprovalTime } from "../common/approval_time";
import { longMode, personStatus, STATE_ICONS } from "../common/texts";

/** The stages of a request from top to bottom, of one that runs or of one to come. */
export class ApprovalTimeline extends Component {
    static template = "collab_approval.Timeline";
    static components = { ApprovalAvatar, ApprovalTime };
    static props = {
        stages: Array,
        isPreview: { type: Boolean, optional: true },
    };

    setup() {
        this.longMode = longMode;
        this.personStatus = personStatus;
    }

    state(stage) {
        return this.props.isPreview ? "waiting" : stage.state;
    }

    icon(stage) {
        if (this.isLeftOut(stage)) {
            return STATE_ICONS.closed;
        }
        return STATE_ICONS[this.state(stage)];
    }

    /** A stage none of whose steps asks anybody. */
    isLeftOut(stage) {
        return stage.steps.every((step) => step.why === "condition");
    }

    /** The fallback of a document that no step wants has no name of its own. */
    hasName(stage, step) {
        return Boolean(step.name) && step.name !== stage.name;
    }

    stateLabel(stage) {
        if (this.props.isPreview) {
            return "";
        }
        return {
            approved: _t("Approved"),
            rejected: _t("Rejected"),
            pending: _t("In progress"),
            closed: _t("Not needed any more"),
        }[this.state(stage)];
    }

    barredLabel(name) {
        return _t("%s may not decide on an own document.", name);
    }
}
