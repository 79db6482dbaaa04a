import { _t } from "@web/core/l10n/translation";

/**
 * What can be done with all that is selected, for the action menu of a view.
 *
 * @param {import("./documents_hook").Documents} documents
 */
export function documentMenuItems(documents) {
    const { actions } = documents;
    const targets = () => documents.targets;
    const every = (predicate) => targets().length > 0 && targets().every(predicate);
    const isEditable = () => !documents.isTrash && every((one) => one.active && one.can_edit);
    const isTrashed = () => every((one) => !one.active);
    return {
        download: {
            sequence: 1,
            icon: "fa fa-download",
            description: _t("Download"),
            callback: () => actions.download(targets()),
        },
        move: {
            isAvailable: isEditable,
            sequence: 2,
            icon: "fa fa-folder-open-o",
            description: _t("Move…"),
            callback: () => actions.move(targets()),
        },
        copy: {
            isAvailable: () => every((one) => one.active),
            sequence: 3,
            icon: "fa fa-copy",
            description: _t("Copy…"),
            callback: () => actions.copy(targets()),
        },
        tag: {
            isAvailable: isEditable,
            sequence: 4,
            icon: "fa fa-tag",
            description: _t("Tag…"),
            callback: () => actions.tag(targets()),
        },
        favorite: {
            isAvailable: () => every((one) => one.active),
            sequence: 5,
            icon: "fa fa-star-o",
            description: _t("Add to or remove from favorites"),
            callback: () => actions.toggleFavorite(targets()),
        },
        checkOut: {
            isAvailable: () =>
                isEditable() && every((one) => !one.is_checked_out && !one.is_under_review),
            sequence: 6,
            icon: "fa fa-lock",
            description: _t("Check out"),
            callback: () => actions.checkOut(targets()),
        },
        release: {
            isAvailable: () => every((one) => one.is_mine),
            sequence: 7,
            icon: "fa fa-unlock",
            description: _t("End check-out"),
            callback: () => actions.release(targets()),
        },
        publish: {
            isAvailable: () =>
                isEditable() && every((one) => one.state === "draft" && !one.is_under_review),
            sequence: 8,
            icon: "fa fa-bullhorn",
            description: _t("Publish…"),
            callback: () => actions.publish(targets()),
        },
        ask: {
            isAvailable: isEditable,
            sequence: 9,
            icon: "fa fa-eye",
            description: _t("Ask to read…"),
            callback: () => actions.ask(targets()),
        },
        hold: {
            isAvailable: () => documents.isAdmin,
            sequence: 60,
            icon: "fa fa-balance-scale",
            description: _t("Put on legal hold…"),
            callback: () => actions.hold(targets()),
        },
        trash: {
            isAvailable: isEditable,
            sequence: 70,
            icon: "fa fa-trash-o",
            description: _t("Move to the trash"),
            callback: () => actions.trash(targets()),
        },
        untrash: {
            isAvailable: () => isTrashed() && every((one) => one.can_edit),
            sequence: 71,
            icon: "fa fa-undo",
            description: _t("Take out of the trash"),
            callback: () => actions.untrash(targets()),
        },
        purge: {
            isAvailable: () => isTrashed() && every((one) => one.can_manage),
            sequence: 72,
            icon: "fa fa-trash",
            description: _t("Delete for good"),
            class: "text-danger",
            callback: () => actions.purge(targets()),
        },
    };
}
