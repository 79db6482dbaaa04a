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

/**
 * Whether the current user may check it out, add a version, or publish the latest: neither while
 * somebody else works on it, nor while somebody decides on that.
 */
export function takesVersions(document) {
    return canChange(document) && !isOthers(document) && !document.is_under_review;
}
