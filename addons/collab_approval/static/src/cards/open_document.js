const REQUEST_MODEL = "collab.approval.request";

/**
 * Open what a request is about, or the request where the user may not read that.
 *
 * @param {Object} action
 * @param {{ id: number, res_model: string, res_id: number, can_open: boolean }} request
 */
export function openDocument(action, request) {
    if (!request.can_open) {
        return openRequest(action, request);
    }
    return action.doAction({
        type: "ir.actions.act_window",
        res_model: request.res_model,
        res_id: request.res_id,
        views: [[false, "form"]],
    });
}

export function openRequest(action, { id }) {
    return action.doAction({
        type: "ir.actions.act_window",
        res_model: REQUEST_MODEL,
        res_id: id,
        views: [[false, "form"]],
    });
}
