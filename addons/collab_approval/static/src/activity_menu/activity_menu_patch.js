import { onWillUnmount } from "@odoo/owl";
import { ActivityMenu } from "@mail/core/web/activity_menu";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { useDebounced } from "@web/core/utils/timing";

/** How long to gather messages of the bus, in ms, before the menu is loaded again. */
const GATHER_DELAY = 500;

patch(ActivityMenu.prototype, {
    setup() {
        super.setup(...arguments);
        const busService = useService("bus_service");
        const refresh = useDebounced(
            () => this.store.fetchStoreData("systray_get_activities"),
            GATHER_DELAY
        );
        const onMessage = ({ keys }) => {
            if (keys.includes("approval.todo")) {
                refresh();
            }
        };
        busService.subscribe("collab/card", onMessage);
        onWillUnmount(() => busService.unsubscribe("collab/card", onMessage));
    },

    /** Approvals are no activities: their group opens the inbox, whatever was clicked. */
    openActivityGroup(group, filter, newWindow) {
        if (group.model !== "collab.approval.request") {
            return super.openActivityGroup(...arguments);
        }
        this.dropdown.close();
        return this.action.doAction("collab_approval.action_collab_approval_request_todo", {
            newWindow,
            clearBreadcrumbs: true,
        });
    },
});
