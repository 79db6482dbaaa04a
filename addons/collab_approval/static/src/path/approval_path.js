import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useRecordData } from "../common/record_data";
import { ApprovalFailure } from "../common/approval_failure";
import { ApprovalTime } from "../common/approval_time";
import { ApprovalTimeline } from "../timeline/approval_timeline";

/** On a request's own form: what it is about, who is asked, and all that has happened. */
export class ApprovalPath extends Component {
    static template = "collab_approval.Path";
    static components = { ApprovalFailure, ApprovalTime, ApprovalTimeline };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.path = useRecordData(({ resModel, resId }) =>
            this.orm.silent.call(resModel, "path", [[resId]])
        );
    }

    get request() {
        return this.path.value;
    }

    /** What the policy shows of the document: [[label, value]], without what is empty. */
    get summary() {
        return (this.props.record.data.summary || []).filter(([, value]) => value);
    }
}

registry.category("view_widgets").add("collab_approval_path", {
    component: ApprovalPath,
    fieldDependencies: [{ name: "summary", type: "json" }],
});
