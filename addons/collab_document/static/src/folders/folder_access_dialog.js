import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** Who has access to a folder, for those who do not decide on it: there is nothing to save. */
export class FolderAccessDialog extends FormViewDialog {
    static defaultProps = {
        ...FormViewDialog.defaultProps,
        readonly: true,
        preventCreate: true,
        preventEdit: true,
    };

    setup() {
        super.setup();
        this.viewProps.buttonTemplate = "collab_document.FolderAccessButtons";
    }
}
