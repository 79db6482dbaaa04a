import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** The example of a card: it shows what its Python method returned, and acts in place. */
export class RecordsCard extends Component {
    static template = "test_collab.RecordsCard";
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    open(record) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "test.collab.record",
            res_id: record.id,
            views: [[false, "form"]],
        });
    }

    async finish(record) {
        await this.orm.unlink("test.collab.record", [record.id]);
        await this.props.reload();
    }
}

registry.category("collab_cards").add("test_collab.records", RecordsCard);
