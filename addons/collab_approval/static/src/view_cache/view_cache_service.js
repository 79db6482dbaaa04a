import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const METHODS = ["action_publish", "action_retire"];

/**
 * Forms have the approval bar or not by the policies in force, and the client keeps
 * the forms it knows: it forgets them when a policy was published or retired here.
 */
export const viewCacheService = {
    start() {
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
            const { model, method } = detail.data.params;
            if (model === "collab.approval.policy" && METHODS.includes(method) && !detail.error) {
                rpcBus.trigger("CLEAR-CACHES", "get_views");
            }
        });
    },
};

registry.category("services").add("collab_approval.view_cache", viewCacheService);
