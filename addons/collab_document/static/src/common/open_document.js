/**
 * Open a document in the document centre.
 *
 * @param {Object} action the service
 * @param {number} documentId
 */
export function openDocument(action, documentId) {
    return action.doAction("collab_document.collab_document_action", {
        viewType: "form",
        props: { resId: documentId },
    });
}
