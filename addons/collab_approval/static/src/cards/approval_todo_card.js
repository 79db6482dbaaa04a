import { Component, onWillUnmount, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ApprovalTime } from "../common/approval_time";
import { ApprovalComment } from "./approval_comment";
import { openDocument, openRequest } from "./open_document";

const MODEL = "collab.approval.request";
const METHODS = { approve: "action_approve", reject: "action_reject" };
/** What is said in the place of the buttons, and the icon beside it. */
const OUTCOMES = {
    approve: { label: _t("Approved"), icon: "fa-check text-success" },
    reject: { label: _t("Rejected"), icon: "fa-times text-danger" },
    gone: { label: _t("No longer waits for you"), icon: "fa-minus" },
};
/** How long a row takes to leave, in ms; as in the stylesheet. */
const LEAVE_TIME = 300;
/** How long after a touch, or a key, nothing moves, in ms. */
const STAY_TIME = 4000;

/**
 * What waits for the user, decided in place: one by one, or several at once.
 *
 * Nothing moves under a pointer: what was decided, here or by somebody else, holds its
 * place and its height until the pointer has left the card, or for a while where there
 * is none. New rows are added below meanwhile.
 */
export class ApprovalTodoCard extends Component {
    static template = "collab_approval.TodoCard";
    static components = { ApprovalComment, ApprovalTime };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({
            rows: this.props.data.rows,
            // whether several can be decided at once
            hasBulk: this.props.data.rows.length > 1,
            selected: new Set(),
            // request id → "approve", "reject" or "gone", until its row has left
            outcomes: {},
            leaving: new Set(),
            // request id, or "bulk" → the height that it keeps
            heights: {},
            // where a comment is written: { ids, decision, isRequired, isBulk }
            form: null,
            // what was decided last, for screen readers
            news: "",
        });
        // the rows as the server has told them last
        this.received = this.props.data.rows;
        // the requests about whose decision the server has not answered yet
        this.sending = new Set();
        this.isOver = false;
        this.hasPointed = false;
        onWillUpdateProps(({ data }) => this.receive(data.rows));
        onWillUnmount(() => {
            this.stopStaying();
            browser.clearTimeout(this.leaveTimer);
        });
    }

    // -- keeping still --------------------------------------------------------

    /**
     * Show new rows below those that are there, which stay where they are.
     *
     * @param {Object[]} rows
     */
    receive(rows) {
        const { state } = this;
        this.received = rows;
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const { id } of state.rows) {
            if (!byId.has(id)) {
                state.outcomes[id] ||= "gone";
                state.selected.delete(id);
            } else if (state.outcomes[id] === "gone") {
                delete state.outcomes[id];
            }
        }
        if (state.form && !state.form.ids.every((id) => byId.has(id))) {
            this.closeForm();
        }
        const shown = new Set(state.rows.map(({ id }) => id));
        state.rows = [
            ...state.rows.map((row) => byId.get(row.id) || row),
            ...rows.filter(({ id }) => !shown.has(id)),
        ];
        this.settle();
    }

    /** Let the rows that are done leave, unless somebody may be about to press something. */
    settle() {
        if (this.isOver || this.stayTimer || this.leaveTimer || this.state.form) {
            return;
        }
        const waiting = new Set([...this.received.map(({ id }) => id), ...this.sending]);
        const done = this.state.rows.filter(({ id }) => !waiting.has(id));
        if (!done.length) {
            return this.clear();
        }
        done.forEach(({ id }) => this.state.leaving.add(id));
        this.leaveTimer = browser.setTimeout(() => {
            this.leaveTimer = null;
            this.clear();
        }, LEAVE_TIME);
    }

    /** Show what the server has told; what it has not answered yet stays as it is. */
    clear() {
        const { state, sending } = this;
        const ids = new Set(this.received.map(({ id }) => id));
        state.rows = state.rows
            .filter(({ id }) => sending.has(id) && !ids.has(id))
            .concat(this.received);
        state.hasBulk = state.rows.length > 1;
        state.outcomes = Object.fromEntries(
            Object.entries(state.outcomes).filter(([id]) => sending.has(Number(id)))
        );
        state.heights = {};
        state.leaving.clear();
    }

    /** Keep still for a while. */
    stay() {
        this.stopStaying();
        this.stayTimer = browser.setTimeout(() => {
            this.stayTimer = null;
            this.settle();
        }, STAY_TIME);
    }

    stopStaying() {
        browser.clearTimeout(this.stayTimer);
        this.stayTimer = null;
    }

    /**
     * Keep the heights of rows that are about to lose their buttons, or the box for a comment.
     *
     * @param {Array<number|"bulk">} ids
     */
    holdHeights(ids) {
        for (const id of ids) {
            const el = this.root.el.querySelector(`[data-id='${id}']`);
            if (el) {
                this.state.heights[id] = el.getBoundingClientRect().height;
            }
        }
    }

    heightStyle(id) {
        const height = this.state.heights[id];
        return height ? `min-height: ${height}px` : "";
    }

    onPointer({ pointerType }) {
        this.isOver = pointerType !== "touch"; // a finger does not hover
    }

    onPointerdown(ev) {
        this.hasPointed = true;
        this.onPointer(ev);
        if (this.isOver) {
            this.stopStaying(); // it is the pointer now that keeps all still
        } else {
            this.stay();
        }
    }

    onPointerleave({ pointerType }) {
        if (pointerType !== "touch") {
            this.isOver = false;
            this.settle();
        }
    }

    onAnyKeydown() {
        this.hasPointed = false;
        this.stay();
    }

    // -- what is shown --------------------------------------------------------

    get openRows() {
        return this.state.rows.filter((row) => !this.outcome(row));
    }

    get selectedCount() {
        return this.state.selected.size;
    }

    get isAllSelected() {
        return (
            this.openRows.length > 0 && this.openRows.every(({ id }) => this.state.selected.has(id))
        );
    }

    get bulkLabel() {
        return _t("Approve %(count)s", { count: this.selectedCount });
    }

    get bulkForm() {
        return this.state.form?.isBulk ? this.state.form : null;
    }

    get moreLabel() {
        const { count, rows } = this.props.data;
        return count > rows.length ? _t("Open all %s", count) : _t("Open as a list");
    }

    formOf(row) {
        const { form } = this.state;
        return form && !form.isBulk && form.ids[0] === row.id ? form : null;
    }

    summary(row) {
        return row.summary.filter(([, value]) => value);
    }

    summaryLabel([label]) {
        return _t("%(label)s:", { label });
    }

    selectLabel(row) {
        return _t("Select %s", row.name);
    }

    approveLabel(row) {
        return _t("Approve %s", row.name);
    }

    rejectLabel(row) {
        return _t("Reject %s", row.name);
    }

    /** What has become of a row that is still in its place. */
    outcome(row) {
        return OUTCOMES[this.state.outcomes[row.id]];
    }

    // -- choosing -------------------------------------------------------------

    toggle(row) {
        const { selected } = this.state;
        if (!selected.delete(row.id)) {
            selected.add(row.id);
        }
    }

    toggleAll() {
        const all = this.isAllSelected;
        this.state.selected.clear();
        if (!all) {
            this.openRows.forEach((row) => this.state.selected.add(row.id));
        }
    }

    // -- deciding -------------------------------------------------------------

    approve(row) {
        return row.needs_comment ? this.ask([row], "approve") : this.decide([row.id], "approve");
    }

    reject(row) {
        return this.ask([row], "reject");
    }

    approveSelected() {
        const rows = this.openRows.filter((row) => this.state.selected.has(row.id));
        if (rows.some((row) => row.needs_comment)) {
            return this.ask(rows, "approve", true);
        }
        return this.decide(
            rows.map((row) => row.id),
            "approve"
        );
    }

    /**
     * Open the box in which a comment is written.
     *
     * @param {Object[]} rows
     * @param {"approve"|"reject"|null} decision null as long as both are possible
     * @param {boolean} [isBulk]
     */
    ask(rows, decision, isBulk = false) {
        this.state.form = {
            ids: rows.map((row) => row.id),
            decision,
            isBulk,
            isRequired: rows.some((row) => row.needs_comment),
        };
    }

    closeForm() {
        this.holdHeights([...this.state.form.ids, "bulk"]);
        this.state.form = null;
    }

    cancel() {
        const [id] = this.state.form.ids;
        this.closeForm();
        this.focusRow(id, this.hasPointed);
    }

    send(decision, comment) {
        const { ids } = this.state.form;
        this.closeForm();
        return this.decide(ids, decision, comment);
    }

    /**
     * Show the decision at once; take it back if the server refuses it.
     *
     * @param {number[]} ids
     * @param {"approve"|"reject"} decision
     * @param {string} [comment]
     */
    async decide(ids, decision, comment = "") {
        const { state, sending } = this;
        if (!ids.length || ids.some((id) => id in state.outcomes)) {
            return;
        }
        const next = this.rowAfter(ids);
        this.holdHeights(ids);
        ids.forEach((id) => {
            sending.add(id);
            state.outcomes[id] = decision;
            state.selected.delete(id);
        });
        try {
            await this.orm.call(MODEL, METHODS[decision], [ids], comment ? { comment } : {});
            this.received = this.received.filter(({ id }) => !ids.includes(id));
            this.tell(ids, decision);
            this.focusRow(next, this.hasPointed);
        } catch (error) {
            ids.forEach((id) => delete state.outcomes[id]);
            throw error;
        } finally {
            this.refresh(ids); // where it was refused, somebody else may have been faster
        }
    }

    async refresh(ids) {
        await this.props.reload();
        ids.forEach((id) => this.sending.delete(id));
        this.settle();
    }

    tell(ids, decision) {
        const rows = this.state.rows.filter(({ id }) => ids.includes(id));
        this.state.news = _t("%(name)s: %(status)s", {
            name: rows.map((row) => row.name).join(", "),
            status: OUTCOMES[decision].label,
        });
    }

    /** The row that the focus goes to, if it is on one of those that are decided. */
    rowAfter(ids) {
        const focused = document.activeElement?.closest(".o_collab_approval_row");
        if (!this.root.el.contains(focused)) {
            return null;
        }
        const rows = this.openRows;
        const index = rows.findIndex(({ id }) => ids.includes(id));
        const others = [...rows.slice(index), ...rows.slice(0, index).reverse()];
        return others.find(({ id }) => !ids.includes(id))?.id;
    }

    // -- keyboard -------------------------------------------------------------

    focusRow(id, preventScroll = false) {
        if (id) {
            this.root.el.querySelector(`[data-id='${id}']`)?.focus({ preventScroll });
        }
    }

    onKeydown(ev, row) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey || ev.target.matches("textarea")) {
            return;
        }
        const rows = this.openRows;
        const index = rows.indexOf(row);
        const actions = {
            a: () => this.approve(row),
            r: () => this.reject(row),
            ArrowDown: () => this.focusRow(rows[index + 1]?.id),
            ArrowUp: () => this.focusRow(rows[index - 1]?.id),
        };
        if (ev.target === ev.currentTarget) {
            actions.Enter = () => this.open(row);
            actions[" "] = () => this.toggle(row);
        }
        const act = actions[ev.key];
        if (act && !this.outcome(row)) {
            ev.preventDefault();
            // a key that is held moves on, and decides once
            return ev.repeat && !ev.key.startsWith("Arrow") ? undefined : act();
        }
    }

    // -- opening --------------------------------------------------------------

    open(row) {
        return openDocument(this.action, row);
    }

    openRequest(row) {
        return openRequest(this.action, row);
    }

    openInbox() {
        return this.action.doAction("collab_approval.action_collab_approval_request_todo");
    }
}

registry.category("collab_cards").add("approval_todo", ApprovalTodoCard);
