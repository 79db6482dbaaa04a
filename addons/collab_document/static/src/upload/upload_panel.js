import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatSize } from "../common/texts";
import { CompareDialog } from "../compare/compare_dialog";

/** What somebody has to look at comes first, what is done last. */
const ORDER = ["failed", "stale", "retrying", "sending", "waiting", "done"];

/** What is uploaded and what has become of it, in the corner of the screen. */
export class UploadPanel extends Component {
    static template = "collab_document.UploadPanel";
    static props = { uploader: Object };

    setup() {
        this.dialog = useService("dialog");
        this.action = useService("action");
        this.state = useState(this.props.uploader.state);
    }

    get uploader() {
        return this.props.uploader;
    }

    get items() {
        return this.state.items;
    }

    get sorted() {
        const rank = ({ state }) => ORDER.indexOf(state);
        return this.items.toSorted((one, other) => rank(one) - rank(other));
    }

    count(...states) {
        return this.items.filter(({ state }) => states.includes(state)).length;
    }

    get activeCount() {
        return this.count("waiting", "sending", "retrying");
    }

    get title() {
        if (this.activeCount) {
            return _t("Uploading: %(done)s of %(all)s", {
                done: this.count("done"),
                all: this.items.length,
            });
        }
        const open = this.count("failed", "stale");
        return open ? _t("Not uploaded: %s", open) : _t("Uploaded: %s", this.count("done"));
    }

    get foldLabel() {
        return this.state.isFolded ? _t("Show files") : _t("Hide files");
    }

    percent(...items) {
        const sum = (name) => items.reduce((total, item) => total + item[name], 0);
        return Math.floor((100 * sum("sent")) / (sum("size") || 1));
    }

    textOf(item) {
        switch (item.state) {
            case "waiting":
                return _t("Waits for its turn");
            case "sending":
                return _t("%(sent)s of %(size)s", {
                    sent: formatSize(item.sent),
                    size: formatSize(item.size),
                });
            case "retrying":
                return _t("The connection was lost; it goes on in a moment");
            case "done":
                return item.document ? _t("Version %s", item.result.number) : formatSize(item.size);
            default:
                return item.error;
        }
    }

    cancelLabel(item) {
        return _t("Cancel “%s”", item.name);
    }

    compare(item) {
        // the file itself is not in the document yet: what can be looked at is what came between
        this.dialog.add(CompareDialog, {
            document: { id: item.target.document_id, name: item.document.name },
            leftId: item.target.base_id,
            rightId: item.staleId,
        });
    }

    open(item) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "collab.document",
            res_id: item.result.document_id,
            views: [[false, "form"]],
        });
    }
}
