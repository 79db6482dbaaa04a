import { fileUrl } from "../common/texts";

/**
 * A document as Odoo's viewer of files takes it.
 *
 * @param {{ id: number, version_id: number, name: string, preview: string|false }} document
 */
export function viewerFile({ id, version_id, name, preview }) {
    const url = fileUrl(id, version_id);
    const source = encodeURIComponent(url);
    return {
        name,
        isImage: preview === "image",
        isPdf: preview === "pdf",
        isText: preview === "text",
        isVideo: preview === "video" || preview === "audio",
        isViewable: Boolean(preview),
        downloadUrl: `${url}?download=1`,
        defaultSource:
            preview === "pdf"
                ? `/web/static/lib/pdfjs/web/viewer.html?file=${source}#pagemode=none`
                : url,
    };
}

/**
 * Show one of several documents, or have the browser save it where it cannot show it.
 *
 * @param {{ open: Function }} viewer of `useFileViewer`
 * @param {Object} document
 * @param {Object[]} [documents] to leaf through
 */
export function showFile(viewer, document, documents = [document]) {
    if (!document.preview) {
        return saveFile(document);
    }
    const files = documents.map(viewerFile);
    viewer.open(files[documents.indexOf(document)], files);
}

export function saveFile({ id, version_id }) {
    const link = document.createElement("a");
    link.href = `${fileUrl(id, version_id)}?download=1`;
    link.download = "";
    link.click();
}
