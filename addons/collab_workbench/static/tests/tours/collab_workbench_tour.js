import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("collab_workbench_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Collab opens on the workbench",
            trigger: ".o_app[data-menu-xmlid='collab_base.menu_collab_root']",
            run: "click",
        },
        {
            content: "With no card there is nothing left to do",
            trigger: ".o_collab_workbench .o_collab_empty:contains(All done)",
        },
        {
            content: "Make it the home page",
            trigger: ".o_collab_home[aria-pressed=false]",
            run: "click",
        },
        { trigger: ".o_collab_home[aria-pressed=true]" },
    ],
});
