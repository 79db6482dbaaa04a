import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { takesVersions } from "./abilities";

/** What the user can do with the document: buttons, and a menu of what is done less often. */
export class DocumentMenu extends Component {
    static template = "collab_document.DocumentMenu";
    static components = { Dropdown, DropdownItem };
    static props = { document: Object, actions: Object, open: Function };

    get takesVersions() {
        return takesVersions(this.props.document);
    }
}
