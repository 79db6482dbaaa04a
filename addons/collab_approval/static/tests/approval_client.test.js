import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { runAllTimers } from "@odoo/hoot-dom";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeMockEnv,
    makeServerError,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { ActivityMenu } from "@mail/core/web/activity_menu";
import { rpcBus } from "@web/core/network/rpc";

describe.current.tags("desktop");
defineMailModels();

describe("activity menu", () => {
    beforeEach(() => {
        mockService("action", {
            doAction(action, { newWindow } = {}) {
                expect.step([action.res_model || action, Boolean(newWindow)]);
            },
        });
    });

    async function openMenu() {
        await mountWithCleanup(ActivityMenu);
        const group = {
            id: 1,
            name: "Approvals",
            type: "activity",
            icon: "/base/static/description/icon.png",
            total_count: 3,
            today_count: 3,
            overdue_count: 0,
            planned_count: 0,
            view_type: "list",
        };
        getService("mail.store").activityGroups = [
            { ...group, model: "collab.approval.request" },
            { ...group, id: 2, name: "Contact", model: "res.partner" },
        ];
        await contains("[aria-label=Activities]").click();
    }

    test("approvals open the inbox", async () => {
        onRpc("/mail/data", () => ({}));
        await openMenu();
        await contains("[data-model_name='collab.approval.request']").click();
        expect.verifySteps([["collab_approval.action_collab_approval_request_todo", false]]);
        expect(".o-mail-ActivityMenu").toHaveCount(0);
    });

    test("so do the numbers of approvals, and other activities stay as they are", async () => {
        onRpc("/mail/data", () => ({}));
        await openMenu();
        await contains(
            "[data-model_name='collab.approval.request'] .btn-link:contains(Today)"
        ).click();
        await contains("[aria-label=Activities]").click();
        await contains("[data-model_name='res.partner']").click();
        expect.verifySteps([
            ["collab_approval.action_collab_approval_request_todo", false],
            ["res.partner", false],
        ]);
    });

    test("its number follows what is decided", async () => {
        await mountWithCleanup(ActivityMenu);
        onRpc("/mail/data", async (request) => {
            const { params } = await request.json();
            expect.step(params.fetch_params);
            return {};
        });
        const bus = getService("bus_service");
        bus.subscribe("collab/card", ({ keys }) => expect.step(keys.join()));
        bus.addChannel("lambda");
        await waitForChannels(["lambda"]);
        const send = (keys) =>
            MockServer.env["bus.bus"]._sendone("lambda", "collab/card", { keys });
        send(["approval.mine"]);
        await expect.waitForSteps(["approval.mine"]);
        await runAllTimers();
        expect.verifySteps([]);
        send(["approval.todo"]);
        send(["approval.todo", "approval.mine"]);
        await expect.waitForSteps(["approval.todo", "approval.todo,approval.mine"]);
        await runAllTimers();
        await expect.waitForSteps([["systray_get_activities"]]);
    });
});

test("a policy that is published or retired makes the client forget its forms", async () => {
    await makeMockEnv();
    rpcBus.addEventListener("CLEAR-CACHES", ({ detail }) => expect.step(detail));
    let fails = false;
    const method = (name) => {
        onRpc("collab.approval.policy", name, () => {
            if (fails) {
                throw makeServerError({ message: "No." });
            }
            return true;
        });
        return getService("orm").call("collab.approval.policy", name, [[1]]);
    };
    await method("action_publish");
    expect.verifySteps(["get_views"]);
    await method("action_retire");
    expect.verifySteps(["get_views"]);
    await method("action_open_requests");
    expect.verifySteps([]);
    fails = true;
    await expect(method("action_publish")).rejects.toThrow();
    expect.verifySteps([]);
});
