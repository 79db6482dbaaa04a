/**
 * Whether the current user may change a document.
 *
 * @param {Object} document as the server tells it
 */
export function canChange({ active, can_edit }) {
    return can_edit && active;
}

/** Whether somebody else has checked it out. */
export function isOthers({ is_checked_out, is_mine }) {
    return is_checked_out && !is_mine;
}

/** Whether the current user can add a version to it, or publish the latest. */
export function takesVersions(document) {
    return canChange(document) && !isOthers(document);
}
