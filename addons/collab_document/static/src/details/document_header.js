import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { iconOf } from "../common/texts";

/** The name of the document, and what leads away from it; there before the document is. */
export class DocumentHeader extends Component {
    static template = "collab_document.DocumentHeader";
    static props = {
        document: [Object, { value: null }],
        actions: Object,
        close: Function,
    };

    get icon() {
        return iconOf(this.props.document.icon);
    }

    get favoriteLabel() {
        return this.props.document.is_favorite
            ? _t("Favorite: remove the mark")
            : _t("Mark as favorite");
    }
}
