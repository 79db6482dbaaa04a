import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { TagSelector } from "../common/tag_selector";
import { useConfirm } from "./confirm_hook";

/** Asks for tags. */
export class TagDialog extends Component {
    static template = "collab_document.TagDialog";
    static components = { Dialog, TagSelector };
    static props = { title: String, confirm: Function, close: Function };

    setup() {
        this.state = useState({ tagIds: [] });
        this.confirmation = useConfirm();
    }

    get placeholder() {
        return _t("Choose tags");
    }

    confirm() {
        return this.confirmation.run(() => this.props.confirm(this.state.tagIds));
    }
}
