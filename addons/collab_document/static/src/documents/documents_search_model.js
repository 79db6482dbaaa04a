import { Domain } from "@web/core/domain";
import { router } from "@web/core/browser/router";
import { SearchModel } from "@web/search/search_model";

/** Places that are no folders. */
export const PLACES = {
    all: [],
    recent: [["is_recent", "=", true]],
    favorites: [["is_favorite", "=", true]],
    trash: [["active", "=", false]],
};

/**
 * What is searched, and in which place: a folder, or one of {@link PLACES}.
 *
 * A folder shows what is right in it; as soon as somebody searches for something it is about
 * the folders below, too.
 */
export class DocumentsSearchModel extends SearchModel {
    async load(config) {
        this.place = this.firstPlace(config.context || {});
        return super.load(config);
    }

    firstPlace(context) {
        const folderId = context.collab_document_folder_id || Number(router.current.folder);
        if (folderId) {
            return { kind: "folder", id: folderId };
        }
        const kind = context.collab_document_place;
        return { kind: kind in PLACES ? kind : "all" };
    }

    /** @param {{ kind: string, id?: number }} place */
    selectPlace(place) {
        this.place = place;
        return this._notify();
    }

    get folderId() {
        return this.place.kind === "folder" ? this.place.id : false;
    }

    /** Whether a text is searched for. */
    get isSearching() {
        return this.query.some(({ searchItemId }) =>
            ["field", "field_property"].includes(this.searchItems[searchItemId].type)
        );
    }

    exportState() {
        return { ...super.exportState(), place: this.place };
    }

    _importState(state) {
        super._importState(...arguments);
        this.place = state.place || this.place;
    }

    _getDisplay() {
        // the folders are no search panel that the view describes
        return { ...super._getDisplay(...arguments), searchPanel: true };
    }

    _getSearchPanelDomain() {
        const { folderId } = this;
        const domain = folderId
            ? [["folder_id", this.isSearching ? "child_of" : "=", folderId]]
            : PLACES[this.place.kind];
        return Domain.and([super._getSearchPanelDomain(), domain]);
    }

    _getContext() {
        return {
            ...super._getContext(),
            // the column of the folder says nothing there
            collab_document_in_folder: Boolean(this.folderId) && !this.isSearching,
        };
    }
}
