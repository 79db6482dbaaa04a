/**
 * What a step comes to by what its people have decided, as the server counts it: a
 * quorum bears some rejections, the other modes bear none.
 *
 * @param {Object} step
 * @returns {"approved"|"rejected"|"open"}
 */
function stepVerdict({ mode, needed, people }) {
    const count = (state) => people.filter((person) => person.state === state).length;
    const wanted = { any: 1, quorum: needed }[mode] || people.length;
    const bearable = mode === "quorum" ? people.length - wanted : 0;
    if (count("rejected") > bearable) {
        return "rejected";
    }
    return count("approved") >= wanted ? "approved" : "open";
}

/**
 * @param {Object} stage
 * @returns {"approved"|"rejected"|"pending"|"waiting"|"closed"}
 */
export function stageState({ steps }) {
    const verdicts = steps.map(stepVerdict);
    if (verdicts.includes("rejected")) {
        return "rejected";
    }
    if (verdicts.every((verdict) => verdict === "approved")) {
        return "approved";
    }
    const states = steps.flatMap((step) => step.people.map((person) => person.state));
    return ["pending", "waiting"].find((state) => states.includes(state)) || "closed";
}

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
