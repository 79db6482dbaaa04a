import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { useService } from "@web/core/utils/hooks";
import { namesOf } from "../common/texts";
import { useConfirm } from "./confirm_hook";

/** Asks people to confirm that they have read documents. */
export class AskDialog extends Component {
    static template = "collab_document.AskDialog";
    static components = { DateTimeInput, Dialog, MultiRecordSelector };
    static props = {
        documents: Array,
        onAsked: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ userIds: [], groupIds: [], departmentIds: [], due: false });
        this.confirmation = useConfirm();
    }

    get title() {
        return _t("Ask to read %s", namesOf(this.props.documents));
    }

    get userDomain() {
        return [["share", "=", false]];
    }

    get isReady() {
        const { userIds, groupIds, departmentIds } = this.state;
        return userIds.length + groupIds.length + departmentIds.length > 0;
    }

    confirm() {
        const { userIds, groupIds, departmentIds, due } = this.state;
        return this.confirmation.run(async () => {
            const count = await this.orm.call("collab.document.reading", "ask", [], {
                document_ids: this.props.documents.map(({ id }) => id),
                user_ids: userIds,
                group_ids: groupIds,
                department_ids: departmentIds,
                due: due ? serializeDate(due) : null,
            });
            await this.props.onAsked?.(count);
        });
    }
}
