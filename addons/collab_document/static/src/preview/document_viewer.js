import { useEnv } from "@odoo/owl";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { _t } from "@web/core/l10n/translation";
import { DocumentActions } from "../documents/document_actions";
import { fileUrl } from "../common/texts";

/**
 * A document as Odoo's viewer of files wants it.
 *
 * What is not shown by a browser without running it, HTML and SVG among it, the server serves as
 * plain text or as a download; the viewer goes by what the server says, not by the type.
 */
export function asFile(document, versionId = document.version_id) {
    const url = fileUrl(document.id, versionId);
    const { preview } = document;
    return {
        name: document.name,
        mimetype: document.kind,
        downloadUrl: `${url}?download=1`,
        defaultSource:
            preview === "pdf"
                ? `/web/static/lib/pdfjs/web/viewer.html?file=${encodeURIComponent(url)}#pagemode=none`
                : url,
        isImage: preview === "image",
        isPdf: preview === "pdf",
        isText: preview === "text",
        isVideo: ["video", "audio"].includes(preview),
        isViewable: Boolean(preview),
    };
}

/**
 * Shows documents, one after the other.
 *
 * @returns {{ open: (document: Object, documents?: Object[], versionId?: number) => void }}
 */
export function useDocumentViewer() {
    const env = useEnv();
    const viewer = useFileViewer();
    return {
        open(document, documents = [document], versionId = document.version_id) {
            if (!document.preview) {
                const close = env.services.notification.add(
                    _t("“%s” is of a type that is not shown here.", document.name),
                    {
                        type: "info",
                        buttons: [
                            {
                                name: _t("Download"),
                                primary: true,
                                onClick: () => {
                                    close();
                                    new DocumentActions(env).download([document], versionId);
                                },
                            },
                        ],
                    }
                );
                return;
            }
            const files = documents.map((one) =>
                one.id === document.id ? asFile(document, versionId) : asFile(one)
            );
            const index = documents.findIndex(({ id }) => id === document.id);
            viewer.open(files[index], files);
        },
    };
}
