import { markRaw } from "@odoo/owl";
import { Race } from "@web/core/utils/concurrency";
import { RelationalModel } from "@web/model/relational_model/relational_model";

/**
 * Documents in a list, which is loaded anew by what is done with them, by uploads and by going
 * elsewhere: whoever waits for a loading that another one overtakes waits for that. With Odoo's
 * model they would for ever, and a dialog with them.
 */
export class DocumentsModel extends RelationalModel {
    setup() {
        super.setup(...arguments);
        this.loading = markRaw(new Race());
    }

    load() {
        return this.loading.add(super.load(...arguments));
    }
}
