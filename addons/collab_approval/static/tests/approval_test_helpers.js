/** What the server tells of people, steps, stages and requests, to be varied by tests. */

export function person(values = {}) {
    return {
        name: "Wei Chen",
        user_id: 8,
        state: "pending",
        decided_by: "",
        decided_at: false,
        comment: "",
        given: false,
        ...values,
    };
}

export function step(values = {}) {
    return {
        key: "1",
        name: "Manager of the buyer",
        mode: "all",
        needed: 1,
        why: "source",
        people: [person()],
        ...values,
    };
}

export function stage(values = {}) {
    return { name: "Manager", state: "pending", steps: [step()], ...values };
}

export const director = stage({
    name: "Director",
    state: "waiting",
    steps: [
        step({
            key: "2",
            name: "Over 20,000",
            mode: "any",
            people: [person({ name: "Purchase Director", user_id: false, state: "waiting" })],
        }),
    ],
});

export function approvedStage(values = {}) {
    const wei = person({
        state: "approved",
        decided_by: "Wei Chen",
        decided_at: "2026-03-04 08:30:00",
        comment: "Go ahead.",
        ...values,
    });
    return stage({ state: wei.state, steps: [step({ people: [wei] })] });
}

export function request(values = {}) {
    return {
        id: 4,
        state: "running",
        state_label: "Under Review",
        policy: "Orders over 5,000",
        version: 2,
        document: "P00014",
        requester: { id: 9, name: "Nora Lindqvist" },
        note: "By Friday, please.",
        submitted_at: "2026-03-04 07:30:00",
        decided_at: false,
        waiting_for: "Wei Chen",
        failure: "",
        stages: [stage(), director],
        can_decide: false,
        can_withdraw: false,
        is_own: true,
        ending: false,
        ...values,
    };
}
