import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** Names that are named; the rest are counted. */
const NAMED = 5;

/** What to do with files of names that are in the folder already, once for all of them. */
export class SameNameDialog extends Component {
    static template = "collab_document.SameNameDialog";
    static components = { Dialog };
    static props = {
        names: { type: Array, element: String },
        canAddVersion: Boolean,
        decide: Function,
        close: Function,
    };

    get title() {
        return this.props.names.length === 1
            ? _t("There is a document of this name already")
            : _t("There are documents of these names already");
    }

    get named() {
        return this.props.names.slice(0, NAMED);
    }

    get moreText() {
        const more = this.props.names.length - NAMED;
        return more > 0 ? _t("and %s more", more) : "";
    }

    decide(decision) {
        this.props.decide(decision);
        this.props.close();
    }
}
