import { Component, onWillUnmount, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDocumentViewer } from "../preview/document_viewer";
import { documentOf, DocumentLine, moveFocus } from "./document_line";

const { DateTime } = luxon;
/** How long a row that was confirmed stays, in ms; longer while a pointer is over the card. */
const STAY_TIME = 4000;

/**
 * What the user was asked to read: opened and confirmed in place.
 *
 * What was confirmed keeps its place for a moment, so that nothing moves under a pointer.
 */
export class DocumentReadingCard extends Component {
    static template = "collab_document.ReadingCard";
    static components = { DocumentLine };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.viewer = useDocumentViewer();
        this.root = useRef("root");
        this.state = useState({
            lines: this.props.data.lines,
            // what was looked at, and what was confirmed, while the card is shown
            opened: new Set(),
            confirmed: new Set(),
            // what was confirmed last, for screen readers
            news: "",
        });
        this.isOver = false;
        this.moveFocus = moveFocus;
        onWillUpdateProps(({ data }) => this.receive(data.lines));
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    // -- keeping still --------------------------------------------------------

    /** Show new lines below those that are there; what was confirmed stays for now. */
    receive(lines) {
        const { state } = this;
        const byId = new Map(lines.map((line) => [line.id, line]));
        const shown = state.lines.filter(({ id }) => byId.has(id) || state.confirmed.has(id));
        const ids = new Set(shown.map(({ id }) => id));
        state.lines = [
            ...shown.map((line) => byId.get(line.id) || line),
            ...lines.filter(({ id }) => !ids.has(id)),
        ];
    }

    /** Let what was confirmed leave, after a while. */
    stay() {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.settle(), STAY_TIME);
    }

    settle() {
        const { state } = this;
        const waiting = new Set(this.props.data.lines.map(({ id }) => id));
        if (!this.isOver) {
            state.lines = state.lines.filter(
                ({ id }) => waiting.has(id) || !state.confirmed.has(id)
            );
        }
    }

    onPointer(ev, isOver) {
        this.isOver = isOver && ev.pointerType !== "touch";
        if (!isOver && this.state.confirmed.size) {
            this.stay();
        }
    }

    // -- what is shown --------------------------------------------------------

    isConfirmed({ id }) {
        return this.state.confirmed.has(id);
    }

    isOpened({ id }) {
        return this.state.opened.has(id);
    }

    get moreText() {
        const more = this.props.data.count - this.props.data.lines.length;
        return more === 1 ? _t("and 1 more") : _t("and %s more", more);
    }

    daysLeft({ due }) {
        return Math.round(deserializeDate(due).diff(DateTime.now().startOf("day"), "days").days);
    }

    dueText(line) {
        const days = this.daysLeft(line);
        if (days < -1) {
            return _t("%s days late", -days);
        }
        const near = { "-1": _t("1 day late"), 0: _t("Due today"), 1: _t("Due tomorrow") };
        const date = deserializeDate(line.due).toLocaleString(DateTime.DATE_MED);
        return near[days] || _t("Due %s", date);
    }

    dueColor(line) {
        const days = this.daysLeft(line);
        return days < 0 ? "text-danger fw-bold" : days < 2 ? "text-warning-emphasis" : "";
    }

    askedText({ asked_by }) {
        return _t("asked by %s", asked_by);
    }

    openLabel({ name }) {
        return _t("Read %s", name);
    }

    confirmLabel({ name }) {
        return _t("I have read %s", name);
    }

    // -- acting ---------------------------------------------------------------

    open(line) {
        this.state.opened.add(line.id);
        this.viewer.open(documentOf(line));
    }

    async confirm(line) {
        const { state } = this;
        if (this.isConfirmed(line)) {
            return;
        }
        state.confirmed.add(line.id);
        state.news = _t("%s: confirmed", line.name);
        this.focusNext(line);
        try {
            await this.orm.call("collab.document.reading", "action_confirm", [[line.id]]);
        } catch (error) {
            // there may be a newer version to read
            state.confirmed.delete(line.id);
            state.news = "";
            this.props.reload();
            throw error;
        }
        this.stay();
        await this.props.reload();
    }

    /** Whoever works by keyboard goes on with the next row. */
    focusNext(line) {
        const row = this.root.el.querySelector(`[data-id='${line.id}']`);
        if (row?.contains(document.activeElement)) {
            const rows = [...this.root.el.querySelectorAll(".o_collab_document_row[tabindex='0']")];
            const index = rows.indexOf(row);
            (rows[index + 1] || rows[index - 1])?.focus();
        }
    }

    onKeydown(ev, line) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey) {
            return;
        }
        if (ev.key === "Enter" && ev.target === ev.currentTarget) {
            ev.preventDefault();
            this.open(line);
        } else if (ev.key === "c" && !ev.repeat) {
            ev.preventDefault();
            this.confirm(line);
        } else {
            this.moveFocus(ev);
        }
    }
}

registry.category("collab_cards").add("document_reading", DocumentReadingCard);
