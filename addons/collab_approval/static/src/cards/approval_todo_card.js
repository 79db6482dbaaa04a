import {
    Component,
    onWillUnmount,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ApprovalTime } from "../common/approval_time";
import { openDocument, openRequest } from "./open_document";

const MODEL = "collab.approval.request";
const METHODS = { approve: "action_approve", reject: "action_reject" };
/** How long a row takes to leave, in ms; as in the stylesheet. */
const LEAVE_TIME = 300;

/**
 * What waits for the user, decided in place: one by one, or several at once.
 */
export class ApprovalTodoCard extends Component {
    static template = "collab_approval.TodoCard";
    static components = { ApprovalTime };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({
            rows: this.props.data.rows,
            selected: new Set(),
            // request id → "approve" or "reject" while it is decided and until it has left
            decided: {},
            leaving: new Set(),
            // where a comment is written: { ids, decision, text, isMissing }
            form: null,
        });
        this.timers = new Set();
        onWillUpdateProps(({ data }) => this.update(data.rows));
        onWillUnmount(() => this.timers.forEach((timer) => browser.clearTimeout(timer)));
        useEffect(
            (form) => {
                const box = form && this.root.el.querySelector(".o_collab_approval_comment");
                if (box) {
                    box.querySelector("textarea").focus();
                    box.scrollIntoView({ block: "nearest" }); // its buttons too
                }
            },
            () => [this.state.form]
        );
    }

    /**
     * Take over new rows; a row that is on its way out leaves at its own pace.
     *
     * @param {Object[]} rows
     */
    update(rows) {
        const { state } = this;
        const result = rows.filter((row) => !state.leaving.has(row.id));
        state.rows.forEach((row, index) => {
            if (row.id in state.decided && !result.some(({ id }) => id === row.id)) {
                result.splice(index, 0, row);
            }
        });
        state.rows = result;
        const ids = result.map((row) => row.id);
        for (const id of [...state.selected]) {
            if (!ids.includes(id)) {
                state.selected.delete(id);
            }
        }
        if (state.form && !state.form.ids.every((id) => ids.includes(id))) {
            state.form = null;
        }
    }

    // -- what is shown --------------------------------------------------------

    get openRows() {
        return this.state.rows.filter((row) => !(row.id in this.state.decided));
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

    commentLabel(form) {
        return form.isRequired || form.decision === "reject"
            ? _t("Why? The requester reads this.")
            : _t("Comment (optional)");
    }

    decidedLabel(row) {
        return this.state.decided[row.id] === "approve" ? _t("Approved") : _t("Rejected");
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
            isMissing: false,
            text: "",
        };
    }

    cancel() {
        const [id] = this.state.form.ids;
        this.state.form = null;
        this.focusRow(id);
    }

    send(decision) {
        const { form } = this.state;
        const comment = form.text.trim();
        if (!comment && (decision === "reject" || form.isRequired)) {
            Object.assign(form, { decision, isMissing: true });
            this.root.el.querySelector(".o_collab_approval_comment textarea").focus();
            return;
        }
        this.state.form = null;
        return this.decide(form.ids, decision, comment);
    }

    /**
     * Show the decision at once; take it back if the server refuses it.
     *
     * @param {number[]} ids
     * @param {"approve"|"reject"} decision
     * @param {string} [comment]
     */
    async decide(ids, decision, comment = "") {
        const { state } = this;
        if (!ids.length || ids.some((id) => id in state.decided)) {
            return;
        }
        const next = this.rowAfter(ids);
        ids.forEach((id) => {
            state.decided[id] = decision;
            state.selected.delete(id);
        });
        try {
            await this.orm.call(MODEL, METHODS[decision], [ids], comment ? { comment } : {});
        } catch (error) {
            ids.forEach((id) => delete state.decided[id]);
            this.props.reload(); // somebody else may have been faster
            throw error;
        }
        this.leave(ids, next);
    }

    /** The row that the focus goes to, if it is on one of those that leave. */
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

    leave(ids, next) {
        const isCalm = browser.matchMedia("(prefers-reduced-motion: reduce)").matches;
        ids.forEach((id) => this.state.leaving.add(id));
        this.focusRow(next);
        const timer = browser.setTimeout(
            async () => {
                this.timers.delete(timer);
                this.state.rows = this.state.rows.filter(({ id }) => !ids.includes(id));
                await this.props.reload();
                ids.forEach((id) => {
                    this.state.leaving.delete(id);
                    delete this.state.decided[id];
                });
            },
            isCalm ? 0 : LEAVE_TIME
        );
        this.timers.add(timer);
    }

    // -- keyboard -------------------------------------------------------------

    focusRow(id) {
        if (id) {
            this.root.el.querySelector(`.o_collab_approval_row[data-id='${id}']`)?.focus();
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
        if (act && !(row.id in this.state.decided)) {
            ev.preventDefault();
            // a key that is held moves on, and decides once
            return ev.repeat && !ev.key.startsWith("Arrow") ? undefined : act();
        }
    }

    onCommentKeydown(ev, form) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.cancel();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey) && form.decision) {
            ev.preventDefault();
            return this.send(form.decision);
        }
    }

    // -- opening --------------------------------------------------------------

    open(row) {
        return openDocument(this.orm, this.action, row);
    }

    openRequest(row) {
        return openRequest(this.action, row);
    }

    openInbox() {
        return this.action.doAction("collab_approval.action_collab_approval_request_todo");
    }
}

registry.category("collab_cards").add("approval_todo", ApprovalTodoCard);
