import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { NameDialog } from "../dialogs/name_dialog";
import { DocumentTime } from "../common/document_time";
import { formatSize, iconOf, stateOf, thumbnailUrl } from "../common/texts";

const { DateTime } = luxon;

/** Versions, readings and events that are shown before somebody asks for all. */
const FEW = 5;

const SHARE_STATES = {
    open: { label: _t("Active"), className: "text-bg-success" },
    expired: { label: _t("Expired"), className: "text-bg-secondary" },
    used: { label: _t("Used up"), className: "text-bg-secondary" },
    revoked: { label: _t("Revoked"), className: "text-bg-danger" },
};

/** A part of the panel that can be folded. */
class DetailsSection extends Component {
    static template = "collab_document.DetailsSection";
    static props = {
        name: String,
        title: String,
        count: { type: [Number, String], optional: true },
        sections: Object,
        slots: Object,
    };

    get isOpen() {
        return this.props.sections[this.props.name];
    }

    toggle() {
        this.props.sections[this.props.name] = !this.isOpen;
    }
}

/** What is known of one document, and what the user can do with it. */
export class DocumentDetails extends Component {
    static template = "collab_document.DocumentDetails";
    static components = {
        Chatter,
        DetailsSection,
        DocumentTime,
        Dropdown,
        DropdownItem,
        MultiRecordSelector,
    };
    static props = {
        documentId: Number,
        documents: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.documents = useState(this.props.documents);
        this.actions = this.documents.actions;
        this.keepLast = new KeepLast();
        this.state = useState({ data: null, hasFailed: false, all: {}, picked: [] });
        this.sections = useState({
            versions: true,
            links: true,
            readings: true,
            shares: true,
            events: false,
            chatter: false,
        });
        onWillStart(() => {
            // not waited for: the panel is there at once
            this.load(this.props.documentId);
        });
        onWillUpdateProps(({ documentId }) => {
            if (documentId !== this.props.documentId) {
                Object.assign(this.state, { all: {}, picked: [] });
                this.load(documentId);
            }
        });
        // told, not seen in a prop: that gets lost when a rendering is given up for another
        useBus(this.props.documents.bus, "CHANGED", () => {
            const { documentId, documents } = this.props;
            // it may have gone from the list, and this is about to go, too
            if (documents.detailsId === documentId) {
                this.load(documentId);
            }
        });
    }

    /** What was there stays until what comes is there. */
    async load(documentId) {
        try {
            const data = await this.keepLast.add(
                this.orm.silent.call("collab.document", "details", [[documentId]])
            );
            Object.assign(this.state, { data, hasFailed: false });
        } catch {
            Object.assign(this.state, { data: null, hasFailed: true });
        }
    }

    // -- facts --------------------------------------------------------------

    /** @returns {Object} as the server tells, in the form that {@link DocumentActions} take */
    get doc() {
        const { data } = this.state;
        return { ...data, version_id: data.version_id && data.version_id[0] };
    }

    get data() {
        return this.state.data;
    }

    get isLoading() {
        return this.data?.id !== this.props.documentId;
    }

    get icon() {
        return iconOf(this.data.icon);
    }

    get stateBadge() {
        return stateOf(this.data.number);
    }

    get thumbnail() {
        const { id, has_thumbnail } = this.data;
        return has_thumbnail && thumbnailUrl(id, this.doc.version_id);
    }

    get isOthers() {
        return this.data.is_checked_out && !this.data.is_mine;
    }

    get canChange() {
        return this.data.can_edit && this.data.active;
    }

    get checkoutText() {
        const { is_mine, checkout_user_id, checkout_until } = this.data;
        const until = deserializeDateTime(checkout_until).toLocaleString(DateTime.DATETIME_SHORT);
        return is_mine
            ? _t("You are working on it, until %s.", until)
            : _t("%(who)s is working on it, until %(until)s.", {
                  who: checkout_user_id[1],
                  until,
              });
    }

    /** Readers go on seeing an earlier version. */
    get publishedText() {
        const { state, published, sees_drafts } = this.data;
        if (state !== "draft" || !sees_drafts) {
            return "";
        }
        return published
            ? _t("Readers see version %s.", published)
            : _t("Readers do not see it yet.");
    }

