import { Component } from "@odoo/owl";
import { DefaultCommandItem } from "@web/core/commands/command_palette";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { openDocument } from "../common/open_document";
import { iconOf } from "../common/texts";

/** Typed first. A sign that an input method for Chinese leaves as it is. */
const NAMESPACE = "=";
const LIMIT = 10;

/** A document that was found, with the passage in which the words are. */
export class DocumentCommandItem extends Component {
    static template = "collab_document.CommandItem";
    static props = { ...DefaultCommandItem.props, hit: Object };

    get icon() {
        return iconOf(this.props.hit.icon);
    }
}

registry.category("command_setup").add(NAMESPACE, {
    debounceDelay: 250,
    emptyMessage: _t("No document with these words"),
    name: _t("documents"),
    placeholder: _t("Search for documents, by name or by what is in them..."),
});

registry.category("command_provider").add("collab_documents", {
    namespace: NAMESPACE,
    async provide(env, { searchValue = "" }) {
        const text = searchValue.trim();
        if (!text) {
            return [];
        }
        const { records } = await env.services.orm.silent.call(
            "collab.document",
            "search_text",
            [text],
            { limit: LIMIT }
        );
        return records.map((hit) => ({
            Component: DocumentCommandItem,
            action: () => {
                openDocument(env.services.action, hit.id);
            },
            href: `/odoo/collab-documents/${hit.id}`,
            name: hit.name,
            props: { hit },
        }));
    },
});
