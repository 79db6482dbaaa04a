import { _t } from "@web/core/l10n/translation";

/** The icon that marks a state, of a person or of a stage. */
export const STATE_ICONS = {
    approved: "fa-check text-success",
    rejected: "fa-times text-danger",
    pending: "fa-clock-o text-primary",
    waiting: "fa-circle-thin text-muted",
    closed: "fa-minus text-muted",
};

/** The colour of the chip of a request. */
export const REQUEST_COLORS = {
    running: "text-bg-info",
    approved: "text-bg-success",
    rejected: "text-bg-danger",
    withdrawn: "text-bg-secondary",
    lapsed: "text-bg-secondary",
};

/** The same, where the request has no say any more. */
export const PAST_COLOR = "text-bg-secondary";

/**
 * How the people of a step decide together, in the fewest words.
 *
 * @param {Object} step
 */
export function shortMode({ mode, needed, people }) {
    const count = people.length;
    if (count < 2) {
        return "";
    }
    switch (mode) {
        case "any":
            return _t("one of %s", count);
        case "quorum":
            return _t("%(needed)s of %(count)s", { needed, count });
        case "in_turn":
            return _t("in turn");
        default:
            return _t("all %s", count);
    }
}

/**
 * The same as a sentence.
 *
 * @param {Object} step
 */
export function longMode({ mode, needed, people }) {
    const count = people.length;
    if (count === 1) {
        return people[0].user_id ? "" : _t("Anybody of this group decides.");
    }
    if (!count) {
        return "";
    }
    switch (mode) {
        case "any":
            return _t("One of them decides.");
        case "quorum":
            return _t("%(needed)s of %(count)s approve.", { needed, count });
        case "in_turn":
            return _t("One after another approves.");
        default:
            return _t("All of them approve.");
    }
}

/**
 * What somebody who is asked has done so far.
 *
 * @param {Object} person
 */
export function personStatus(person) {
    // a group decides by one of its people
    const by = person.decided_by && person.decided_by !== person.name && person.decided_by;
    switch (person.state) {
        case "approved":
            if (person.given) {
                return _t("Approved already, at an earlier stage");
            }
            return by ? _t("Approved by %s", by) : _t("Approved");
        case "rejected":
            return by ? _t("Rejected by %s", by) : _t("Rejected");
        case "pending":
            return _t("Has to decide");
        case "closed":
            return _t("Not needed any more");
        default:
            return _t("Asked later");
    }
}
