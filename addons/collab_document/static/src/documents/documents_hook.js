import {
    EventBus,
    markRaw,
    markup,
    onMounted,
    onWillStart,
    onWillUnmount,
    reactive,
    status,
    useComponent,
    useEffect,
    useSubEnv,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { FolderDialog } from "../dialogs/folder_dialog";
import { namesOf } from "../common/texts";
import { useDocumentViewer } from "../preview/document_viewer";
import { filesOf } from "../upload/dropped_files";
import { DocumentActions } from "./document_actions";

export const DOCUMENTS_TYPE = "application/x-collab-documents";
const PANEL_KEY = "collab_document.panel";
/** How long to gather uploads that are done, in ms, before they are shown. */
const GATHER_DELAY = 300;

/**
 * What the views of documents share: the folder, the document that is looked at, what can be
 * done with it, files that are dropped.
 */
export class Documents {
    constructor({ model, searchModel, env, viewer, folders, upload }) {
        Object.assign(this, { model, folders });
        Object.assign(this, markAllRaw({ searchModel, env, viewer, upload }));
        this.actions = markRaw(
            // as what observes it, not as what it is
            new DocumentActions(env, (...args) => this.self.onChanged(...args))
        );
        this.currentId = false;
        /** Tells the panel when something has changed. */
        this.bus = markRaw(new EventBus());
        this.isPanelOpen = !env.isSmall && readPanelOpen();
        /** Whether files are dragged over the view, and over which folder of the panel. */
        this.isDragging = false;
        this.dropFolderId = null;
        /** Whether documents are dragged. */
        this.isMoving = false;
    }

    // -- the place ----------------------------------------------------------

    get place() {
        return this.searchModel.place;
    }

    get folderId() {
        return this.searchModel.folderId;
    }

    get folder() {
        return this.folders.get(this.folderId);
    }

    get isTrash() {
        return this.place.kind === "trash";
    }

    async open(place) {
        this.currentId = false;
        await this.searchModel.selectPlace(place);
        if (place.kind === "folder") {
            this.folders.reveal(place.id);
        }
    }

    openFolder(id) {
        return this.open(id ? { kind: "folder", id } : { kind: "all" });
    }

    // -- what is looked at --------------------------------------------------

    get records() {
        const { root } = this.model;
        return root.records || [];
    }

    get selection() {
        return this.model.root?.selection || [];
    }

    get current() {
        return this.records.find(({ resId }) => resId === this.currentId);
    }

    /** The documents that something would be done with. */
    get targets() {
        const { selection, current } = this;
        const records = selection.length ? selection : current ? [current] : [];
        return records.map(asDocument);
    }

    /** The document that the panel is about, if it is about one. */
    get detailsId() {
        const { selection } = this;
        if (selection.length) {
            return selection.length === 1 && selection[0].resId;
        }
        return this.currentId;
    }

    select(record) {
        this.currentId = record.resId;
        this.togglePanel(true);
    }

    /** Follow the arrow keys, if that covers nothing. */
    follow(record, ev) {
        if (ev.key.startsWith("Arrow") && this.isPanelOpen && !this.env.isSmall) {
            this.currentId = record.resId;
        }
    }

    togglePanel(isOpen = !this.isPanelOpen) {
        this.isPanelOpen = isOpen;
        if (this.env.isSmall) {
            this.currentId = isOpen && this.currentId;
        } else {
            browser.localStorage.setItem(panelKey(), JSON.stringify(isOpen));
        }
    }

    preview(record) {
        this.viewer.open(asDocument(record), this.records.map(asDocument));
    }

    // -- changes ------------------------------------------------------------

    async onChanged(ids, { areGone = false } = {}) {
        if (this.isGone?.()) {
            return;
        }
        if (areGone && ids.includes(this.currentId)) {
            this.currentId = false;
            if (this.env.isSmall) {
                this.isPanelOpen = false;
            }
        }
        await this.reload();
    }

    async reload() {
        await Promise.all([this.model.load(), this.folders.load()]);
        this.bus.trigger("CHANGED");
    }

    // -- adding -------------------------------------------------------------

    /** Why files cannot be added to the folder; nothing if they can. */
    refusal(folderId = this.folderId) {
        if (this.isTrash && !folderId) {
            return _t("Nothing can be added to the trash.");
        }
        if (folderId && this.folders.isLoaded && !this.folders.can(folderId, "contributor")) {
            return _t("You can read in “%s”, but not add documents to it.", this.nameOf(folderId));
        }
        return "";
    }

    nameOf(folderId) {
        return this.folders.get(folderId)?.name || "";
    }

    /** Ask for the folder, if it is not clear which. */
    add(files, folderId = this.folderId) {
        if (!files.length) {
            return;
        }
        const refusal = this.refusal(folderId);
        if (refusal) {
            this.env.services.notification.add(refusal, { type: "danger" });
            return;
        }
        if (folderId) {
            return this.upload.addFiles(files, folderId);
        }
        this.env.services.dialog.add(FolderDialog, {
            title: _t("Upload %s", namesOf(files.map(({ file }) => file))),
            confirmLabel: _t("Upload here"),
            role: "contributor",
            confirm: (chosen) => {
                this.upload.addFiles(files, chosen);
            },
        });
    }

    /** What a drop would do, in a sentence. */
    get dropText() {
        const folderId = this.dropFolderId || this.folderId;
        return (
            this.refusal(folderId) ||
            (folderId
                ? _t("Drop files to add them to “%s”", this.nameOf(folderId))
                : _t("Drop files to choose a folder for them"))
        );
    }

    get isDropRefused() {
        return Boolean(this.refusal(this.dropFolderId || this.folderId));
    }

    async onDrop(ev, folderId = this.folderId) {
        const { dataTransfer } = ev;
        this.isDragging = false;
        this.dropFolderId = null;
        if (dataTransfer.types.includes(DOCUMENTS_TYPE)) {
            const documents = JSON.parse(dataTransfer.getData(DOCUMENTS_TYPE));
            return this.actions.moveTo(documents, folderId);
        }
        return this.add(await filesOf(dataTransfer), folderId);
    }

    onDragStart(ev, record) {
        const { selection } = this;
        const dragged = (selection.includes(record) ? selection : [record]).map(asDocument);
        ev.dataTransfer.setData(DOCUMENTS_TYPE, JSON.stringify(dragged));
        ev.dataTransfer.effectAllowed = "move";
        this.isMoving = true;
    }

    // -- texts --------------------------------------------------------------

    get emptyText() {
        const { kind } = this.place;
        if (this.searchModel.isSearching) {
            return [
                _t("Nothing was found"),
                this.folderId
                    ? _t("Look in all documents, or try other words.")
                    : _t("Try other words. Texts of new files can be found after a minute."),
            ];
        }
        if (kind === "trash") {
            return [
                _t("The trash is empty"),
                _t("What is moved here can be taken out again for 30 days."),
            ];
        }
        if (kind === "favorites") {
            return [
                _t("No favorites yet"),
                _t("Mark documents you often need with the star, and find them here."),
            ];
        }
        if (kind === "recent") {
            return [
                _t("Nothing here yet"),
                _t("Documents that you open, add or change show up here."),
            ];
        }
        if (kind === "folder") {
            return this.refusal()
                ? [_t("No documents in this folder"), _t("Or none that is published yet.")]
                : [
                      _t("This folder is empty"),
                      _t("Drop files here, or press Upload. You can drop whole folders, too."),
                  ];
        }
        return this.folders.list.length
            ? [_t("No documents yet"), _t("Choose a folder, then drop files or press Upload.")]
            : [
                  _t("No folders yet"),
                  _t(
                      "Documents lie in folders, which say who may do what. A process owner makes the topmost ones."
                  ),
              ];
    }

    get noContentHelp() {
        const [title, text] = this.emptyText;
        return markup`<p class="o_view_nocontent_neutral_face">${title}</p><p>${text}</p>`;
    }
}

export function asDocument(record) {
    const { data } = record;
    return {
        id: record.resId,
        name: data.name,
        folder_id: data.folder_id && [data.folder_id.id, data.folder_id.display_name],
        kind: data.kind,
        preview: data.preview,
        version_id: data.version_id && data.version_id.id,
        active: data.active,
        can_edit: data.can_edit,
        can_manage: data.can_manage,
        is_checked_out: data.is_checked_out,
        is_mine: data.is_mine,
        is_under_review: data.is_under_review,
        state: data.state,
    };
}

/** Have a reactive object leave these alone. */
function markAllRaw(values) {
    Object.values(values).forEach(markRaw);
    return values;
}

function panelKey() {
    return `${PANEL_KEY}.${user.userId}`;
}

function readPanelOpen() {
    try {
        const isOpen = JSON.parse(browser.localStorage.getItem(panelKey()));
        return isOpen ?? browser.innerWidth >= 1400;
    } catch {
        return false;
    }
}

/**
 * Make a controller one of documents.
 *
 * @param {{ el: HTMLElement }} rootRef
 * @returns {Documents}
 */
export function useDocuments(rootRef) {
    const component = useComponent();
    const { env, model } = component;
    const upload = useService("collab_upload");
    const documents = useState(
        reactive(
            new Documents({
                model,
                searchModel: env.searchModel,
                env,
                viewer: useDocumentViewer(),
                folders: useState(useService("collab_folders")),
                upload,
            })
        )
    );
    documents.self = documents;
    documents.isGone = () => status(component) === "destroyed";
    useSubEnv({ documents });

    onWillStart(async () => {
        documents.isAdmin = await user.hasGroup("collab_base.group_collab_admin");
        documents.isProcessOwner = await user.hasGroup("collab_base.group_collab_process_owner");
        // not waited for: the list does not need it
        documents.folders.load().then(() => documents.folders.reveal(documents.folderId));
    });

    const showUploads = useDebounced(() => documents.reload(), GATHER_DELAY);
    useBus(upload.bus, "DONE", showUploads);

    useEffect(
        (folderId) => component.props.updateActionState?.({ folder: folderId || undefined }),
        () => [documents.folderId]
    );
    useFileDrop(rootRef, documents);
    return documents;
}

/** Have files that are dragged over the view dropped into it. */
function useFileDrop(rootRef, documents) {
    const hasFiles = (ev) => ev.dataTransfer?.types.includes("Files");
    const listeners = {
        dragenter(ev) {
            if (hasFiles(ev)) {
                documents.isDragging = true;
            }
        },
        dragleave(ev) {
            // what goes from one element to the next stays; counting would not do, as nothing
            // leaves an element that goes while files are over it
            if (hasFiles(ev) && !rootRef.el.contains(ev.relatedTarget)) {
                documents.isDragging = false;
            }
        },
        dragover(ev) {
            if (hasFiles(ev)) {
                ev.preventDefault();
                documents.isDragging = true;
                ev.dataTransfer.dropEffect = documents.isDropRefused ? "none" : "copy";
            }
        },
        drop(ev) {
            documents.isDragging = false;
            if (hasFiles(ev)) {
                ev.preventDefault();
                documents.onDrop(ev);
            }
        },
        dragend() {
            documents.isMoving = false;
            documents.dropFolderId = null;
        },
    };
    onMounted(() => {
        for (const [type, listener] of Object.entries(listeners)) {
            rootRef.el.addEventListener(type, listener);
        }
    });
    onWillUnmount(() => {
        for (const [type, listener] of Object.entries(listeners)) {
            rootRef.el?.removeEventListener(type, listener);
        }
    });
}