    get readingText() {
        const { due, asked_uid } = this.data.my_reading;
        const who = asked_uid ? asked_uid[1] : "";
        return due
            ? _t("%(who)s asks you to read this by %(due)s.", { who, due: this.day(due) })
            : _t("%s asks you to read this.", who);
    }

    day(value) {
        return deserializeDate(value).toLocaleString(DateTime.DATE_MED);
    }

    size(size) {
        return formatSize(size);
    }

    get tagPlaceholder() {
        return _t("Add a tag");
    }

    get tagText() {
        return this.data.tag_names.join(", ");
    }

    get titles() {
        return {
            versions: _t("Versions"),
            links: _t("Records"),
            readings: _t("Read by"),
            shares: _t("Shared links"),
            events: _t("History"),
            chatter: _t("Conversation"),
        };
    }

    // -- lists --------------------------------------------------------------

    few(name) {
        const list = this.data[name];
        return this.state.all[name] ? list : list.slice(0, FEW);
    }

    hasMore(name) {
        return !this.state.all[name] && this.data[name].length > FEW;
    }

    showAll(name) {
        this.state.all[name] = true;
    }

    get readCount() {
        const { readings } = this.data;
        return _t("%(read)s of %(all)s", {
            read: readings.filter(({ read_at }) => read_at).length,
            all: readings.length,
        });
    }

    isLate({ due, read_at }) {
        return !read_at && due && deserializeDate(due) < DateTime.local().startOf("day");
    }

    shareState({ state }) {
        return SHARE_STATES[state];
    }

    shareFacts(share) {
        const facts = [];
        if (share.expires_at) {
            const day = deserializeDateTime(share.expires_at).toLocaleString(DateTime.DATE_MED);
            facts.push(_t("until %s", day));
        }
        facts.push(
            share.max_downloads
                ? _t("%(count)s of %(most)s downloads", {
                      count: share.download_count,
                      most: share.max_downloads,
                  })
                : _t("%s downloads", share.download_count)
        );
        if (share.has_password) {
            facts.push(_t("password"));
        }
        return facts.join(", ");
    }

    eventText(event) {
        return [event.label, event.version && _t("(%s)", event.version)].filter(Boolean).join(" ");
    }

    // -- versions -----------------------------------------------------------

    versionLabel(version) {
        return _t("What to do with version %s", version.number);
    }

    pickLabel(version) {
        return _t("Compare version %s", version.number);
    }

    isPublished(version) {
        return version.number === this.data.published;
    }

    before(version) {
        const { versions } = this.data;
        return versions[versions.indexOf(version) + 1];
    }

    openVersion(version) {
        const { kind, preview } = version;
        const document = { ...this.doc, kind, preview };
        this.documents.viewer.open(document, [document], version.id);
    }

    isPicked(version) {
        return this.state.picked.includes(version.id);
    }

    pick(version) {
        const picked = this.isPicked(version)
            ? this.state.picked.filter((id) => id !== version.id)
            : [...this.state.picked, version.id].slice(-2);
        this.state.picked = picked;
    }

    comparePicked() {
        const [left, right] = [...this.state.picked].sort((a, b) => a - b);
        this.actions.compare(this.doc, left, right);
    }

    // -- acting -------------------------------------------------------------

    get openLabel() {
        return this.data.preview ? _t("Open") : _t("Download");
    }

    open() {
        const current = this.documents.current || this.documents.selection[0];
        if (current?.resId === this.data.id) {
            this.documents.preview(current);
        } else {
            this.documents.viewer.open(this.doc);
        }
    }

    rename() {
        this.documents.env.services.dialog.add(NameDialog, {
            title: _t("Rename “%s”", this.data.name),
            label: _t("Name"),
            value: this.data.name,
            confirmLabel: _t("Rename"),
            confirm: (name) => this.actions.write(this.doc, { name }),
        });
    }

    onDescriptionChange(ev) {
        return this.actions.write(this.doc, { description: ev.target.value.trim() || false });
    }

    onTagsChange(ids) {
        return this.actions.write(this.doc, { tag_ids: [[6, 0, ids]] });
    }

    get favoriteLabel() {
        return this.data.is_favorite ? _t("Favorite: remove the mark") : _t("Mark as favorite");
    }

    openFolder() {
        return this.documents.openFolder(this.data.folder_id[0]);
    }
}
