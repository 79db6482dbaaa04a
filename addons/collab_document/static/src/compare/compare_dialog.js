import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { loadJS } from "@web/core/assets";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { DocumentTime } from "../common/document_time";
import { formatSize } from "../common/texts";
import { diffLines, withoutTheSame } from "./diff";

const LIBRARY = "/web/static/lib/diff_match_patch/diff_match_patch.js";
/** Rows that are drawn at once. */
const SHOWN = 1000;

/** Two versions of a document, side by side. */
export class CompareDialog extends Component {
    static template = "collab_document.CompareDialog";
    static components = { Dialog, DocumentTime };
    static props = {
        document: Object,
        leftId: Number,
        rightId: Number,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ isAll: false, limit: SHOWN });
        this.rows = [];
        onWillStart(() => this.load());
        // the dialog would focus the first thing that can be switched
        const rows = useRef("rows");
        onMounted(() => rows.el?.focus());
    }

    async load() {
        const { document, leftId, rightId } = this.props;
        const [data] = await Promise.all([
            this.orm.call("collab.document", "compare", [[document.id], leftId, rightId]),
            loadJS(LIBRARY),
        ]);
        this.data = data;
        if (!data.reason) {
            this.rows = diffLines(window.DiffMatchPatch, data.left.text, data.right.text);
        }
    }

    get title() {
        const { left, right } = this.data;
        return _t("“%(name)s”: versions %(left)s and %(right)s", {
            name: this.props.document.name,
            left: left.number,
            right: right.number,
        });
    }

    get isSame() {
        return !this.data.reason && this.rows.every(({ kind }) => kind === "same");
    }

    get shown() {
        const rows = this.state.isAll ? this.rows : withoutTheSame(this.rows);
        return rows.slice(0, this.state.limit);
    }

    get hasMore() {
        const rows = this.state.isAll ? this.rows : withoutTheSame(this.rows);
        return rows.length > this.state.limit;
    }

    get sameText() {
        return this.data.left.sha256 === this.data.right.sha256
            ? _t("Both are the very same file.")
            : _t("The texts are the same; the files differ in their looks, pictures or format.");
    }

    get sides() {
        return [this.data.left, this.data.right];
    }

    gapText({ count }) {
        return count === 1
            ? _t("1 line that is the same")
            : _t("%s lines that are the same", count);
    }

    size(side) {
        return formatSize(side.size);
    }

    showMore() {
        this.state.limit += SHOWN;
    }
}
