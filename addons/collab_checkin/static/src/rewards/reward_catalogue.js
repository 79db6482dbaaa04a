import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";

export class RewardCatalogueController extends KanbanController {
    static template = "collab_checkin.RewardCatalogue";

    setup() {
        this.orm = useService("orm");
        this.mine = useState({ points: null });
        super.setup();
    }

    /** Whenever rewards are read, as after one was redeemed, so are the points. */
    get modelParams() {
        const params = super.modelParams;
        params.hooks.onRootLoaded = () => this.loadPoints();
        return params;
    }

    async loadPoints() {
        this.mine.points = await this.orm.call("collab.point.entry", "balance", []);
    }

    get points() {
        return _t("You have %s points.", this.mine.points);
    }

    openMine() {
        return this.actionService.doAction("collab_checkin.collab_redemption_action_mine");
    }
}

registry.category("views").add("collab_reward_catalogue", {
    ...kanbanView,
    Controller: RewardCatalogueController,
});
