import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { foldLabel, hasRole } from "../common/texts";
import { useConfirm } from "./confirm_hook";

/** Asks for a folder, in the tree of those the user sees. */
export class FolderDialog extends Component {
    static template = "collab_document.FolderDialog";
    static components = { Dialog };
    static props = {
        title: String,
        confirmLabel: String,
        /** that the user has to have in the folder */
        role: { type: String, optional: true },
        /** that is chosen at first */
        folderId: { type: [Number, Boolean], optional: true },
        /** to which the tree is unfolded */
        nearId: { type: [Number, Boolean], optional: true },
        confirm: Function,
        close: Function,
    };
    static defaultProps = { role: "reader" };

    setup() {
        this.folders = useState(useService("collab_folders"));
        this.tree = useRef("tree");
        this.state = useState({
            folderId: this.props.folderId || false,
            search: "",
            expanded: {},
        });
        this.confirmation = useConfirm();
        useAutofocus({ refName: "search", mobile: false });
        onWillStart(async () => {
            await this.folders.load();
            const near = this.state.folderId || this.props.nearId;
            for (const { id } of this.folders.pathOf(near).slice(0, -1)) {
                this.state.expanded[id] = true;
            }
            if (!this.state.folderId) {
                const [first, ...others] = this.folders.list.filter((one) => this.isAllowed(one));
                this.state.folderId = first && !others.length ? first.id : false;
            }
        });
    }

    isAllowed(folder) {
        return hasRole(folder.role, this.props.role);
    }

    /** The tree; or what is searched for, with the folders it is in. */
    get rows() {
        const words = this.state.search.trim().toLowerCase();
        if (!words) {
            return this.folders.rows((id) => this.state.expanded[id]);
        }
        return this.folders.list
            .filter(({ name }) => name.toLowerCase().includes(words))
            .map((folder) => ({ folder, level: 0, hasChildren: false, isExpanded: false }));
    }

    pathText(folder) {
        return this.folders
            .pathOf(folder.id)
            .slice(0, -1)
            .map(({ name }) => name)
            .join(" / ");
    }

    foldLabel(row) {
        return foldLabel(row.isExpanded);
    }

    indent(row) {
        return `padding-inline-start: ${0.25 + row.level * 1.1}rem`;
    }

    toggle(row) {
        this.state.expanded[row.folder.id] = !row.isExpanded;
    }

    select(row) {
        if (this.isAllowed(row.folder)) {
            this.state.folderId = row.folder.id;
        }
    }

    get isReady() {
        const folder = this.folders.get(this.state.folderId);
        return Boolean(folder) && this.isAllowed(folder);
    }

    onKeydown(ev, row) {
        const elements = [...this.tree.el.querySelectorAll("[role=treeitem]")];
        const index = elements.indexOf(ev.currentTarget);
        switch (ev.key) {
            case "ArrowDown":
                elements[index + 1]?.focus();
                break;
            case "ArrowUp":
                elements[index - 1]?.focus();
                break;
            case "ArrowRight":
                if (row.hasChildren && !row.isExpanded) {
                    this.toggle(row);
                }
                break;
            case "ArrowLeft":
                if (row.isExpanded) {
                    this.toggle(row);
                }
                break;
            case "Enter":
                this.select(row);
                this.confirm();
                break;
            case " ":
                this.select(row);
                break;
            default:
                return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    confirm() {
        if (this.isReady) {
            return this.confirmation.run(() => this.props.confirm(this.state.folderId));
        }
    }
}
