import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { ApprovalAvatar } from "../common/approval_avatar";
import { ApprovalTime } from "../common/approval_time";
import { personStatus, shortMode } from "../common/texts";

/** Faces of one step in the line; the others are a number. */
const FACES = 4;

/** What one person, or one group, was asked and has decided. */
export class ApprovalPersonPopover extends Component {
    static template = "collab_approval.PersonPopover";
    static components = { ApprovalAvatar, ApprovalTime };
    static props = { person: Object, step: Object, close: Function };

    get status() {
        return personStatus(this.props.person);
    }
}

/** The stages of a request side by side, each as the faces of those who are asked. */
export class ApprovalLine extends Component {
    static template = "collab_approval.Line";
    static components = { ApprovalAvatar };
    static props = { stages: Array, expand: Function };

    setup() {
        this.shortMode = shortMode;
        this.popover = usePopover(ApprovalPersonPopover, { position: "bottom-start" });
    }

    faces(step) {
        return step.people.slice(0, FACES);
    }

    moreCount(step) {
        return step.people.length - this.faces(step).length;
    }

    moreLabel(step) {
        return _t("%s more", this.moreCount(step));
    }

    stepLabel(step) {
        return step.people.length === 1 ? step.people[0].name : step.name;
    }

    personLabel(person) {
        return _t("%(name)s: %(status)s", { name: person.name, status: personStatus(person) });
    }

    showPerson(ev, step, person) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else {
            this.popover.open(ev.currentTarget, { person, step });
        }
    }
}
