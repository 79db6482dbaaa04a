import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useRecordData } from "../common/record_data";
import { ApprovalFailure } from "../common/approval_failure";
import { ApprovalTime } from "../common/approval_time";
import { lastDecision } from "../common/stages";
import { PAST_COLOR, REQUEST_COLORS } from "../common/texts";
import { ApprovalTimeline } from "../timeline/approval_timeline";
import { ApprovalLine } from "./approval_line";

const MODEL = "collab.approval.request";
/** How long to gather messages of the bus, in ms, before the panel is loaded again. */
const GATHER_DELAY = 150;

/**
 * The bar on the form of a document that a policy governs: what it needs, where it
 * stands, and what the user can do about it.
 */
export class ApprovalPanel extends Component {
    static template = "collab_approval.Panel";
    static components = { ApprovalFailure, ApprovalLine, ApprovalTime, ApprovalTimeline };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.busService = useService("bus_service");
        this.ui = useState({ isBusy: false, isExpanded: false });
        this.panel = useRecordData(({ resModel, resId }) =>
            this.orm.silent.call(MODEL, "panel", [resModel, resId])
        );
        this.listen();
    }

    listen() {
        const refresh = useDebounced(() => this.followOthers(), GATHER_DELAY);
        const onMessage = ({ keys }) => {
            if (keys.some((key) => key.startsWith("approval."))) {
                refresh();
            }
        };
        useEffect(
            () => this.busService.subscribe("collab/card", onMessage),
            () => []
        );
        onWillUnmount(() => this.busService.unsubscribe("collab/card", onMessage));
    }

    get record() {
        return this.props.record;
    }

    get isShown() {
        return Boolean(this.request || this.data.policy);
    }

    get data() {
        return this.panel.value || {};
    }

    get request() {
        return this.data.request;
    }

    /** The document has to be submitted, for the first time or again. */
    get isWanted() {
        return Boolean(this.data.policy) && this.request?.state !== "running";
    }

    get color() {
        return this.request.is_past ? PAST_COLOR : REQUEST_COLORS[this.request.state];
    }

    get headline() {
        const { state, can_decide, waiting_for } = this.request;
        if (state === "running") {
            return can_decide ? _t("Waits for your decision") : _t("Waiting for %s", waiting_for);
        }
        const who = this.decision?.decided_by;
        return who ? _t("by %s", who) : "";
    }

    /** Who has ended the request, and why. */
    get decision() {
        return this.request.ending || lastDecision(this.request);
    }

    get wantedText() {
        return _t("Needs an approval: %s", this.data.policy);
    }

    /** The document went through by this approval, and is there no more. */
    get pastText() {
        return _t("This approval has been used; the document has moved on since.");
    }

    get policyText() {
        const { policy, version } = this.request;
        return _t("%(policy)s, version %(version)s", { policy, version });
    }

    /** Whether there is more to press than what unfolds the details. */
    get hasActions() {
        return this.request.can_decide || this.request.can_withdraw;
    }

    get toggleLabel() {
        return this.ui.isExpanded ? _t("Hide details") : _t("Details");
    }

    toggle() {
        this.ui.isExpanded = !this.ui.isExpanded;
    }

    // -- keeping up to date -------------------------------------------------

    /** Load the document and the panel again. */
    async reload() {
        await this.record.load();
        await this.panel.load();
    }

    /** Somebody else has moved a request: if it was this one, the document may have changed. */
    async followOthers() {
        if (this.ui.isBusy || !this.record.resId) {
            return;
        }
        const before = this.request && `${this.request.id} ${this.request.state}`;
        await this.panel.load();
        const after = this.request && `${this.request.id} ${this.request.state}`;
        if (before !== after && !(await this.record.isDirty())) {
            await this.record.load();
        }
    }

    // -- acting -------------------------------------------------------------

    /**
     * Do something on the document as it is saved, once at a time.
     *
     * @param {() => Promise<void>} callback
     */
    async act(callback) {
        if (this.ui.isBusy) {
            return;
        }
        this.ui.isBusy = true;
        try {
            if ((await this.record.save()) !== false) {
                await callback();
            }
        } catch (error) {
            this.panel.load(); // it may have failed as somebody else was faster
            throw error;
        } finally {
            this.ui.isBusy = false;
        }
    }

    doAction(action, options = {}) {
        return this.action.doAction(action, { onClose: () => this.reload(), ...options });
    }

    submit() {
        return this.act(() => {
            const { resModel, resId } = this.record;
            return this.doAction("collab_approval.action_collab_approval_submit", {
                additionalContext: {
                    active_model: resModel,
                    active_id: resId,
                    active_ids: [resId],
                },
            });
        });
    }

    /** At once, or after a comment where one is needed: the server says so. */
    approve() {
        return this.act(async () => {
            const ids = [this.request.id];
            await this.doAction(await this.orm.call(MODEL, "action_approve_or_ask", [ids]));
        });
    }

    reject() {
        return this.act(() => this.decide("reject"));
    }

    withdraw() {
        if (!this.request.is_own) {
            return this.act(() => this.decide("withdraw"));
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Withdraw"),
            body: _t(
                "Take this request back? The document can be changed and submitted again then."
            ),
            confirmLabel: _t("Withdraw"),
            confirm: () => this.act(() => this.call("action_withdraw")),
            cancel: () => {},
        });
    }

    async call(method) {
        await this.orm.call(MODEL, method, [[this.request.id]]);
        await this.reload();
    }

    /** Ask for a comment, in Odoo's own dialog. */
    async decide(decision) {
        const action = await this.orm.call(MODEL, "action_open_decision", [[this.request.id]], {
            context: { collab_decision: decision },
        });
        await this.doAction(action);
    }

    get earlierLabel() {
        return _t("Earlier requests: %s", this.data.earlier);
    }

    openEarlier() {
        const { resModel, resId } = this.record;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Requests for this document"),
            res_model: MODEL,
            domain: [
                ["res_model", "=", resModel],
                ["res_id", "=", resId],
            ],
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            mobile_view_mode: "kanban",
        });
    }

    openRequest() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: this.request.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("collab_approval_panel", { component: ApprovalPanel });
