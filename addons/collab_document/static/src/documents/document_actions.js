import { useEnv } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { CompareDialog } from "../compare/compare_dialog";
import { AskDialog } from "../dialogs/ask_dialog";
import { CheckInDialog } from "../dialogs/check_in_dialog";
import { FolderDialog } from "../dialogs/folder_dialog";
import { NameDialog } from "../dialogs/name_dialog";
import { NoteDialog } from "../dialogs/note_dialog";
import { ShareDialog } from "../dialogs/share_dialog";
import { TagDialog } from "../dialogs/tag_dialog";
import { fileUrl, namesOf } from "../common/texts";

const MODEL = "collab.document";
const GUARD_ERROR = "odoo.addons.collab_guard.exceptions.GuardError";

/**
 * What people do with documents, in the same way from wherever they do it.
 *
 * The services are those of the environment, not of a component: the button of a notification
 * works after its view has gone.
 */
export class DocumentActions {
    /**
     * @param {import("@web/env").OdooEnv} env
     * @param {(ids: number[], options?: { areGone?: boolean }) => any} onChanged called when
     *  something has become of documents
     */
    constructor(env, onChanged = () => {}) {
        this.env = env;
        this.onChanged = onChanged;
    }

    get services() {
        return this.env.services;
    }

    call(method, documents, kwargs = {}) {
        const ids = documents.map(({ id }) => id);
        return this.services.orm.call(MODEL, method, [ids], kwargs);
    }

    /** Call a method of documents, then show what has become of them. */
    async run(method, documents, kwargs = {}, options = {}) {
        const result = await this.call(method, documents, kwargs);
        await this.onChanged(
            documents.map(({ id }) => id),
            options
        );
        return result;
    }

    notify(message, options = {}) {
        return this.services.notification.add(message, { type: "success", ...options });
    }

    openDialog(Dialog, props, options) {
        return this.services.dialog.add(Dialog, props, options);
    }

    // -- getting files ------------------------------------------------------

    /** Have the browser save each of the files. */
    async download(documents, versionId = null) {
        for (const [index, { id }] of documents.entries()) {
            if (index) {
                // browsers drop downloads that begin in the same moment
                await new Promise((resolve) => setTimeout(resolve, 400));
            }
            const link = document.createElement("a");
            link.href = `${fileUrl(id, versionId)}?download=1`;
            link.download = "";
            link.click();
        }
    }

    // -- working on them ----------------------------------------------------

    async checkOut(documents) {
        await this.run("action_check_out", documents);
        this.notify(
            _t("Checked out for 8 hours. Others see that you are working on it."),
            documents.length === 1 && {
                buttons: [{ name: _t("Download"), onClick: () => this.download(documents) }],
            }
        );
    }

    release(documents) {
        return this.run("action_release", documents);
    }

    breakCheckOut(documents) {
        this.openDialog(NoteDialog, {
            title: _t("End their check-out"),
            text: _t(
                "What they are working on will not fit on top of what others add meanwhile. They are told, with your reason."
            ),
            label: _t("Reason"),
            confirmLabel: _t("End check-out"),
            isRequired: true,
            confirm: ({ note }) => this.run("action_break_check_out", documents, { reason: note }),
        });
    }

    checkIn(document) {
        this.openDialog(CheckInDialog, {
            document,
            confirm: ({ file, note, publish }) =>
                this.services.collab_upload.addVersion(file, document, { note, publish }),
        });
    }

    publish(documents) {
        const close = this.openDialog(NoteDialog, {
            title: _t("Publish %s", namesOf(documents)),
            text: _t("Readers see this version from now on."),
            label: _t("What is new in it"),
            checkLabel: _t("Ask those again who were asked to read an earlier version"),
            confirmLabel: _t("Publish"),
            confirm: async ({ note, isChecked }) => {
                try {
                    await this.run("action_publish", documents, { note, ask_again: isChecked });
                } catch (error) {
                    if (error.exceptionName === GUARD_ERROR) {
                        close(); // what is to be done first is another dialog's
                    }
                    throw error;
                }
            },
        });
    }

    restoreVersion(document, version) {
        this.openDialog(NoteDialog, {
            title: _t("Restore version %s", version.number),
            text: _t(
                "Its file is added once more as the latest version. Nothing of the history is lost."
            ),
            label: _t("Why"),
            confirmLabel: _t("Restore"),
            confirm: ({ note }) =>
                this.run("action_restore_version", [document], {
                    version_id: version.id,
                    note,
                }),
        });
    }

    compare(document, leftId, rightId) {
        this.openDialog(CompareDialog, { document, leftId, rightId });
    }

    write(document, values) {
        return this.services.orm
            .write(MODEL, [document.id], values)
            .then(() => this.onChanged([document.id]));
    }

    rename(document) {
        this.openDialog(NameDialog, {
            title: _t("Rename “%s”", document.name),
            label: _t("Name"),
            value: document.name,
            confirmLabel: _t("Rename"),
            confirm: (name) => this.write(document, { name }),
        });
    }

    async toggleFavorite(documents) {
        await this.run("toggle_favorite", documents);
    }

    tag(documents) {
        this.openDialog(TagDialog, {
            title: _t("Tag %s", namesOf(documents)),
            confirm: async (tagIds) => {
                const ids = documents.map(({ id }) => id);
                const commands = tagIds.map((id) => [4, id]);
                await this.services.orm.write(MODEL, ids, { tag_ids: commands });
                await this.onChanged(ids);
            },
        });
    }

