import { useEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { NameDialog } from "../dialogs/name_dialog";
import { FolderAccessDialog } from "./folder_access_dialog";

const MODEL = "collab.folder";

/** What people do with folders. */
export class FolderActions {
    /** @param {import("../documents/documents_hook").Documents} documents */
    constructor(env, documents) {
        this.env = env;
        this.documents = documents;
    }

    get services() {
        return this.env.services;
    }

    get folders() {
        return this.documents.folders;
    }

    /** @param {number|false} parentId */
    make(parentId) {
        this.services.dialog.add(NameDialog, {
            title: parentId
                ? _t("New folder in “%s”", this.documents.nameOf(parentId))
                : _t("New topmost folder"),
            label: _t("Name"),
            placeholder: _t("e.g. Quality Manual"),
            confirmLabel: _t("Create"),
            confirm: async (name) => {
                const values = { name, parent_id: parentId };
                const [id] = await this.services.orm.create(MODEL, [values]);
                await this.folders.load();
                await this.documents.openFolder(id);
            },
        });
    }

    rename(folder) {
        this.services.dialog.add(NameDialog, {
            title: _t("Rename “%s”", folder.name),
            label: _t("Name"),
            value: folder.name,
            confirmLabel: _t("Rename"),
            confirm: async (name) => {
                await this.services.orm.write(MODEL, [folder.id], { name });
                await this.documents.reload();
            },
        });
    }

    openSettings(folder) {
        const isOwner = folder.role === "owner";
        this.services.dialog.add(isOwner ? FormViewDialog : FolderAccessDialog, {
            title: isOwner
                ? _t("Rights & settings of “%s”", folder.name)
                : _t("Who has access to “%s”", folder.name),
            resModel: MODEL,
            resId: folder.id,
            canExpand: false,
            onRecordSaved: () => this.documents.reload(),
        });
    }

    async move(folder, parentId) {
        if (parentId === (folder.parent_id || false)) {
            return;
        }
        await this.services.orm.write(MODEL, [folder.id], { parent_id: parentId });
        await this.documents.reload();
    }

    async trash(folder) {
        await this.services.orm.call(MODEL, "action_trash", [[folder.id]]);
        const isOpen = this.folders
            .pathOf(this.documents.folderId)
            .some(({ id }) => id === folder.id);
        if (isOpen) {
            await this.documents.openFolder(folder.parent_id);
        }
        await this.documents.reload();
        const close = this.services.notification.add(
            _t("“%s”, with all that is in it: moved to the trash.", folder.name),
            {
                type: "success",
                buttons: [
                    {
                        name: _t("Undo"),
                        onClick: () => {
                            close();
                            return this.untrash(folder);
                        },
                    },
                ],
            }
        );
    }

    async untrash(folder) {
        await this.services.orm.call(MODEL, "action_untrash", [[folder.id]]);
        await this.documents.reload();
    }
}

/** @param {import("../documents/documents_hook").Documents} documents */
export function useFolderActions(documents) {
    return new FolderActions(useEnv(), documents);
}
