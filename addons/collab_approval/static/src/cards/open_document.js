const REQUEST_MODEL = "collab.approval.request";

/**
 * Open what a request is about, or the request where the user may not read that.
 *
 * @param {Object} orm
 * @param {Object} action
 * @param {{ id: number, res_model: string, res_id: number }} request
 */
export async function openDocument(orm, action, request) {
    let isReadable = true;
    try {
        await orm.silent.read(request.res_model, [request.res_id], ["display_name"]);
    } catch {
        isReadable = false;
    }
    if (!isReadable) {
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
