import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutoresize } from "@web/core/utils/autoresize";

/** The box in which a comment is written that goes with a decision. */
export class ApprovalComment extends Component {
    static template = "collab_approval.Comment";
    static props = {
        // both are possible as long as none is given
        decision: { type: [String, { value: null }] },
        isRequired: Boolean,
        send: Function,
        cancel: Function,
    };

    setup() {
        this.root = useRef("root");
        this.input = useRef("input");
        this.state = useState({ decision: this.props.decision, text: "", isMissing: false });
        useAutoresize(this.input);
        onMounted(() => {
            this.input.el.focus();
            this.root.el.scrollIntoView({ block: "nearest" }); // its buttons too
        });
    }

    get label() {
        return this.props.isRequired || this.state.decision === "reject"
            ? _t("Why? The requester reads this.")
            : _t("Comment (optional)");
    }

    get isInvalid() {
        return this.state.isMissing && !this.state.text.trim();
    }

    send(decision) {
        const comment = this.state.text.trim();
        if (!comment && (decision === "reject" || this.props.isRequired)) {
            Object.assign(this.state, { decision, isMissing: true });
            this.input.el.focus();
            return;
        }
        return this.props.send(decision, comment);
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.props.cancel();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey) && this.state.decision) {
            ev.preventDefault();
            return this.send(this.state.decision);
        }
    }
}
