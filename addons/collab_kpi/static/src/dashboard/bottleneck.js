import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { tileProps } from "./figure";

const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);

/**
 * Where the time goes: for each part how long it was what. What it was are indicators of their own,
 * each of other records: pressing a row asks which.
 */
export class Bottleneck extends Component {
    static template = "collab_kpi.Bottleneck";
    static components = { Dropdown, DropdownItem };
    static props = tileProps;

    get parts() {
        return this.props.tile.bottleneck.parts;
    }

    /** The longest row fills the width. */
    get rows() {
        const { rows } = this.props.tile.bottleneck;
        const longest = Math.max(...rows.map(({ values }) => sum(values))) || 1;
        return rows.map((row) => ({
            ...row,
            segments: row.values.flatMap((value, index) =>
                value ? [{ index, text: row.texts[index], share: value / longest }] : []
            ),
        }));
    }

    drill(row, part) {
        return this.props.drill({ resId: row.res_id, kpiId: part.kpi_id });
    }

    label({ name, text, texts }) {
        const parts = this.parts.map(({ label }, index) => `${label} ${texts[index]}`);
        return `${name}, ${text}: ${parts.join(", ")}`;
    }
}

registry.category("collab_kpi_tiles").add("bottleneck", Bottleneck);
