import { Component } from "@odoo/owl";

/** A part of the panel that can be folded. */
export class DetailsSection extends Component {
    static template = "collab_document.DetailsSection";
    static props = {
        name: String,
        title: String,
        count: { type: [Number, String], optional: true },
        /** name → whether it is open, for all parts of the panel */
        sections: Object,
        slots: Object,
    };

    get isOpen() {
        return this.props.sections[this.props.name];
    }

    toggle() {
        this.props.sections[this.props.name] = !this.isOpen;
    }
}
