import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ApprovalTimeline } from "../timeline/approval_timeline";

/** Before documents are submitted: who will be asked about each of them, and why. */
export class ApprovalPreviewField extends Component {
    static template = "collab_approval.PreviewField";
    static components = { ApprovalTimeline };
    static props = { ...standardFieldProps };

    get documents() {
        return this.props.record.data[this.props.name] || [];
    }

    get problemCount() {
        return this.documents.filter((document) => document.problem).length;
    }

    get summary() {
        const count = this.documents.length;
        const problems = this.problemCount;
        if (!problems) {
            return _t("%s documents will be submitted.", count);
        }
        return _t("%(problems)s of %(count)s documents cannot be submitted, so none is.", {
            problems,
            count,
        });
    }

    /** Everybody who is asked, in one line: stages one after another. */
    names(document) {
        return document.stages
            .map((stage) => stage.steps.flatMap((step) => step.people.map((person) => person.name)))
            .filter((names) => names.length)
            .map((names) => names.join(" + "))
            .join(" → ");
    }
}

registry.category("fields").add("collab_approval_preview", {
    component: ApprovalPreviewField,
    displayName: _t("Approval Preview"),
    supportedTypes: ["json"],
});
