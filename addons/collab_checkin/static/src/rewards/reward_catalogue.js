import { onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";

export class RewardCatalogueController extends KanbanController {
    static template = "collab_checkin.RewardCatalogue";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.mine = useState({ points: 0 });
        onWillStart(() => this.loadPoints());
    }

    async loadPoints() {
        this.mine.points = await this.orm.call("collab.point.entry", "balance", []);
    }

    /** Points have gone: what there is, and what it costs still, is another. */
    async afterExecuteActionButton(clickParams) {
        await super.afterExecuteActionButton(clickParams);
        await this.loadPoints();
    }

    openMine() {
        return this.actionService.doAction("collab_checkin.collab_redemption_action_mine");
    }
}

registry.category("views").add("collab_reward_catalogue", {
    ...kanbanView,
    Controller: RewardCatalogueController,
});
