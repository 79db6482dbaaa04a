import { Component, onMounted, onPatched, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { foldLabel, hasRole, ROLES } from "../common/texts";
import { DOCUMENTS_TYPE } from "../documents/documents_hook";
import { useFolderActions } from "./folder_actions";

const PLACES = [
    { kind: "all", name: _t("All"), icon: "fa-files-o" },
    { kind: "recent", name: _t("Recent"), icon: "fa-clock-o" },
    { kind: "favorites", name: _t("Favorites"), icon: "fa-star-o" },
];
const TRASH = { kind: "trash", name: _t("Trash"), icon: "fa-trash-o" };

/** What can be done with one folder: the menu of its row. */
class FolderMenu extends Component {
    static template = "collab_document.FolderMenu";
    static components = { Dropdown, DropdownItem };
    static props = { folder: Object, actions: Object, isOpen: Boolean, onClosed: Function };

    setup() {
        this.dropdown = useDropdownState({ onClose: () => this.props.onClosed() });
        onMounted(() => this.props.isOpen && this.dropdown.open());
        onPatched(() => this.props.isOpen && !this.dropdown.isOpen && this.dropdown.open());
    }

    can(role) {
        return hasRole(this.props.folder.role, role);
    }

    get label() {
        return _t("What to do with “%s”", this.props.folder.name);
    }
}

/**
 * The folders beside the documents, in place of Odoo's search panel.
 *
 * One row of the tree can be reached by the tab key; the arrows go on from there.
 */
export class FolderPanel extends Component {
    static template = "collab_document.FolderPanel";
    static components = { Dropdown, DropdownItem, FolderMenu };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.documents = useState(this.env.documents);
        this.folders = useState(this.documents.folders);
        this.actions = useFolderActions(this.env.documents);
        this.state = useState({ focusedKey: null, menuId: false, isUnfolded: false, trashed: [] });
        this.root = useRef("root");
        this.mobileDropdown = useDropdownState();
        useBus(this.env.searchModel, "update", () => this.onPlaceChanged());
        onMounted(() => this.onPlaceChanged());
        this.toFocus = null;
        onPatched(() => this.focusRow());
    }

    // -- rows ---------------------------------------------------------------

    get places() {
        return PLACES.map((place) => ({ ...place, key: place.kind, level: 0, name: place.name }));
    }

    get trash() {
        return { ...TRASH, key: TRASH.kind, level: 0 };
    }

    get rows() {
        return this.folders
            .rows()
            .map((row) => ({ ...row, key: `folder-${row.folder.id}`, name: row.folder.name }));
    }

    get everyRow() {
        return [...this.places, ...this.rows, this.trash];
    }

    get place() {
        return this.documents.place;
    }

    get currentKey() {
        const { kind, id } = this.place;
        return kind === "folder" ? `folder-${id}` : kind;
    }

    /** The row that the tab key leads to. */
    get tabKey() {
        const keys = this.everyRow.map(({ key }) => key);
        return [this.state.focusedKey, this.currentKey].find((key) => keys.includes(key)) || "all";
    }

    get currentName() {
        const { kind, id } = this.place;
        return kind === "folder"
            ? this.folders
                  .pathOf(id)
                  .map(({ name }) => name)
                  .join(" / ")
            : this.everyRow.find(({ key }) => key === kind).name;
    }

    /** What is in it; of a folder that is folded with what is below. */
    countOf({ folder, isExpanded }) {
        return isExpanded ? folder.count : this.folders.countOf(folder.id);
    }

    roleOf(folder) {
        return folder.role ? _t("My role: %s", ROLES[folder.role]) : "";
    }

    titleOf(folder) {
        return [folder.name, this.roleOf(folder)].filter(Boolean).join("\n");
    }

    foldLabel(row) {
        return foldLabel(row.isExpanded);
    }

    indent(row) {
        return `padding-inline-start: ${0.25 + row.level * 0.9}rem`;
    }

    get canMakeTopmost() {
        return this.documents.isProcessOwner;
    }

    // -- choosing -----------------------------------------------------------

    async onPlaceChanged() {
        this.state.trashed = this.documents.isTrash ? await this.loadTrashed() : [];
        this.render();
    }

    /** The folders in the trash that did not come there with another one. */
    async loadTrashed() {
        const folders = await this.orm.searchRead(
            "collab.folder",
            [["active", "=", false]],
            ["name", "parent_id", "trashed_with_id", "can_manage"]
        );
        return folders.filter((folder) => folder.trashed_with_id?.[0] === folder.id);
    }

    async open(row) {
        this.state.focusedKey = row.key;
        this.mobileDropdown.close();
        if (!row.folder) {
            return this.documents.open({ kind: row.kind });
        }
        return this.documents.openFolder(row.folder.id);
    }

    toggle(row, isExpanded) {
        this.folders.toggle(row.folder.id, isExpanded);
    }

    async untrash(folder) {
        await this.actions.untrash(folder);
        await this.onPlaceChanged();
    }

    // -- keyboard -----------------------------------------------------------

    focusRow() {
        if (this.toFocus) {
            this.root.el?.querySelector(`[data-key="${this.toFocus}"]`)?.focus();
            this.toFocus = null;
        }
    }

    moveTo(row) {
        if (row) {
            this.toFocus = row.key;
            this.state.focusedKey = row.key;
            this.focusRowNow(row.key);
        }
    }

    focusRowNow(key) {
        this.root.el?.querySelector(`[data-key="${key}"]`)?.focus();
    }

    onKeydown(ev, row) {
        const rows = this.everyRow;
        const index = rows.findIndex(({ key }) => key === row.key);
        const parentOf = ({ folder }) =>
            rows.find(({ key }) => key === `folder-${folder.parent_id}`);
        switch (ev.key) {
            case "ArrowDown":
                this.moveTo(rows[index + 1]);
                break;
            case "ArrowUp":
                this.moveTo(rows[index - 1]);
                break;
            case "Home":
                this.moveTo(rows[0]);
                break;
            case "End":
                this.moveTo(rows.at(-1));
                break;
            case "ArrowRight":
                if (row.hasChildren) {
                    row.isExpanded ? this.moveTo(rows[index + 1]) : this.toggle(row, true);
                }
                break;
            case "ArrowLeft":
                if (row.isExpanded) {
                    this.toggle(row, false);
                } else if (row.folder) {
                    this.moveTo(parentOf(row));
                }
                break;
            case "Enter":
            case " ":
                this.open(row);
                break;
            case "ContextMenu":
                this.openMenu(row);
                break;
            default:
                if (ev.key === "F10" && ev.shiftKey) {
                    this.openMenu(row);
                    break;
                }
                return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    openMenu(row) {
        this.state.menuId = row.folder?.id || false;
    }

    // -- dropping -----------------------------------------------------------

    isDroppable(ev) {
        const { types } = ev.dataTransfer;
        return types.includes("Files") || types.includes(DOCUMENTS_TYPE);
    }

    onDragOver(ev, { folder }) {
        if (!this.isDroppable(ev)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const isAllowed = hasRole(folder.role, "contributor");
        const effect = this.documents.isMoving ? "move" : "copy";
        ev.dataTransfer.dropEffect = isAllowed ? effect : "none";
        this.documents.dropFolderId = folder.id;
    }

    onDragLeave({ folder }) {
        if (this.documents.dropFolderId === folder.id) {
            this.documents.dropFolderId = null;
        }
    }

    onDrop(ev, { folder }) {
        if (this.isDroppable(ev)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.documents.onDrop(ev, folder.id);
        }
    }
}
