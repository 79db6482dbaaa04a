import { ApprovalPanel } from "@collab_approval/panel/approval_panel";
import { DocumentDetails } from "@collab_document/details/document_details";
import { patch } from "@web/core/utils/patch";

DocumentDetails.components = { ...DocumentDetails.components, ApprovalPanel };

patch(DocumentDetails.prototype, {
    /** The document in the way that the bar of approvals takes the record of a form. */
    get approvalRecord() {
        const { data, documents } = this;
        return {
            resModel: "collab.document",
            resId: data.id,
            data,
            load: () => documents.onChanged([data.id]),
            // nothing waits here to be saved
            save: async () => true,
            isDirty: async () => false,
        };
    },
});
