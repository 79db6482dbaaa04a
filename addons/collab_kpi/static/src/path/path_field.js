import { registry } from "@web/core/registry";
import {
    FieldSelectorField,
    fieldSelectorField,
} from "@web/views/fields/field_selector/field_selector_field";

/**
 * A path of fields that ends on one of some types: `options="{'model': …, 'types': [...]}"`. Links to
 * one record lead on.
 */
export class PathField extends FieldSelectorField {
    static template = "collab_kpi.PathField";
    static props = { ...FieldSelectorField.props, types: { type: Array, optional: true } };

    filter(fieldDef) {
        const { types } = this.props;
        const leads = fieldDef.type === "many2one";
        return super.filter(fieldDef) && (leads || !types || types.includes(fieldDef.type));
    }
}

registry.category("fields").add("collab_path", {
    ...fieldSelectorField,
    component: PathField,
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...fieldSelectorField.extractProps(fieldInfo, dynamicInfo),
        allowProperties: false,
        types: fieldInfo.options.types,
    }),
});
