/**
 * Who decided last, of all people of a request that has ended.
 *
 * @param {Object} request
 * @returns {Object|undefined}
 */
export function lastDecision({ stages, state }) {
    return stages
        .flatMap((stage) => stage.steps.flatMap((step) => step.people))
        .filter((person) => person.decided_at && !person.given && person.state === state)
        .sort((a, b) => b.decided_at.localeCompare(a.decided_at))[0];
}
