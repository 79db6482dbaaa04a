import { CheckInDialog } from "@collab_document/dialogs/check_in_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(CheckInDialog.prototype, {
    setup() {
        super.setup();
        if (this.props.document.approver) {
            // it would stay a draft all the same
            this.state.publish = null;
        }
    },

    get approvalText() {
        const { approver } = this.props.document;
        return approver && _t("It will be a draft: %s approves what is published here.", approver);
    },
});
