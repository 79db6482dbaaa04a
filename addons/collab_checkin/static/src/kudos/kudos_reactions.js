import { Component, onWillUpdateProps, useState, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SIGNS = {
    applause: { icon: "fa-thumbs-up", name: _t("Applause") },
    love: { icon: "fa-heart", name: _t("Love") },
    celebrate: { icon: "fa-trophy", name: _t("Celebrate") },
    idea: { icon: "fa-lightbulb-o", name: _t("Inspiring") },
};

/** What colleagues have to say to a kudos, by signs; one tap adds one's own or takes it away. */
export class KudosReactions extends Component {
    static template = "collab_checkin.KudosReactions";
    static props = { kudosId: Number, reactions: Array };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ reactions: this.props.reactions, isBusy: false });
        onWillUpdateProps(({ reactions }) => {
            this.state.reactions = reactions;
        });
    }

    name({ sign }) {
        return SIGNS[sign].name;
    }

    icon({ sign }) {
        return SIGNS[sign].icon;
    }

    label(reaction) {
        const { count } = reaction;
        return count
            ? _t("%(name)s: %(count)s", { name: this.name(reaction), count })
            : this.name(reaction);
    }

    async toggle({ sign }) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            this.state.reactions = await this.orm.call("collab.kudos", "react", [
                [this.props.kudosId],
                sign,
            ]);
        } finally {
            this.state.isBusy = false;
        }
    }
}

class KudosReactionsField extends Component {
    static template = xml`<KudosReactions kudosId="props.record.resId" reactions="props.record.data[props.name] || []"/>`;
    static components = { KudosReactions };
    static props = { ...standardFieldProps };
}

registry.category("fields").add("collab_kudos_reactions", {
    component: KudosReactionsField,
    displayName: _t("Reactions"),
    supportedTypes: ["json"],
});
