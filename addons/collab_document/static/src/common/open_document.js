/**
 * Open a document in the document centre.
 *
 * @param {Object} action the service
 * @param {number} documentId
 */
export function openDocument(action, documentId) {
    return action.doAction({
        type: "ir.actions.act_window",
        res_model: "collab.document",
        res_id: documentId,
        views: [[false, "form"]],
    });
}
