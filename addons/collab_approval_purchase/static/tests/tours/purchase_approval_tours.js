import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// made by tests/test_tours.py
const ORDER = "PO/TOUR/00001";
const BUYER = "Bo Buyer";
const MANAGER = "Mira Manager";

const PANEL = ".o_form_view .o_collab_approval_panel";
const LOG = ".o_form_view .o_collab_approval_log";

function openOrder() {
    return [
        ...stepUtils.goToAppSteps("purchase.menu_purchase_root", "Open Purchase"),
        {
            content: "Open the order of 12,000",
            trigger: `.o_data_row:contains(12,000.00) td[name=name]:contains(${ORDER})`,
            run: "click",
        },
        { trigger: `.o_form_view h1:contains(${ORDER})` },
    ];
}

function openRequestToDecide(note) {
    return [
        {
            content: "The clock tells that something waits",
            trigger: ".o_menu_systray button:has(i[aria-label=Activities])",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityGroup:contains(Approvals):contains(1 to decide)",
            run: "click",
        },
        { trigger: ".o_breadcrumb .active:contains(To Decide)" },
        {
            content: "Open the request",
            trigger: `.o_data_row td[name=res_name]:contains(${ORDER})`,
            run: "click",
        },
        { trigger: `.o_form_view h1:contains(${ORDER})` },
        {
            content: "It tells why the buyer asks",
            trigger: `.o_form_view .o_field_widget[name=note]:contains(${note})`,
        },
    ];
}

function fillAndSubmit(note) {
    return [
        {
            content: "The dialog tells who will be asked",
            trigger: `.modal .o_collab_approval_preview .o_collab_approval_person:contains(${MANAGER})`,
        },
        {
            content: "Tell the manager why",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: `edit ${note}`,
        },
        {
            trigger: ".modal button[name=action_submit]:contains(Submit for approval)",
            run: "click",
        },
        panelState("Under Review"),
        { trigger: `${PANEL}:contains(Waiting for ${MANAGER})` },
    ];
}

function panelState(state) {
    return {
        content: `The bar on the order says: ${state}`,
        trigger: `${PANEL} .o_collab_approval_state:text(${state})`,
    };
}

function statusBar(state) {
    return {
        content: `The status is: ${state}`,
        trigger: `.o_form_view .o_statusbar_status .o_arrow_button_current:text(${state})`,
    };
}

function logged(place, who, what) {
    return {
        content: `Number ${place} in the log: ${who}, ${what}`,
        trigger: `${LOG} li:nth-child(${place}):contains(${who}) span:text(${what})`,
    };
}

registry.category("web_tour.tours").add("collab_approval_purchase_submit", {
    steps: () => [
        ...openOrder(),
        {
            content: "The bar says that the order needs an approval",
            trigger: `${PANEL} .o_collab_approval_wanted:contains(Needs an approval)`,
        },
        {
            content: "Press Confirm Order, as always",
            trigger: ".o_statusbar_buttons button[name=button_confirm]:contains(Confirm Order)",
            run: "click",
        },
        {
            content: "It is refused, and the order is named",
            trigger: `.o_collab_guard_dialog:contains(Not possible yet) [role=alert]:contains(${ORDER})`,
        },
        {
            content: "Take the way on that is offered",
            trigger: ".o_collab_guard_dialog button.btn-primary:contains(Submit for approval)",
            run: "click",
        },
        ...fillAndSubmit("Needed for hall 2"),
        statusBar("RFQ"),
    ],
});

registry.category("web_tour.tours").add("collab_approval_purchase_approve", {
    steps: () => [
        ...openRequestToDecide("Needed for hall 2"),
        {
            content: "Look at the order itself",
            trigger: ".o_form_view button[name=action_open_document]:contains(Open document)",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=order_line]:contains(Assembly bench)" },
        { trigger: `${PANEL}:contains(Waits for your decision)` },
        {
            content: "Approve on the bar",
            trigger: `${PANEL} button:contains(Approve)`,
            run: "click",
        },
        panelState("Approved"),
        {
            content: "There is nothing left to decide",
            trigger: `${PANEL}:not(:has(.o_collab_approval_approve)):contains(by ${MANAGER})`,
        },
    ],
});

registry.category("web_tour.tours").add("collab_approval_purchase_confirm", {
    steps: () => [
        ...openOrder(),
        panelState("Approved"),
        statusBar("RFQ"),
        {
            content: "Press Confirm Order again",
            trigger: ".o_statusbar_buttons button[name=button_confirm]:contains(Confirm Order)",
            run: "click",
        },
        statusBar("Purchase Order"),
        {
            content: "Unfold the bar",
            trigger: `${PANEL} button:contains(Details)`,
            run: "click",
        },
        {
            trigger: `${PANEL} button:contains(Open the request)`,
            run: "click",
        },
        statusBar("Approved"),
        logged(1, BUYER, "Submitted"),
        logged(2, MANAGER, "Approved"),
        logged(3, MANAGER, "Approval granted"),
        logged(4, BUYER, "Approval used"),
        {
            content: "The log ends there",
            trigger: `${LOG}:not(:has(li:nth-child(5)))`,
        },
    ],
});

registry.category("web_tour.tours").add("collab_approval_purchase_reject", {
    steps: () => [
        ...openRequestToDecide("The old ones are worn"),
        {
            content: "Reject on the request",
            trigger: ".o_statusbar_buttons button:contains(Reject)",
            run: "click",
        },
        {
            content: "Try it without a word",
            trigger: ".modal button[name=action_decide]:contains(Reject)",
            run: "click",
        },
        {
            content: "A comment is required",
            trigger: ".modal .o_field_widget[name=comment].o_field_invalid textarea",
            run: "edit Ask a second vendor",
        },
        {
            trigger: ".modal button[name=action_decide]:contains(Reject)",
            run: "click",
        },
        statusBar("Rejected"),
        logged(2, MANAGER, "Rejected"),
        {
            content: "What was said is in the log",
            trigger: `${LOG} li:nth-child(2):contains(Ask a second vendor)`,
        },
    ],
});

registry.category("web_tour.tours").add("collab_approval_purchase_withdraw", {
    steps: () => [
        ...openOrder(),
        panelState("Rejected"),
        {
            content: "The bar tells who rejected it, and why",
            trigger: `${PANEL}:contains(by ${MANAGER}):contains(Ask a second vendor)`,
        },
        {
            content: "Submit it again",
            trigger: `${PANEL} button:contains(Submit for approval)`,
            run: "click",
        },
        ...fillAndSubmit("There is no second vendor"),
        {
            content: "Take it back after all",
            trigger: `${PANEL} button:contains(Withdraw)`,
            run: "click",
        },
        {
            trigger: ".modal:contains(Take this request back?) button:contains(Withdraw)",
            run: "click",
        },
        panelState("Withdrawn"),
        {
            content: "It can be submitted once more",
            trigger: `${PANEL} button:contains(Submit for approval):enabled`,
        },
    ],
});
