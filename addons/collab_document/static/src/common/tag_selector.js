import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { RecordAutocomplete } from "@web/core/record_selectors/record_autocomplete";

/** Proposes tags, and to make the one that there is not yet. */
class TagAutocomplete extends RecordAutocomplete {
    async loadOptionsSource(name) {
        const options = await super.loadOptionsSource(name);
        const wanted = name.trim();
        const isThere = options.some(
            ({ data }) => data?.record.display_name.toLowerCase() === wanted.toLowerCase()
        );
        if (!wanted || isThere) {
            return options;
        }
        return [
            // without the one that says that there is none
            ...options.filter(({ onSelect }) => onSelect),
            {
                cssClass: "o_m2o_dropdown_option o_collab_document_new_tag",
                label: _t("Create “%s”", wanted),
                onSelect: () => this.make(wanted),
            },
        ];
    }

    async make(name) {
        const [id] = await this.orm.create(this.props.resModel, [{ name }]);
        this.addNames([[id, name]]);
        return this.props.update([id]);
    }
}

export class TagSelector extends MultiRecordSelector {
    static components = { ...MultiRecordSelector.components, RecordAutocomplete: TagAutocomplete };
}
