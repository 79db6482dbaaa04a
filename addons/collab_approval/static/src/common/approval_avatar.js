import { Component } from "@odoo/owl";
import { STATE_ICONS } from "./texts";

/** The face of a person, or the sign of a group, with a mark of what they decided. */
export class ApprovalAvatar extends Component {
    static template = "collab_approval.Avatar";
    static props = {
        person: Object,
        hasMark: { type: Boolean, optional: true },
    };

    get icon() {
        return STATE_ICONS[this.props.person.state];
    }

    /** Somebody whose turn has not come needs no mark: there is nothing to tell. */
    get isMarked() {
        return this.props.hasMark && this.props.person.state !== "waiting";
    }
}
