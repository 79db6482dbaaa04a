import { Component, useState } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** Makes a link for people outside, and shows it, once. */
export class ShareDialog extends Component {
    static template = "collab_document.ShareDialog";
    static components = { CopyButton, Dialog };
    static props = {
        document: Object,
        onShared: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            label: "",
            days: 30,
            password: "",
            downloads: "",
            url: "",
            isBusy: false,
        });
        useAutofocus({ refName: "label" });
    }

    get title() {
        return _t("Share “%s”", this.props.document.name);
    }

    get copyText() {
        return _t("Copy");
    }

    get copiedText() {
        return _t("Copied");
    }

    async share() {
        const { label, days, password, downloads, isBusy } = this.state;
        if (isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const { url } = await this.orm.call("collab.document.share", "share", [], {
                document_id: this.props.document.id,
                label: label.trim(),
                days: Number(days) || null,
                password: password || null,
                max_downloads: Number(downloads) || null,
            });
            this.state.url = url;
        } finally {
            this.state.isBusy = false;
        }
        await this.props.onShared?.();
    }
}
