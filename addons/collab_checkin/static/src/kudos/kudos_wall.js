import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KudosDialog } from "./kudos_dialog";

export class KudosWallController extends KanbanController {
    static template = "collab_checkin.KudosWall";

    setup() {
        super.setup();
        this.dialog = useService("dialog");
    }

    /** Odoo takes these keys for the card, also where a button of it has the focus. */
    onKeydown(ev) {
        if (["Enter", " "].includes(ev.key) && ev.target.closest(".o_kanban_record button")) {
            ev.stopPropagation();
        }
    }

    giveKudos() {
        this.dialog.add(KudosDialog, { onGiven: () => this.model.load() });
    }
}

registry.category("views").add("collab_kudos_wall", {
    ...kanbanView,
    Controller: KudosWallController,
});