    // -- others -------------------------------------------------------------

    share(document) {
        this.openDialog(ShareDialog, { document, onShared: () => this.onChanged([document.id]) });
    }

    async revoke(share, document) {
        this.openDialog(ConfirmationDialog, {
            title: _t("Revoke the link"),
            body: _t(
                "Whoever has this link gets nothing by it any more. A revoked link cannot be opened again."
            ),
            confirmLabel: _t("Revoke"),
            confirm: async () => {
                await this.services.orm.call("collab.document.share", "action_revoke", [
                    [share.id],
                ]);
                await this.onChanged([document.id]);
            },
            cancel: () => {},
        });
    }

    ask(documents) {
        this.openDialog(AskDialog, {
            documents,
            onAsked: (count) => {
                this.notify(
                    count ? _t("Asked: %s.", count) : _t("All of them had been asked already.")
                );
                return this.onChanged(documents.map(({ id }) => id));
            },
        });
    }

    async confirmReading(document, reading) {
        await this.services.orm.call("collab.document.reading", "action_confirm", [[reading.id]]);
        this.notify(_t("Confirmed. Thank you for reading it."));
        await this.onChanged([document.id]);
    }

    async unlink(document, link) {
        await this.services.orm.call("collab.document.link", "action_unlink", [[link.id]]);
        await this.onChanged([document.id]);
    }

    openRecord(link) {
        return this.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: link.res_model,
            res_id: link.res_id,
            views: [[false, "form"]],
        });
    }

    openForm(document) {
        return this.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: document.id,
            views: [[false, "form"]],
        });
    }

    // -- where they are -----------------------------------------------------

    /**
     * @param {{ id: number, name: string, folder_id?: [number, string] }[]} documents
     * @param {number} [folderId] asked for by default
     */
    move(documents, folderId = null) {
        if (folderId) {
            return this.moveTo(documents, folderId);
        }
        this.openDialog(FolderDialog, {
            title: _t("Move %s", namesOf(documents)),
            confirmLabel: _t("Move here"),
            role: "contributor",
            nearId: documents[0].folder_id?.[0],
            confirm: (chosen) => this.moveTo(documents, chosen),
        });
    }

    async moveTo(documents, folderId) {
        const { orm, collab_folders: folders } = this.services;
        const ids = documents.map(({ id }) => id);
        const places = await orm.read(MODEL, ids, ["folder_id"]);
        const moved = places.filter(({ folder_id }) => folder_id[0] !== folderId);
        if (!moved.length) {
            return;
        }
        await orm.write(MODEL, ids, { folder_id: folderId });
        await this.onChanged(ids, { areGone: true });
        const close = this.notify(
            _t("%(what)s: moved to “%(folder)s”.", {
                what: namesOf(documents),
                folder: folders.get(folderId)?.name || "",
            }),
            {
                buttons: [
                    {
                        name: _t("Undo"),
                        onClick: async () => {
                            close();
                            const byFolder = Object.groupBy(moved, (one) => one.folder_id[0]);
                            for (const [id, back] of Object.entries(byFolder)) {
                                await orm.write(
                                    MODEL,
                                    back.map((one) => one.id),
                                    { folder_id: Number(id) }
                                );
                            }
                            await this.onChanged(ids, { areGone: true });
                        },
                    },
                ],
            }
        );
    }

    copy(documents) {
        this.openDialog(FolderDialog, {
            title: _t("Copy %s", namesOf(documents)),
            confirmLabel: _t("Copy here"),
            role: "contributor",
            folderId: documents[0].folder_id?.[0],
            confirm: (folder_id) => this.run("copy", documents, { default: { folder_id } }),
        });
    }

    // -- the trash ----------------------------------------------------------

    async trash(documents) {
        await this.run("action_trash", documents, {}, { areGone: true });
        const close = this.notify(_t("%s: moved to the trash.", namesOf(documents)), {
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        close();
                        return this.run("action_untrash", documents, {}, { areGone: true });
                    },
                },
            ],
        });
    }

    async untrash(documents) {
        await this.run("action_untrash", documents, {}, { areGone: true });
        this.notify(_t("%s: taken out of the trash.", namesOf(documents)));
    }

    purge(documents) {
        this.openDialog(ConfirmationDialog, {
            title: _t("Delete for good"),
            body: _t(
                "%s: all versions, links and confirmations are deleted. Nobody can bring them back.",
                namesOf(documents)
            ),
            confirmLabel: _t("Delete for good"),
            confirmClass: "btn-danger",
            confirm: () => this.run("action_purge", documents, {}, { areGone: true }),
            cancel: () => {},
        });
    }

    hold(documents) {
        const ids = documents.map(({ id }) => id);
        this.openDialog(FormViewDialog, {
            title: _t("Put %s on legal hold", namesOf(documents)),
            resModel: "collab.document.hold",
            context: { default_document_ids: ids, active_test: false },
            onRecordSaved: () => {
                this.notify(_t("%s: on hold until it is lifted.", namesOf(documents)));
                return this.onChanged(ids);
            },
        });
    }
}

/** @param {ConstructorParameters<typeof DocumentActions>[1]} [onChanged] */
export function useDocumentActions(onChanged) {
    return new DocumentActions(useEnv(), onChanged);
}
