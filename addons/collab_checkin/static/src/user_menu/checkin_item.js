import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** To check in from wherever one is; cards that show it hear of it. */
export function checkinItem(env) {
    return {
        type: "item",
        id: "collab_checkin",
        hide: !user.isInternalUser,
        description: _t("Check in"),
        callback: async () => {
            const { streak } = await env.services.orm.call("collab.checkin", "check_in", []);
            env.services.notification.add(
                streak > 1 ? _t("You are in: %s days in a row", streak) : _t("You are in"),
                { type: "success" }
            );
            env.bus.trigger("COLLAB_CHECKIN:TAKEN");
        },
        sequence: 45,
    };
}

registry.category("user_menuitems").add("collab_checkin", checkinItem);
