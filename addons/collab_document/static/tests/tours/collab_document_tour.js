import { registry } from "@web/core/registry";

/** Have a file chosen, as by the dialog of the browser. */
function choose(input, text) {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "tour.txt", { type: "text/plain" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("collab_document_tour", {
    steps: () => [
        {
            content: "Choose the folder",
            trigger: ".o_collab_folder:contains(Tour Inbox)",
            run: "click",
        },
        {
            content: "It is empty and says what to do",
            trigger: ".o_view_nocontent:contains(This folder is empty)",
        },
        {
            content: "Upload a file",
            trigger: ".o_collab_document_upload:enabled",
            run: () => choose(document.querySelector(".o_collab_document_files"), "one"),
        },
        {
            content: "It is there, as a draft",
            trigger: ".o_data_row:contains(tour.txt):contains(0.1):contains(Draft) td[name=name]",
            run: "click",
        },
        { trigger: ".o_collab_document_check_in", run: "click" },
        {
            content: "Add a version",
            trigger: ".modal .o_collab_document_drop_box",
            run: () => choose(document.querySelector(".modal input[type=file]"), "one and two"),
        },
        { trigger: ".modal textarea", run: "edit More of it" },
        { trigger: ".modal .o_collab_document_confirm:enabled", run: "click" },
        { trigger: ".o_data_row:contains(tour.txt):contains(0.2)" },
        {
            content: "Publish it",
            trigger: ".o_collab_document_publish",
            run: "click",
        },
        { trigger: ".modal textarea", run: "edit For all" },
        { trigger: ".modal .o_collab_document_confirm:enabled", run: "click" },
        { trigger: ".o_data_row:contains(tour.txt):contains(1.0)" },
        { trigger: ".o_collab_document_more", run: "click" },
        { trigger: ".o-dropdown-item:contains(Move…)", run: "click" },
        { trigger: ".modal .o_collab_folder:contains(Tour Archive)", run: "click" },
        { trigger: ".modal .o_collab_document_confirm:enabled", run: "click" },
        {
            content: "It has left this folder",
            trigger: ".o_view_nocontent:contains(This folder is empty)",
        },
    ],
});
