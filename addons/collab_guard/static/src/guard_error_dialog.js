import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RedirectWarningDialog } from "@web/core/errors/error_dialogs";

/** A refusal of the gate, with a button where there is something to do about it. */
export class GuardErrorDialog extends RedirectWarningDialog {
    static template = "collab_guard.GuardErrorDialog";

    setup() {
        super.setup();
        this.title = this.actionId ? _t("Not possible yet") : _t("Not possible");
    }
}

registry
    .category("error_dialogs")
    .add("odoo.addons.collab_guard.exceptions.GuardError", GuardErrorDialog);
