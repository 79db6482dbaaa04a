import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { formatSize, iconOf, STATES, stateOf, thumbnailUrl } from "./texts";

/** The type of a file, as an icon. */
export class DocumentIconField extends Component {
    static template = "collab_document.IconField";
    static props = { ...standardFieldProps };

    get icon() {
        return iconOf(this.props.record.data[this.props.name]);
    }
}

/** The name of a document, with what one should know before touching it. */
export class DocumentNameField extends Component {
    static template = "collab_document.NameField";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }

    get checkoutLabel() {
        const { is_mine, checkout_user_id } = this.data;
        return is_mine
            ? _t("Checked out by me")
            : _t("Checked out by %s", checkout_user_id?.display_name || "");
    }
}

/** The number of a version, and whether it is a draft. */
export class DocumentNumberField extends Component {
    static template = "collab_document.NumberField";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }

    get draft() {
        const state = stateOf(this.data.number);
        return state === STATES.draft && state;
    }
}

/** A number of bytes. */
export class DocumentSizeField extends Component {
    static template = "collab_document.SizeField";
    static props = { ...standardFieldProps };

    get size() {
        const { record, name } = this.props;
        return record.data[name] ? formatSize(record.data[name]) : "";
    }
}

/** The first page, or what kind of file it is. */
export class DocumentThumbnail extends Component {
    static template = "collab_document.Thumbnail";
    static props = { ...standardWidgetProps };

    get data() {
        return this.props.record.data;
    }

    get icon() {
        return iconOf(this.data.icon);
    }

    get url() {
        const { record } = this.props;
        return this.data.has_thumbnail && thumbnailUrl(record.resId, record.data.version_id.id);
    }
}

const fields = registry.category("fields");
fields.add("collab_document_icon", {
    component: DocumentIconField,
    supportedTypes: ["char"],
    label: false,
    listViewWidth: 20,
});
fields.add("collab_document_name", {
    component: DocumentNameField,
    supportedTypes: ["char"],
    listViewWidth: [220],
});
fields.add("collab_document_number", {
    component: DocumentNumberField,
    supportedTypes: ["char"],
});
fields.add("collab_document_size", { component: DocumentSizeField, supportedTypes: ["integer"] });
registry
    .category("view_widgets")
    .add("collab_document_thumbnail", { component: DocumentThumbnail });
