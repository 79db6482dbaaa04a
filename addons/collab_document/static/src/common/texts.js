import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

/** What stands for a type of file: by the name that the server gives it. */
const ICONS = {
    pdf: ["fa-file-pdf-o", _t("PDF")],
    word: ["fa-file-word-o", _t("Text document")],
    excel: ["fa-file-excel-o", _t("Spreadsheet")],
    powerpoint: ["fa-file-powerpoint-o", _t("Presentation")],
    image: ["fa-file-image-o", _t("Picture")],
    video: ["fa-file-video-o", _t("Video")],
    audio: ["fa-file-audio-o", _t("Sound")],
    archive: ["fa-file-archive-o", _t("Archive")],
    mail: ["fa-envelope-o", _t("E-mail")],
    text: ["fa-file-text-o", _t("Text")],
    code: ["fa-file-code-o", _t("Code")],
    file: ["fa-file-o", _t("File")],
};

/**
 * @param {string} icon as the server names it
 * @returns {{ className: string, label: string }}
 */
export function iconOf(icon) {
    const name = icon in ICONS ? icon : "file";
    const [fa, label] = ICONS[name];
    return { className: `fa ${fa} o_collab_document_icon o_collab_document_icon_${name}`, label };
}

export const STATES = {
    draft: { label: _t("Draft"), className: "text-bg-warning" },
    published: { label: _t("Published"), className: "text-bg-success" },
};

/**
 * What the version is that somebody sees. The state of a document is that of its latest version,
 * which readers may not see.
 *
 * @param {string} number
 */
export function stateOf(number) {
    return number && number.endsWith(".0") ? STATES.published : STATES.draft;
}

/** @param {boolean} isExpanded */
export function foldLabel(isExpanded) {
    return isExpanded ? _t("Fold") : _t("Unfold");
}

/** What a role in a folder is called. */
export const ROLES = {
    reader: _t("Reader"),
    contributor: _t("Contributor"),
    editor: _t("Editor"),
    owner: _t("Owner"),
};

const LEVELS = [false, "reader", "contributor", "editor", "owner"];

/**
 * @param {string|false} role that somebody has
 * @param {string} needed
 */
export function hasRole(role, needed) {
    return LEVELS.indexOf(role) >= LEVELS.indexOf(needed);
}

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * A number of bytes for people, as they write it in their language.
 *
 * @param {number} size
 * @returns {string}
 */
export function formatSize(size) {
    if (size < 1024) {
        return _t("%s B", size);
    }
    let unit = -1;
    while (size >= 1024 && unit < UNITS.length - 1) {
        size /= 1024;
        unit++;
    }
    return new Intl.NumberFormat(user.lang || "en-US", {
        style: "unit",
        unit: UNITS[unit],
        unitDisplay: "short",
        maximumFractionDigits: size < 10 ? 1 : 0,
    }).format(size);
}

/** @param {string} value a day, as the server tells it */
export function formatDay(value) {
    return deserializeDate(value).toLocaleString(luxon.DateTime.DATE_MED);
}

/**
 * @param {number} documentId
 * @param {number} [versionId] by default the version that the user sees
 */
export function fileUrl(documentId, versionId = null) {
    const url = `/collab/document/${documentId}/file`;
    return versionId ? `${url}/${versionId}` : url;
}

export function thumbnailUrl(documentId, versionId) {
    return `/collab/document/${documentId}/thumbnail/${versionId}`;
}

/**
 * The names of several documents in one line.
 *
 * @param {{ name: string }[]} documents
 */
export function namesOf(documents) {
    return documents.length === 1 ? `“${documents[0].name}”` : _t("%s documents", documents.length);
}

/**
 * A name that nothing in `taken` has: `plan.pdf`, `plan (2).pdf`, `plan (3).pdf`.
 *
 * @param {string} name
 * @param {Set<string>} taken
 */
export function freeName(name, taken) {
    const dot = name.lastIndexOf(".");
    const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
    let free = name;
    for (let number = 2; taken.has(free); number++) {
        free = `${stem} (${number})${extension}`;
    }
    return free;
}
