import { Component } from "@odoo/owl";
import { iconOf } from "../common/texts";

/** A document in a card: its icon and its name, which open it, and what else there is to say. */
export class DocumentLine extends Component {
    static template = "collab_document.CardLine";
    static props = { line: Object, open: Function, slots: { type: Object, optional: true } };

    get icon() {
        return iconOf(this.props.line.icon);
    }
}

/**
 * A line of a card as a document.
 *
 * @param {Object} line
 */
export function documentOf(line) {
    return { ...line, id: line.document_id };
}

/** The arrow keys go from row to row. */
export function moveFocus(ev) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[ev.key];
    const target = step && ev.currentTarget[step];
    if (target?.matches("[tabindex]")) {
        ev.preventDefault();
        target.focus();
    }
}
