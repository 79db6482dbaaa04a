import { markRaw, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Latest } from "../common/latest";
import { hasRole } from "../common/texts";

const EXPANDED_KEY = "collab_document.expanded";

/**
 * The tree of folders that the user sees, for whatever shows it.
 */
export class Folders {
    constructor(orm) {
        this.orm = orm;
        this.latest = markRaw(new Latest());
        this.isLoaded = false;
        /** @type {Object[]} in the order of the server */
        this.list = [];
        /** @type {Record<number, Object>} */
        this.byId = {};
        /** @type {Record<number, Object[]>} by the folder above; 0 for the topmost */
        this.below = {};
        this.expanded = this.readExpanded();
    }

    async load() {
        const list = await this.latest.add(this.orm.silent.call("collab.folder", "tree", []));
        const byId = {};
        const below = { 0: [] };
        for (const folder of list) {
            byId[folder.id] = folder;
            (below[folder.parent_id || 0] ||= []).push(folder);
        }
        Object.assign(this, { list, byId, below, isLoaded: true });
    }

    get(id) {
        return this.byId[id];
    }

    childrenOf(id) {
        return this.below[id || 0] || [];
    }

    /** The folders above a folder, the topmost first, and itself. */
    pathOf(id) {
        const path = [];
        for (let folder = this.get(id); folder; folder = this.get(folder.parent_id)) {
            path.unshift(folder);
        }
        return path;
    }

    /** How many documents are in the folder and those below it. */
    countOf(id) {
        return this.childrenOf(id).reduce(
            (count, child) => count + this.countOf(child.id),
            this.get(id)?.count || 0
        );
    }

    /** Whether the user may do in the folder what takes that role. */
    can(id, role) {
        return hasRole(this.get(id)?.role || false, role);
    }

    // -- what is unfolded, remembered in this browser -----------------------

    get expandedKey() {
        return `${EXPANDED_KEY}.${user.userId}`;
    }

    readExpanded() {
        try {
            const ids = JSON.parse(browser.localStorage.getItem(this.expandedKey));
            return Object.fromEntries((Array.isArray(ids) ? ids : []).map((id) => [id, true]));
        } catch {
            return {};
        }
    }

    isExpanded(id) {
        return Boolean(this.expanded[id]);
    }

    toggle(id, isExpanded = !this.isExpanded(id)) {
        if (isExpanded) {
            this.expanded[id] = true;
        } else {
            delete this.expanded[id];
        }
        const ids = Object.keys(this.expanded).map(Number);
        browser.localStorage.setItem(this.expandedKey, JSON.stringify(ids));
    }

    /** Unfold whatever a folder is in. */
    reveal(id) {
        for (const folder of this.pathOf(id).slice(0, -1)) {
            if (!this.isExpanded(folder.id)) {
                this.toggle(folder.id, true);
            }
        }
    }

    /**
     * The rows of the tree as it is unfolded.
     *
     * @param {(id: number) => boolean} [isExpanded]
     * @returns {{ folder: Object, level: number, hasChildren: boolean, isExpanded: boolean }[]}
     */
    rows(isExpanded = (id) => this.isExpanded(id)) {
        const rows = [];
        const add = (folder, level) => {
            const children = this.childrenOf(folder.id);
            const isOpen = children.length > 0 && isExpanded(folder.id);
            rows.push({ folder, level, hasChildren: children.length > 0, isExpanded: isOpen });
            if (isOpen) {
                children.forEach((child) => add(child, level + 1));
            }
        };
        this.childrenOf(0).forEach((folder) => add(folder, 0));
        return rows;
    }
}

export const folderService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        return reactive(new Folders(orm));
    },
};

registry.category("services").add("collab_folders", folderService);
