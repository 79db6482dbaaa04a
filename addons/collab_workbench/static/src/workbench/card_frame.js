import { Component, onError, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";

const cardRegistry = registry.category("collab_cards");

/**
 * The frame around a card: its title, its count, and what is said when the card
 * cannot be shown. A card that crashes does so inside of its frame.
 */
export class CardFrame extends Component {
    static template = "collab_workbench.CardFrame";
    static props = {
        card: Object,
        isBusy: { type: Boolean, optional: true },
        reload: Function,
    };

    setup() {
        this.state = useState({ hasCrashed: false });
        onError((error) => {
            console.warn(`Workbench card ${this.props.card.key} has crashed:`, error);
            this.state.hasCrashed = true;
        });
        onWillUpdateProps((nextProps) => {
            if (nextProps.card !== this.props.card) {
                this.state.hasCrashed = false;
            }
        });
    }

    get titleId() {
        return `o_collab_card_${this.props.card.key.replace(/\W/g, "_")}`;
    }

    get Component() {
        const { component, error } = this.props.card;
        if (error || this.state.hasCrashed) {
            return null;
        }
        return cardRegistry.get(component, null);
    }

    /** A card whose data has a number `count` shows it beside the title, unless 0. */
    get count() {
        const { data } = this.props.card;
        return Number.isInteger(data?.count) ? data.count : 0;
    }
}
